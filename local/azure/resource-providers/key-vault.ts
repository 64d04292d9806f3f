import { TENANT_ID } from '../identity';
import { ArmError } from '../http';
import type { LocalAzureContext } from '../context';
import { KeyVaultDataPlane } from '../key-vault-data-plane';
import type { Rbac } from '../rbac';
import { resourceOf } from '../resource-body';
import type { LocalService } from '../service';
import type { Tokens } from '../tokens';

export const VAULT_TYPE = 'Microsoft.KeyVault/vaults';

/** Microsoft.KeyVault: vaults and, under `{vault}.vault.azure.net`, their secrets. A deleted vault is gone at once. */
export function keyVaultProvider(context: LocalAzureContext, tokens: Tokens, rbac: Rbac): LocalService {
  return {
    resourceTypes: [
      {
        type: VAULT_TYPE,
        apiVersions: ['2022-07-01', '2023-02-01', '2023-07-01', '2024-11-01'],
        put(request) {
          const name = request.id.split('/').at(-1)!;
          if (!/^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(name)) {
            throw new ArmError(
              400,
              'VaultNameNotValid',
              `'${name}' is no vault name; expected 3 to 24 letters, digits and hyphens`,
            );
          }
          return {
            ...resourceOf(request, VAULT_TYPE, {
              vaultUri: `https://${name}.vault.azure.net/`,
              tenantId: TENANT_ID,
            }),
            secrets: request.existing?.secrets,
          };
        },
      },
    ],
    operations: [
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{vault}',
        action: 'Microsoft.KeyVault/locations/deletedVaults/read',
        handle: ({ parameters }) => {
          throw new ArmError(
            404,
            'DeletedVaultNotFound',
            `no deleted vault '${parameters.vault}' in '${parameters.location}'`,
          );
        },
      },
    ],
    hostServices: [new KeyVaultDataPlane(context, tokens, rbac)],
  };
}
