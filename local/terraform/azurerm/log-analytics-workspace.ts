import type { CtyObject } from '../cty';
import { identityBody, identityState } from './identity';
import { known, normalLocation, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const DELETED_API_VERSION = '2023-09-01';
const KEYS_API_VERSION = '2020-08-01';
const DELETE_API_VERSION = '2020-08-01';

export const logAnalyticsWorkspace: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'resource_group_name', 'location'],
  defaults: {
    allow_resource_only_permissions: true,
    daily_quota_gb: -1,
    internet_ingestion_enabled: true,
    internet_query_enabled: true,
    internet_ingestion_access_type: 'Enabled',
    internet_query_access_type: 'Enabled',
  },

  /** Two attributes, the older one deprecated, say the same of local authentication. */
  plan(planned, _prior, config) {
    const enabled = config['local_authentication_enabled'];
    const disabled = config['local_authentication_disabled'];
    if (typeof enabled === 'boolean') planned['local_authentication_disabled'] = !enabled;
    else if (typeof disabled === 'boolean') planned['local_authentication_enabled'] = !disabled;
    else if ((enabled ?? null) === null && (disabled ?? null) === null) {
      planned['local_authentication_enabled'] = true;
      planned['local_authentication_disabled'] = false;
    }
  },

  ids: inGroup('Workspace', 'Microsoft.OperationalInsights/workspaces'),

  async exists(id, { client, version, signal }) {
    return (await client.get(id, version.apiVersions.workspaces, { signal })) !== undefined;
  },

  async create(id, planned, { client, onAccepted, setId, subscriptionId, version, signal }) {
    const deleted = `/subscriptions/${subscriptionId}/providers/Microsoft.OperationalInsights/deletedWorkspaces`;
    await client.arm('GET', deleted, DELETED_API_VERSION, { signal });
    const body = workspaceBody(planned);
    await client.operation('PUT', id, version.apiVersions.workspaces, { body, onAccepted, signal });
    if (version.isAtLeast(4, 75)) setId();
    // The real provider writes a new workspace twice.
    await client.operation('PUT', id, version.apiVersions.workspaces, { body, signal });
  },

  async update(id, planned, _prior, { client, version, signal }) {
    const existing = (await client.get(id, version.apiVersions.workspaces, { signal }))!;
    const body = workspaceBody(planned);
    await client.operation('PUT', id, version.apiVersions.workspaces, {
      body: {
        ...existing,
        ...body,
        properties: {
          ...existing.properties,
          ...body.properties,
          features: { ...existing.properties['features'], ...body.properties.features },
        },
      },
      signal,
    });
  },

  async read(id, state, { client, version, signal }) {
    const workspace = await client.get(id, version.apiVersions.workspaces, { signal });
    if (!workspace) return undefined;
    const keys = (await client.arm('POST', `${id}/sharedKeys`, KEYS_API_VERSION, { signal })).body as {
      primarySharedKey: string;
      secondarySharedKey: string;
    };
    const { properties } = workspace;
    const local = properties['features']?.disableLocalAuth !== true;
    return {
      location: normalLocation(workspace.location!),
      tags: tagsState(workspace.tags, state),
      identity: identityState(workspace.identity),
      workspace_id: properties['customerId'] ?? '',
      sku: properties['sku']?.name ?? null,
      retention_in_days: properties['retentionInDays'] ?? null,
      daily_quota_gb: properties['workspaceCapping']?.dailyQuotaGb ?? -1,
      allow_resource_only_permissions:
        properties['features']?.enableLogAccessUsingOnlyResourcePermissions ?? true,
      internet_ingestion_enabled: properties['publicNetworkAccessForIngestion'] !== 'Disabled',
      internet_query_enabled: properties['publicNetworkAccessForQuery'] !== 'Disabled',
      internet_ingestion_access_type: properties['publicNetworkAccessForIngestion'] ?? 'Enabled',
      internet_query_access_type: properties['publicNetworkAccessForQuery'] ?? 'Enabled',
      local_authentication_enabled: local,
      local_authentication_disabled: !local,
      primary_shared_key: keys.primarySharedKey,
      secondary_shared_key: keys.secondarySharedKey,
    };
  },

  async delete(id, _prior, { client, signal, features }) {
    const force = String(features['log_analytics_workspace']?.['permanently_delete_on_destroy'] === true);
    await client.operation('DELETE', id, DELETE_API_VERSION, { query: { force }, signal });
    await client.poll(
      signal,
      async () => (await client.get(id, DELETE_API_VERSION, { signal })) === undefined,
    );
  },
};

function workspaceBody(planned: CtyObject) {
  // From 5.0 on, the words that ARM has.
  const access = (name: string) =>
    known<string>(planned[`${name}_access_type`]) ??
    (planned[`${name}_enabled`] === false ? 'Disabled' : 'Enabled');
  const identity = identityBody(planned['identity']);
  const purge = known(planned['immediate_data_purge_on_30_days_enabled']);
  const rule = known(planned['data_collection_rule_id']);
  const cmk = known(planned['cmk_for_query_forced']);
  const reservation = known(planned['reservation_capacity_in_gb_per_day']);
  return {
    ...(identity && { identity }),
    location: planned['location'],
    name: planned['name'],
    properties: {
      ...(rule !== undefined && { defaultDataCollectionRuleResourceId: rule }),
      features: {
        disableLocalAuth: planned['local_authentication_enabled'] === false,
        enableLogAccessUsingOnlyResourcePermissions: planned['allow_resource_only_permissions'],
        ...(purge === true && { immediatePurgeDataOn30Days: true }),
      },
      ...(cmk !== undefined && { forceCmkForQuery: cmk }),
      publicNetworkAccessForIngestion: access('internet_ingestion'),
      publicNetworkAccessForQuery: access('internet_query'),
      retentionInDays: known<number>(planned['retention_in_days']) ?? 0,
      sku: {
        name: known<string>(planned['sku']) ?? 'PerGB2018',
        ...(reservation !== undefined && { capacityReservationLevel: reservation }),
      },
      workspaceCapping: { dailyQuotaGb: planned['daily_quota_gb'] },
    },
    tags: tagsBody(planned),
  };
}
