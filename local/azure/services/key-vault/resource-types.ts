import type { LocalAzureContext } from '../../core/context';
import { ArmError, parseJson } from '../../core/http';
import { VAULT_TYPE } from './data-plane';
import { resourceOf } from '../../core/arm/resource-body';
import type { ResourceProvider } from '../../core/service';

const DELETED =
  '/subscriptions/{subscription}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{name}';

/** Microsoft.KeyVault: vaults. A deleted vault is gone at once; deleted secrets can be recovered. */
export function keyVaultProvider(context: LocalAzureContext): ResourceProvider {
  const namesake = (name: string, except?: string) =>
    context.store
      .list({ type: VAULT_TYPE })
      .some(
        (v) => v.name.toLowerCase() === name.toLowerCase() && v.id.toLowerCase() !== except?.toLowerCase(),
      );
  return {
    resourceTypes: [
      {
        type: VAULT_TYPE,
        apiVersions: ['2021-10-01', '2022-07-01', '2023-02-01', '2023-07-01', '2024-11-01'],
        put(request) {
          const name = request.id.split('/').at(-1)!;
          if (!/^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/.test(name)) {
            throw new ArmError(
              400,
              'VaultNameNotValid',
              `the vault name '${name}' is invalid; expected 3 to 24 letters, digits and single dashes, first a letter`,
            );
          }
          if (namesake(name, request.id)) {
            throw new ArmError(409, 'VaultAlreadyExists', `The vault name '${name}' is already in use.`);
          }
          return {
            ...resourceOf(request, VAULT_TYPE, {
              vaultUri: `https://${name.toLowerCase()}.vault.azure.net/`,
            }),
            secrets: request.existing?.secrets ?? { active: {}, deleted: {} },
          };
        },
      },
    ],
    operations: [
      {
        method: 'GET',
        path: DELETED,
        action: 'Microsoft.KeyVault/locations/deletedVaults/read',
        handle({ parameters }) {
          throw new ArmError(404, 'DeletedVaultNotFound', `no deleted vault '${parameters.name}' was found`);
        },
      },
      {
        method: 'POST',
        path: `${DELETED}/purge`,
        action: 'Microsoft.KeyVault/locations/deletedVaults/purge/action',
        handle: () => ({ status: 200 }),
      },
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/providers/Microsoft.KeyVault/checkNameAvailability',
        action: 'Microsoft.KeyVault/checkNameAvailability/read',
        handle({ request }) {
          const { name = '' } = (parseJson(request) ?? {}) as { name?: string };
          return {
            status: 200,
            body: namesake(name)
              ? {
                  nameAvailable: false,
                  reason: 'AlreadyExists',
                  message: `the vault name '${name}' is taken`,
                }
              : { nameAvailable: true },
          };
        },
      },
    ],
  };
}
