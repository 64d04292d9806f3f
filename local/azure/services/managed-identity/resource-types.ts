import { randomUUID } from 'node:crypto';
import type { Directory } from '../../core/access/directory';
import { TENANT_ID } from '../../core/identity';
import { resourceOf } from '../../core/arm/resource-body';
import type { ResourceProvider } from '../../core/service';

/** Microsoft.ManagedIdentity: user-assigned identities, each with a principal in the directory. */
export function managedIdentityProvider(directory: Directory): ResourceProvider {
  const type = 'Microsoft.ManagedIdentity/userAssignedIdentities';
  return {
    resourceTypes: [
      {
        type,
        apiVersions: ['2018-11-30', '2023-01-31', '2023-07-31-preview', '2024-11-30'],
        put(request) {
          const { principalId = randomUUID(), clientId = randomUUID() } = (request.existing?.properties ??
            {}) as {
            principalId?: string;
            clientId?: string;
          };
          const identity = resourceOf(request, type, { principalId, clientId, tenantId: TENANT_ID });
          directory.add({
            objectId: principalId,
            clientId,
            kind: 'managedIdentity',
            displayName: identity.name,
          });
          return identity;
        },
        deleted({ properties }) {
          directory.remove(String(properties.principalId));
        },
      },
    ],
  };
}
