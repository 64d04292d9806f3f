import { AzureError } from '../azure-errors';
import type { CtyObject } from '../cty';
import {
  known,
  normalLocation,
  single,
  tagsBody,
  tagsState,
  type AzurermResource,
  type Context,
} from './resource';
import { inGroup } from './resource-ids';
import { VAULT_API_VERSION } from './vault-data-plane';

export const KEY_VAULT_API_VERSION = '2023-02-01';
const SOFT_DELETE_DAYS = 90;

export const keyVault: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'soft_delete_retention_days'],
  defaults: {
    enabled_for_deployment: false,
    enabled_for_disk_encryption: false,
    enabled_for_template_deployment: false,
    public_network_access_enabled: true,
    soft_delete_retention_days: SOFT_DELETE_DAYS,
  },
  unsupported: ['contact'],

  /** Two attributes, the older one deprecated, say the same of role-based access. */
  plan(planned, _prior, config) {
    const rbac = config['rbac_authorization_enabled'] ?? config['enable_rbac_authorization'] ?? false;
    planned['rbac_authorization_enabled'] = rbac;
    planned['enable_rbac_authorization'] = rbac;
  },

  ids: inGroup('KeyVault', 'Microsoft.KeyVault/vaults'),

  async exists(id, { client, signal }) {
    return (await client.get(id, KEY_VAULT_API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    const { client, features, onAccepted, setId, signal, version } = context;
    const deleted = await client.get(deletedId(planned, context), KEY_VAULT_API_VERSION, { signal });
    const recover = deleted && features['key_vault']?.['recover_soft_deleted_key_vaults'] !== false;
    await client.operation('PUT', id, KEY_VAULT_API_VERSION, {
      body: {
        location: planned['location'],
        properties: { ...vaultProperties(planned), createMode: recover ? 'recover' : 'default' },
        tags: tagsBody(planned),
      },
      onAccepted,
      signal,
    });
    if (version.isAtLeast(4, 75)) setId();
    const { properties } = (await client.get(id, KEY_VAULT_API_VERSION, { signal }))!;
    setId();
    await probe(properties['vaultUri'] as string, context);
  },

  async update(id, planned, _prior, { client, signal }) {
    const body = { properties: vaultProperties(planned), tags: tagsBody(planned) };
    await client.operation('PATCH', id, KEY_VAULT_API_VERSION, { body, signal });
  },

  async read(id, state, context) {
    const { client, signal } = context;
    const resource = await client.get(id, KEY_VAULT_API_VERSION, { signal });
    if (!resource) return undefined;
    const { properties } = resource;
    const uri = properties['vaultUri'] as string;
    if (properties['publicNetworkAccess'] !== 'Disabled') await readContacts(uri, context);
    const rbac = properties['enableRbacAuthorization'] ?? false;
    return {
      location: normalLocation(resource.location!),
      tags: tagsState(resource.tags, state),
      tenant_id: properties['tenantId'],
      sku_name: properties['sku'].name,
      vault_uri: uri,
      rbac_authorization_enabled: rbac,
      enable_rbac_authorization: rbac,
      enabled_for_deployment: properties['enabledForDeployment'] ?? false,
      enabled_for_disk_encryption: properties['enabledForDiskEncryption'] ?? false,
      enabled_for_template_deployment: properties['enabledForTemplateDeployment'] ?? false,
      public_network_access_enabled: properties['publicNetworkAccess'] !== 'Disabled',
      purge_protection_enabled:
        properties['enablePurgeProtection'] ?? state['purge_protection_enabled'] ?? null,
      soft_delete_retention_days:
        properties['softDeleteRetentionInDays'] ??
        known(state['soft_delete_retention_days']) ??
        SOFT_DELETE_DAYS,
      access_policy: ((properties['accessPolicies'] ?? []) as Record<string, any>[]).map((policy) => ({
        tenant_id: policy['tenantId'],
        object_id: policy['objectId'],
        application_id: policy['applicationId'] ?? '',
        certificate_permissions: policy['permissions']?.certificates ?? [],
        key_permissions: policy['permissions']?.keys ?? [],
        secret_permissions: policy['permissions']?.secrets ?? [],
        storage_permissions: policy['permissions']?.storage ?? [],
      })),
    };
  },

  async delete(id, prior, context) {
    const { client, features, signal } = context;
    await client.operation('DELETE', id, KEY_VAULT_API_VERSION, { signal });
    if (features['key_vault']?.['purge_soft_delete_on_destroy'] === false) return;
    const deleted = deletedId(prior, context);
    if (prior['purge_protection_enabled'] === true) return;
    if (!(await client.get(deleted, KEY_VAULT_API_VERSION, { signal }))) return;
    await client.operation('POST', `${deleted}/purge`, KEY_VAULT_API_VERSION, { signal });
  },
};

/** Whatever a new vault answers, without a token it says that its name can be reached. */
async function probe(url: string, { client, signal }: Context): Promise<void> {
  try {
    await client.sendSigned({ method: 'GET', url, signal });
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
  }
}

/** The real provider asks for the contacts with a token at once; a vault that has none answers 404. */
async function readContacts(uri: string, { client, signal }: Context): Promise<void> {
  const url = `${uri}certificates/contacts?api-version=${VAULT_API_VERSION}`;
  try {
    await client.send({ method: 'GET', url, scope: 'https://vault.azure.net/.default', signal });
  } catch (error) {
    if (!(error instanceof AzureError && error.status === 404)) throw error;
  }
}

function deletedId(attributes: CtyObject, { subscriptionId }: Context): string {
  const location = normalLocation(attributes['location'] as string);
  return (
    `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${location}` +
    `/deletedVaults/${attributes['name'] as string}`
  );
}

function vaultProperties(planned: CtyObject): object {
  const acls = single(planned['network_acls']);
  const policies = known<CtyObject[]>(planned['access_policy']) ?? [];
  const days = planned['soft_delete_retention_days'];
  return {
    accessPolicies: policies.map((policy) => ({
      tenantId: policy['tenant_id'],
      objectId: policy['object_id'],
      ...(policy['application_id'] && { applicationId: policy['application_id'] }),
      permissions: {
        certificates: policy['certificate_permissions'] ?? [],
        keys: policy['key_permissions'] ?? [],
        secrets: policy['secret_permissions'] ?? [],
        storage: policy['storage_permissions'] ?? [],
      },
    })),
    enableRbacAuthorization: planned['rbac_authorization_enabled'],
    enableSoftDelete: true,
    ...(planned['purge_protection_enabled'] === true && { enablePurgeProtection: true }),
    enabledForDeployment: planned['enabled_for_deployment'],
    enabledForDiskEncryption: planned['enabled_for_disk_encryption'],
    enabledForTemplateDeployment: planned['enabled_for_template_deployment'],
    ...(acls && {
      networkAcls: {
        bypass: acls['bypass'],
        defaultAction: acls['default_action'],
        ipRules: (known<string[]>(acls['ip_rules']) ?? []).map((value) => ({ value })),
        virtualNetworkRules: (known<string[]>(acls['virtual_network_subnet_ids']) ?? []).map((id) => ({
          id,
        })),
      },
    }),
    publicNetworkAccess: planned['public_network_access_enabled'] === false ? 'Disabled' : 'Enabled',
    sku: { family: 'A', name: planned['sku_name'] },
    // Left out, Azure takes its own default, which is the same.
    ...(days !== SOFT_DELETE_DAYS && { softDeleteRetentionInDays: days }),
    tenantId: planned['tenant_id'],
  };
}
