import type { Directory } from '../access/directory';
import { ArmError } from '../http';
import { TENANT_ID } from '../identity';
import type { ResourceStore, StoredResource } from '../store';
import { stableGuid } from '../access/directory';

const USER_ASSIGNED_TYPE = 'microsoft.managedidentity/userassignedidentities';

export interface ResourceIdentity {
  type: string;
  principalId?: string;
  tenantId?: string;
  userAssignedIdentities?: Record<string, { principalId?: string; clientId?: string }> | null;
}

/** Gives a resource's `identity` what Azure fills in: the principals of its managed identities. */
export function fillIdentity(resource: StoredResource, store: ResourceStore, directory: Directory): void {
  const identity = resource.identity as ResourceIdentity | null | undefined;
  if (!identity?.type) return;
  if (/SystemAssigned/i.test(identity.type)) {
    identity.tenantId = TENANT_ID;
    identity.principalId = stableGuid(`system-assigned:${resource.id.toLowerCase()}`);
    directory.add({
      objectId: identity.principalId,
      clientId: stableGuid(`system-assigned-client:${resource.id.toLowerCase()}`),
      kind: 'managedIdentity',
      displayName: resource.name,
    });
  }
  for (const id of Object.keys(identity.userAssignedIdentities ?? {})) {
    const assigned = store.get(id);
    if (assigned?.type.toLowerCase() !== USER_ASSIGNED_TYPE) {
      throw new ArmError(
        400,
        'FailedIdentityOperation',
        `the identity '${id}' of '${resource.id}' was not found`,
      );
    }
    identity.userAssignedIdentities![id] = {
      principalId: String(assigned.properties.principalId),
      clientId: String(assigned.properties.clientId),
    };
  }
}
