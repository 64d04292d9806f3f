import { parentId } from '../../azure/core/arm/resource-id';
import { iso } from '../../azure/core/clock';
import type { StoredResource } from '../../azure/core/store';
import type { ShownResource } from '../model';
import type { ShownAzure } from './shown-azure';

/** What local Azure keeps below this is no resource of anybody's. */
const SUBSCRIPTIONS = '/subscriptions/';
const GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)/i;

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
      type: resource.type,
      resourceGroup: GROUP.exec(resource.id)?.[1],
      state: stateOf(resource),
      changedAt: changedAt(resource.id) ?? activityLog[0]?.eventTimestamp ?? iso(0),
      plain: !plays(resource.type),
    }));
}

function stateOf({ properties }: StoredResource): string {
  const { provisioningState } = properties;
  return typeof provisioningState === 'string' ? provisioningState : 'Succeeded';
}
