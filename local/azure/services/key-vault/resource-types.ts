import { z } from 'zod';
import { bodyWith, object, objects, readBodyOf, text, texts } from '../../core/arm/shape';
import { keptType } from '../../core/arm/kept-type';
import type { LocalAzureContext } from '../../core/context';
import { ArmError } from '../../core/http';
import { VAULT_TYPE } from './data-plane';
import { resourceName } from '../../core/arm/resource-id';
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
      keptType({
        type: VAULT_TYPE,
        apiVersions: ['2021-10-01', '2022-07-01', '2023-02-01', '2023-07-01', '2024-11-01'],
        body: bodyWith({
          accessPolicies: objects({ objectId: z.string(), permissions: object({ secrets: texts }) }),
        }),
        name: {
          pattern: /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
          expected: '3 to 24 letters, digits and single dashes, first a letter',
          code: 'VaultNameNotValid',
        },
        check({ id }) {
          const name = resourceName(id);
          if (namesake(name, id)) {
            throw new ArmError(409, 'VaultAlreadyExists', `The vault name '${name}' is already in use.`);
          }
        },
        added: ({ id }) => ({ vaultUri: `https://${resourceName(id).toLowerCase()}.vault.azure.net/` }),
        secrets: () => ({ active: {}, deleted: {} }),
      }),
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
          const { name = '' } = readBodyOf(z.looseObject({ name: text }), request);
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
