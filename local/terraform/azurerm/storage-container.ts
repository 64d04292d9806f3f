import type { CtyObject } from '../cty';
import { outsideTheStandIn, ProviderError } from '../provider';
import { known, type AzurermResource } from './resource';
import { inStorageAccount } from './resource-ids';

const API_VERSION = '2023-05-01';
const ACCESS: Record<string, string> = { private: 'None', blob: 'Blob', container: 'Container' };

export const storageContainer: AzurermResource = {
  forceNew: [
    'name',
    'storage_account_id',
    'storage_account_name',
    'default_encryption_scope',
    'encryption_scope_override_enabled',
  ],
  defaults: { container_access_type: 'private', encryption_scope_override_enabled: true },

  validate: (config) => requireAccountId('azurerm_storage_container', config),

  ids: inStorageAccount('StorageContainer', 'blobServices/default/containers/{name}'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const scope = known(planned['default_encryption_scope']);
    const properties = {
      ...containerProperties(planned),
      ...(scope !== undefined && {
        defaultEncryptionScope: scope,
        denyEncryptionScopeOverride: planned['encryption_scope_override_enabled'] === false,
      }),
    };
    await client.arm('PUT', id, API_VERSION, { body: { properties }, signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PATCH', id, API_VERSION, {
      body: { properties: containerProperties(planned) },
      signal,
    });
  },

  async read(id, state, { client, signal }) {
    const container = await client.get(id, API_VERSION, { signal });
    if (!container) return undefined;
    const { publicAccess, metadata, hasImmutabilityPolicy, hasLegalHold, defaultEncryptionScope } =
      container.properties;
    const access = Object.entries(ACCESS).find(([, arm]) => arm === publicAccess)?.[0] ?? 'private';
    return {
      container_access_type: access,
      metadata: metadata ?? {},
      default_encryption_scope:
        defaultEncryptionScope ?? known(state['default_encryption_scope']) ?? '$account-encryption-key',
      has_immutability_policy: hasImmutabilityPolicy ?? false,
      has_legal_hold: hasLegalHold ?? false,
      resource_manager_id: id,
      url: `https://${(state['storage_account_id'] as string).split('/').at(-1)!}.blob.core.windows.net/${container.name}`,
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

/** Only the ARM way: the older one by account name goes over the data plane. */
export function requireAccountId(typeName: string, config: CtyObject): void {
  if ((config['storage_account_name'] ?? null) !== null) {
    throw outsideTheStandIn('azurerm', `storage_account_name of ${typeName}`, 'set storage_account_id');
  }
  if (config['storage_account_id'] === null) {
    throw new ProviderError('Missing required argument', `${typeName} needs storage_account_id`);
  }
}

function containerProperties(planned: CtyObject): object {
  return {
    metadata: known(planned['metadata']) ?? {},
    publicAccess: ACCESS[planned['container_access_type'] as string],
  };
}
