import { ROLE_ASSIGNMENT_TYPE, ROLE_DEFINITION_TYPE, roleNameOf } from '../../azure/core/access/rbac';
import { groupNameOf } from '../../azure/core/arm/path';
import { parentId } from '../../azure/core/arm/resource-id';
import { iso } from '../../azure/core/clock';
import type { LocalAzureContext } from '../../azure/core/context';
import type { StoredResource } from '../../azure/core/store';
import type { ShownResource } from '../model';
import type { ShownAzure } from './shown-azure';

/** What local Azure keeps below this is no resource of anybody's. */
const SUBSCRIPTIONS = '/subscriptions/';

/** What lies in the subscription, as ARM would list it, without a property that could be secret. */
export function resources({ context, plays }: ShownAzure): ShownResource[] {
  const { store, activityLog } = context;
  const newest = new Map<string, string>();
  for (const { resourceId, eventTimestamp } of activityLog) {
    newest.set(resourceId.toLowerCase(), eventTimestamp);
  }
  /** What came with another resource has its time. */
  const changedAt = (id: string): string | undefined =>
    newest.get(id.toLowerCase()) ?? (id.split('/').length > 5 ? changedAt(parentId(id)) : undefined);
  return store
    .list()
    .filter(({ id }) => id.toLowerCase().startsWith(SUBSCRIPTIONS))
    .map((resource) => ({
      id: resource.id,
      name: resource.name,
      calledName: calledNameOf(resource, store),
      type: resource.type,
      resourceGroup: groupNameOf(resource.id) || undefined,
      state: stateOf(resource),
      changedAt: changedAt(resource.id) ?? activityLog[0]?.eventTimestamp ?? iso(0),
      plain: !plays(resource.type),
    }));
}

/** Roles are named once more in what assigns and defines them; the name that ARM has of those is a GUID. */
function calledNameOf(resource: StoredResource, store: LocalAzureContext['store']): string | undefined {
  if (resource.type === ROLE_ASSIGNMENT_TYPE) return roleNameOf(resource, store);
  const { roleName } = resource.properties;
  return resource.type === ROLE_DEFINITION_TYPE && typeof roleName === 'string' ? roleName : undefined;
}

function stateOf({ properties }: StoredResource): string {
  const { provisioningState } = properties;
  return typeof provisioningState === 'string' ? provisioningState : 'Succeeded';
}
