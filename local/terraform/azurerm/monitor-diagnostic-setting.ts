import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import { known, single, type AzurermResource } from './resource';
import { requireAtLeastOne, requireOneOf } from './validation';

const API_VERSION = '2021-05-01-preview';

export const monitorDiagnosticSetting: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'target_resource_id'],
  defaults: { 'metric.enabled': true },

  validate(config) {
    requireAtLeastOne(config, [
      'eventhub_authorization_rule_id',
      'log_analytics_workspace_id',
      'storage_account_id',
      'partner_solution_id',
    ]);
    requireAtLeastOne(config, ['enabled_log', 'enabled_metric', 'metric']);
    requireOneOf(config, 'log_analytics_destination_type', ['Dedicated', 'AzureDiagnostics']);
  },

  ids: {
    of: (planned) => `${planned['target_resource_id'] as string}|${planned['name'] as string}`,
    parse(id) {
      const [target, name] = splitId(id);
      return { target_resource_id: target, name };
    },
  },

  async exists(id, { client, signal }) {
    return (await client.get(armId(id), API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.arm('PUT', armId(id), API_VERSION, { body: settingBody(planned), signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PUT', armId(id), API_VERSION, { body: settingBody(planned), signal });
  },

  async read(id, state, { client, signal }) {
    const setting = await client.get(armId(id), API_VERSION, { signal });
    if (!setting) return undefined;
    const { properties } = setting;
    const logs = ((properties['logs'] ?? []) as Record<string, any>[]).filter((log) => log['enabled']);
    const metrics = (properties['metrics'] ?? []) as Record<string, any>[];
    const enabled = metrics.filter((metric) => metric['enabled']);
    const older = ((state['metric'] as CtyObject[] | null) ?? []).length > 0;
    return {
      log_analytics_workspace_id: properties['workspaceId'] ?? null,
      storage_account_id: properties['storageAccountId'] ?? null,
      eventhub_authorization_rule_id: properties['eventHubAuthorizationRuleId'] ?? null,
      eventhub_name: properties['eventHubName'] ?? null,
      partner_solution_id: properties['marketplacePartnerId'] ?? null,
      log_analytics_destination_type:
        properties['logAnalyticsDestinationType'] ?? known(state['log_analytics_destination_type']) ?? '',
      enabled_log: logs.map((log) => ({
        category: log['category'] || null,
        category_group: log['categoryGroup'] || null,
        retention_policy: retentionState(log, state['enabled_log'] as CtyObject[] | null),
      })),
      // One of two blocks, the older one deprecated, says which metrics are kept.
      enabled_metric: older ? [] : enabled.map((metric) => ({ category: metric['category'] })),
      metric: older ? state['metric']! : [],
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', armId(id), API_VERSION, { signal });
    await client.poll(
      signal,
      async () => (await client.get(armId(id), API_VERSION, { signal })) === undefined,
    );
  },
};

function splitId(id: string): [target: string, name: string] {
  const [target, name, rest] = id.split('|');
  if (!target || !name || rest !== undefined) {
    throw new ProviderError('Invalid id', `got ${id}, expected <target resource id>|<name>`);
  }
  return [target, name];
}

function armId(id: string): string {
  const [target, name] = splitId(id);
  return `${target}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
}

function settingBody(planned: CtyObject): object {
  const optional = (name: string, key: string) => {
    const value = known(planned[name]);
    return value === undefined || value === '' ? {} : { [key]: value };
  };
  const older = (planned['metric'] as CtyObject[] | null) ?? [];
  const newer = (planned['enabled_metric'] as CtyObject[] | null) ?? [];
  return {
    properties: {
      ...optional('eventhub_authorization_rule_id', 'eventHubAuthorizationRuleId'),
      ...optional('eventhub_name', 'eventHubName'),
      ...optional('log_analytics_destination_type', 'logAnalyticsDestinationType'),
      logs: ((planned['enabled_log'] as CtyObject[] | null) ?? []).map((log) => ({
        ...(log['category'] ? { category: log['category'] } : { categoryGroup: log['category_group'] }),
        enabled: true,
        ...retentionBody(log),
      })),
      ...optional('partner_solution_id', 'marketplacePartnerId'),
      metrics: [
        ...older.map((metric) => ({
          category: metric['category'],
          enabled: metric['enabled'],
          ...retentionBody(metric),
        })),
        ...newer.map((metric) => ({ category: metric['category'], enabled: true })),
      ],
      ...optional('storage_account_id', 'storageAccountId'),
      ...optional('log_analytics_workspace_id', 'workspaceId'),
    },
  };
}

function retentionBody(block: CtyObject): object {
  const policy = single(block['retention_policy']);
  return policy ? { retentionPolicy: { days: policy['days'] ?? 0, enabled: policy['enabled'] } } : {};
}

/** Azure shows a retention policy of its own where none was configured. */
function retentionState(log: Record<string, any>, before: CtyObject[] | null): CtyObject[] {
  const configured = before?.find(
    (block) =>
      (block['category'] ?? null) === (log['category'] || null) &&
      (block['category_group'] ?? null) === (log['categoryGroup'] || null),
  );
  return (configured?.['retention_policy'] as CtyObject[] | undefined) ?? [];
}
