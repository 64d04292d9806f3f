import type { ArmResource } from '../azure-client';
import type { CtyObject, CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { identityBody, identityState } from './identity';
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
import { serviceProperties } from './storage-data-plane';

interface StorageKeys {
  keys: { keyName: string; value: string }[];
}

export const storageAccount: AzurermResource = {
  forceNew: [
    'name',
    'resource_group_name',
    'location',
    'account_tier',
    'account_kind',
    'dns_endpoint_type',
    'edge_zone',
    'infrastructure_encryption_enabled',
    'is_hns_enabled',
    'nfsv3_enabled',
    'provisioned_billing_model_version',
    'queue_encryption_key_type',
    'table_encryption_key_type',
  ],
  defaults: {
    account_kind: 'StorageV2',
    cross_tenant_replication_enabled: false,
    default_to_oauth_authentication: false,
    dns_endpoint_type: 'Standard',
    https_traffic_only_enabled: true,
    infrastructure_encryption_enabled: false,
    is_hns_enabled: false,
    local_user_enabled: true,
    min_tls_version: 'TLS1_2',
    nfsv3_enabled: false,
    public_network_access_enabled: true,
    queue_encryption_key_type: 'Service',
    sftp_enabled: false,
    shared_access_key_enabled: true,
    table_encryption_key_type: 'Service',
    'blob_properties.change_feed_enabled': false,
    'blob_properties.last_access_time_enabled': false,
    'blob_properties.versioning_enabled': false,
    'blob_properties.container_delete_retention_policy.days': 7,
    'blob_properties.delete_retention_policy.days': 7,
    'blob_properties.delete_retention_policy.permanent_delete_enabled': false,
  },
  unsupported: [
    'azure_files_authentication',
    'custom_domain',
    'customer_managed_key',
    'immutability_policy',
    'provisioned_billing_model_version',
    'queue_properties',
    'routing',
    'sas_policy',
    'share_properties',
    'static_website',
  ],

  validate(config, version) {
    const tls = known<string>(config['min_tls_version']);
    if (tls === undefined || tls === 'TLS1_2' || !version.isAtLeast(4, 79)) return;
    throw new ProviderError('Invalid value', `expected min_tls_version to be one of ["TLS1_2"], got ${tls}`);
  },

  plan(planned, _prior, config, version) {
    if (config['allow_nested_items_to_be_public'] !== null) return;
    planned['allow_nested_items_to_be_public'] = !version.isAtLeast(5, 0);
  },

  ids: inGroup('StorageAccount', 'Microsoft.Storage/storageAccounts'),

  async exists(id, { client, version, signal }) {
    return (await client.get(id, version.apiVersions.storageAccounts, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    const { client, onAccepted, setId, version, signal } = context;
    await client.operation('PUT', id, version.apiVersions.storageAccounts, {
      body: accountBody(planned),
      onAccepted,
      signal,
    });
    setId();
    await client.poll(signal, async () => {
      const account = await client.get(id, version.apiVersions.storageAccounts, { signal });
      return account?.properties['provisioningState'] === 'Succeeded';
    });
    await client.get(`${id}/fileServices/default`, version.apiVersions.storageAccounts, { signal });
    await writeBlobProperties(id, planned, context);
  },

  async update(id, planned, _prior, context) {
    const { client, version, signal } = context;
    await client.get(id, version.apiVersions.storageAccounts, { signal });
    await client.operation('PUT', id, version.apiVersions.storageAccounts, {
      body: accountBody(planned),
      signal,
    });
    await writeBlobProperties(id, planned, context);
  },

  async read(id, state, context) {
    const { client, version, signal } = context;
    const account = await client.get(id, version.apiVersions.storageAccounts, { signal });
    if (!account) return undefined;
    const listed = await client.arm('POST', `${id}/listKeys`, version.apiVersions.storageAccounts, {
      query: { $expand: 'kerb' },
      signal,
    });
    const [key1, key2] = (listed.body as StorageKeys).keys.map((key) => key.value);
    await client.get(`${id}/blobServices/default`, version.apiVersions.storageAccounts, { signal });
    await client.get(`${id}/fileServices/default`, version.apiVersions.storageAccounts, { signal });
    if (context.features['storage']?.['data_plane_available'] !== false) {
      await serviceProperties(account.name, 'queue', key1, context);
      await serviceProperties(account.name, 'blob', key1, context);
    }
    return accountState(account, key1, key2, state);
  },

  async delete(id, _prior, { client, version, signal }) {
    await client.get(id, version.apiVersions.storageAccounts, { signal });
    await client.operation('DELETE', id, version.apiVersions.storageAccounts, { signal });
  },
};

function accountBody(planned: CtyObject): object {
  const rules = single(planned['network_rules']);
  const list = (value: CtyValue | undefined) => known<string[]>(value) ?? [];
  const optional = (name: string, key: string) => {
    const value = known(planned[name]);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...(planned['edge_zone'] !== null && {
      extendedLocation: { type: 'EdgeZone', name: planned['edge_zone'] },
    }),
    identity: identityBody(planned['identity']) ?? { type: 'None', userAssignedIdentities: null },
    kind: planned['account_kind'],
    location: planned['location'],
    properties: {
      accessTier: known(planned['access_tier']) ?? 'Hot',
      allowBlobPublicAccess: planned['allow_nested_items_to_be_public'],
      allowCrossTenantReplication: planned['cross_tenant_replication_enabled'],
      allowSharedKeyAccess: planned['shared_access_key_enabled'],
      ...optional('allowed_copy_scope', 'allowedCopyScope'),
      defaultToOAuthAuthentication: planned['default_to_oauth_authentication'],
      dnsEndpointType: planned['dns_endpoint_type'],
      encryption: {
        keySource: 'Microsoft.Storage',
        ...(planned['infrastructure_encryption_enabled'] === true && {
          requireInfrastructureEncryption: true,
        }),
        services: {
          queue: { keyType: planned['queue_encryption_key_type'] },
          table: { keyType: planned['table_encryption_key_type'] },
        },
      },
      isHnsEnabled: planned['is_hns_enabled'],
      isLocalUserEnabled: planned['local_user_enabled'],
      isNfsV3Enabled: planned['nfsv3_enabled'],
      isSftpEnabled: planned['sftp_enabled'],
      ...(known(planned['large_file_share_enabled']) === true && { largeFileSharesState: 'Enabled' }),
      minimumTlsVersion: planned['min_tls_version'],
      networkAcls: {
        bypass: list(rules?.['bypass']).join(', ') || 'AzureServices',
        defaultAction: rules?.['default_action'] ?? 'Allow',
        ipRules: list(rules?.['ip_rules']).map((value) => ({ action: 'Allow', value })),
        resourceAccessRules: ((rules?.['private_link_access'] as CtyObject[] | undefined) ?? []).map(
          (rule) => ({
            resourceId: rule['endpoint_resource_id'],
            tenantId: known(rule['endpoint_tenant_id']),
          }),
        ),
        virtualNetworkRules: list(rules?.['virtual_network_subnet_ids']).map((id) => ({
          action: 'Allow',
          id,
        })),
      },
      publicNetworkAccess: planned['public_network_access_enabled'] ? 'Enabled' : 'Disabled',
      supportsHttpsTrafficOnly: planned['https_traffic_only_enabled'],
    },
    sku: {
      name: `${planned['account_tier'] as string}_${planned['account_replication_type'] as string}`,
      tier: planned['account_tier'],
    },
    tags: tagsBody(planned),
  };
}

async function writeBlobProperties(
  id: string,
  planned: CtyObject,
  { client, version, signal }: Context,
): Promise<void> {
  const blob = single(planned['blob_properties']);
  if (!blob) return;
  const retention = (name: string) => {
    const policy = single(blob[name]);
    return policy ? { enabled: true, days: policy['days'] } : { enabled: false };
  };
  const permanent = single(blob['delete_retention_policy'])?.['permanent_delete_enabled'] === true;
  await client.arm('PUT', `${id}/blobServices/default`, version.apiVersions.storageAccounts, {
    body: {
      properties: {
        changeFeed: { enabled: blob['change_feed_enabled'] },
        containerDeleteRetentionPolicy: retention('container_delete_retention_policy'),
        cors: {
          corsRules: ((blob['cors_rule'] as CtyObject[] | undefined) ?? []).map((rule) => ({
            allowedHeaders: rule['allowed_headers'],
            allowedMethods: rule['allowed_methods'],
            allowedOrigins: rule['allowed_origins'],
            exposedHeaders: rule['exposed_headers'],
            maxAgeInSeconds: rule['max_age_in_seconds'],
          })),
        },
        deleteRetentionPolicy: { ...retention('delete_retention_policy'), allowPermanentDelete: permanent },
        isVersioningEnabled: blob['versioning_enabled'],
        lastAccessTimeTrackingPolicy: { enable: blob['last_access_time_enabled'] },
      },
    },
    signal,
  });
}

function networkRulesState({ networkAcls = {} }: ArmResource['properties']): CtyObject[] {
  const { bypass, defaultAction, ipRules, virtualNetworkRules, resourceAccessRules } = networkAcls as {
    bypass?: string;
    defaultAction?: string;
    ipRules?: { value: string }[];
    virtualNetworkRules?: { id: string }[];
    resourceAccessRules?: { resourceId: string; tenantId?: string }[];
  };
  return [
    {
      bypass: (bypass ?? 'AzureServices').split(', '),
      default_action: defaultAction ?? 'Allow',
      ip_rules: (ipRules ?? []).map(({ value }) => value),
      virtual_network_subnet_ids: (virtualNetworkRules ?? []).map(({ id }) => id),
      private_link_access: (resourceAccessRules ?? []).map(({ resourceId, tenantId }) => ({
        endpoint_resource_id: resourceId,
        endpoint_tenant_id: tenantId ?? null,
      })),
    },
  ];
}

function accountState(account: ArmResource, key1 = '', key2 = '', state: CtyObject): CtyObject {
  const { properties, name } = account;
  const connection = (key: string) =>
    `DefaultEndpointsProtocol=https;AccountName=${name};AccountKey=${key};EndpointSuffix=core.windows.net`;
  const endpoints = properties['primaryEndpoints'] as Record<string, string>;
  const blobConnection = (key: string) =>
    `DefaultEndpointsProtocol=https;BlobEndpoint=${endpoints['blob']};AccountName=${name};AccountKey=${key}`;
  return {
    location: normalLocation(account.location!),
    tags: tagsState(account.tags, state),
    account_kind: account.kind ?? null,
    account_tier: account.sku?.['tier'] as string,
    account_replication_type: String(account.sku?.['name']).split('_')[1]!,
    access_tier: properties['accessTier'] ?? null,
    allow_nested_items_to_be_public: properties['allowBlobPublicAccess'] ?? true,
    cross_tenant_replication_enabled: properties['allowCrossTenantReplication'] ?? false,
    default_to_oauth_authentication: properties['defaultToOAuthAuthentication'] ?? false,
    https_traffic_only_enabled: properties['supportsHttpsTrafficOnly'] ?? true,
    local_user_enabled: properties['isLocalUserEnabled'] ?? true,
    min_tls_version: properties['minimumTlsVersion'] ?? 'TLS1_2',
    public_network_access_enabled: properties['publicNetworkAccess'] !== 'Disabled',
    sftp_enabled: properties['isSftpEnabled'] ?? false,
    shared_access_key_enabled: properties['allowSharedKeyAccess'] ?? true,
    identity: identityState(account.identity),
    ...(single(state['network_rules']) && { network_rules: networkRulesState(properties) }),
    primary_location: properties['primaryLocation'] ?? null,
    secondary_location: properties['secondaryLocation'] ?? '',
    ...Object.fromEntries(
      Object.entries(endpoints).flatMap(([service, endpoint]) => [
        [`primary_${service}_endpoint`, endpoint],
        [`primary_${service}_host`, new URL(endpoint).host],
      ]),
    ),
    primary_access_key: key1,
    secondary_access_key: key2,
    primary_connection_string: connection(key1),
    secondary_connection_string: connection(key2),
    primary_blob_connection_string: blobConnection(key1),
    secondary_blob_connection_string: '',
  };
}
