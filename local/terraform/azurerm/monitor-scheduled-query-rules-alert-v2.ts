import type { ArmResource } from '../azure-client';
import type { CtyObject, CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { identityBody, identityState } from './identity';
import { known, normalLocation, single, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';
import { blocks, requireBetween, requireOneOf } from './validation';

const API_VERSION = '2023-03-15-preview';

const FREQUENCIES = [
  'PT1M',
  'PT5M',
  'PT10M',
  'PT15M',
  'PT30M',
  'PT45M',
  'PT1H',
  'PT2H',
  'PT3H',
  'PT4H',
  'PT5H',
  'PT6H',
  'P1D',
];
const OPERATORS = ['Equal', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'];
const AGGREGATIONS = ['Count', 'Average', 'Minimum', 'Maximum', 'Total'];

/** Attributes of the resource, by the ARM property that each becomes. */
const PROPERTIES: Readonly<Record<string, string>> = {
  autoMitigate: 'auto_mitigation_enabled',
  checkWorkspaceAlertsStorageConfigured: 'workspace_alerts_storage_enabled',
  description: 'description',
  displayName: 'display_name',
  enabled: 'enabled',
  evaluationFrequency: 'evaluation_frequency',
  muteActionsDuration: 'mute_actions_after_alert_duration',
  overrideQueryTimeRange: 'query_time_range_override',
  scopes: 'scopes',
  severity: 'severity',
  skipQueryValidation: 'skip_query_validation',
  targetResourceTypes: 'target_resource_types',
  windowSize: 'window_duration',
};

export const monitorScheduledQueryRulesAlertV2: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'scopes'],
  defaults: {
    auto_mitigation_enabled: false,
    enabled: true,
    workspace_alerts_storage_enabled: false,
  },

  validate(config) {
    requireOneOf(config, 'evaluation_frequency', FREQUENCIES);
    requireOneOf(config, 'window_duration', [...FREQUENCIES, 'P2D']);
    requireOneOf(config, 'mute_actions_after_alert_duration', [...FREQUENCIES.slice(1), 'P2D']);
    requireOneOf(config, 'query_time_range_override', [...FREQUENCIES.slice(1), 'PT20M', 'P2D']);
    requireBetween(config, 'severity', 0, 4);
    for (const condition of blocks(config, 'criteria')) {
      requireOneOf(condition, 'operator', OPERATORS);
      requireOneOf(condition, 'time_aggregation_method', AGGREGATIONS);
      for (const one of blocks(condition, 'dimension')) requireOneOf(one, 'operator', ['Include', 'Exclude']);
      for (const periods of blocks(condition, 'failing_periods')) {
        requireBetween(periods, 'minimum_failing_periods_to_trigger_alert', 1, 6);
        requireBetween(periods, 'number_of_evaluation_periods', 1, 6);
      }
    }
    const mute = known(config['mute_actions_after_alert_duration']);
    if (mute !== undefined && config['auto_mitigation_enabled'] === true) {
      throw new ProviderError(
        'Invalid configuration',
        'auto mitigation must be disabled when mute action duration is set',
      );
    }
  },

  ids: inGroup('ScheduledQueryRule', 'Microsoft.Insights/scheduledQueryRules'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.arm('PUT', id, API_VERSION, { body: ruleBody(planned), signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    const existing = (await client.get(id, API_VERSION, { signal }))!;
    const body = ruleBody(planned);
    const { identity: _, ...kept } = existing;
    const properties: Record<string, unknown> = { ...existing.properties, ...body.properties };
    for (const [name, attribute] of Object.entries(PROPERTIES)) {
      if (known(planned[attribute]) === undefined) delete properties[name];
    }
    if (body.properties.actions === undefined) delete properties['actions'];
    await client.arm('PUT', id, API_VERSION, { body: { ...kept, ...body, properties }, signal });
  },

  async read(id, state, { client, signal }) {
    const rule = await client.get(id, API_VERSION, { signal });
    return rule && ruleState(rule, state);
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

function ruleBody(planned: CtyObject) {
  const identity = identityBody(planned['identity']);
  const properties: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(PROPERTIES)) {
    const value = known(planned[attribute]);
    if (value !== undefined) properties[name] = value;
  }
  return {
    ...(identity && { identity }),
    kind: 'LogAlert',
    location: planned['location'],
    properties: {
      ...properties,
      skipQueryValidation: planned['skip_query_validation'] === true,
      targetResourceTypes: known(planned['target_resource_types']) ?? [],
      actions: actionsBody(single(planned['action'])),
      criteria: { allOf: (planned['criteria'] as CtyObject[]).map(conditionBody) },
    },
    tags: tagsBody(planned),
  };
}

function actionsBody(action: CtyObject | undefined): object | undefined {
  return (
    action && {
      actionGroups: known(action['action_groups']) ?? [],
      customProperties: known(action['custom_properties']) ?? {},
    }
  );
}

function conditionBody(condition: CtyObject): object {
  const periods = single(condition['failing_periods']);
  const column = known(condition['metric_measure_column']);
  const resourceId = known(condition['resource_id_column']);
  return {
    dimensions: ((condition['dimension'] as CtyObject[] | null) ?? []).map(dimension),
    ...(periods && {
      failingPeriods: {
        minFailingPeriodsToAlert: periods['minimum_failing_periods_to_trigger_alert'],
        numberOfEvaluationPeriods: periods['number_of_evaluation_periods'],
      },
    }),
    ...(column !== undefined && { metricMeasureColumn: column }),
    operator: condition['operator'],
    query: condition['query'],
    ...(resourceId !== undefined && { resourceIdColumn: resourceId }),
    threshold: condition['threshold'],
    timeAggregation: condition['time_aggregation_method'],
  };
}

function dimension({ name, operator, values }: CtyObject): CtyObject {
  return { name: name!, operator: operator!, values: values! };
}

function ruleState(rule: ArmResource, state: CtyObject): CtyObject {
  const { properties } = rule;
  const attributes = Object.fromEntries(
    Object.entries(PROPERTIES).map(([name, attribute]) => [
      attribute,
      (properties[name] ?? null) as CtyValue,
    ]),
  );
  const types = properties['targetResourceTypes'] as string[] | undefined;
  return {
    ...attributes,
    location: normalLocation(rule.location!),
    tags: tagsState(rule.tags, state),
    identity: identityState(rule.identity),
    // What is left out and what is false or empty are one to the real provider.
    skip_query_validation:
      properties['skipQueryValidation'] === true
        ? true
        : known(state['skip_query_validation']) === undefined
          ? null
          : false,
    target_resource_types:
      types && types.length > 0 ? types : (known(state['target_resource_types']) ?? null),
    created_with_api_version: properties['createdWithApiVersion'] ?? '',
    is_a_legacy_log_analytics_rule: properties['isLegacyLogAnalyticsRule'] ?? false,
    is_workspace_alerts_storage_configured: properties['isWorkspaceAlertsStorageConfigured'] ?? false,
    action: properties['actions'] ? [actionState(properties['actions'], single(state['action']))] : [],
    criteria: ((properties['criteria']?.allOf ?? []) as Record<string, any>[]).map(conditionState),
  };
}

function actionState(actions: Record<string, any>, before: CtyObject | undefined): CtyObject {
  const groups = (actions['actionGroups'] ?? []) as string[];
  const custom = (actions['customProperties'] ?? {}) as Record<string, string>;
  return {
    action_groups: groups.length > 0 ? groups : (known(before?.['action_groups']) ?? null),
    custom_properties:
      Object.keys(custom).length > 0 ? custom : (known(before?.['custom_properties']) ?? null),
  };
}

function conditionState(condition: Record<string, any>): CtyObject {
  const periods = condition['failingPeriods'];
  return {
    dimension: ((condition['dimensions'] ?? []) as CtyObject[]).map(dimension),
    failing_periods: periods
      ? [
          {
            minimum_failing_periods_to_trigger_alert: periods.minFailingPeriodsToAlert,
            number_of_evaluation_periods: periods.numberOfEvaluationPeriods,
          },
        ]
      : [],
    metric_measure_column: condition['metricMeasureColumn'] ?? null,
    operator: condition['operator'],
    query: condition['query'],
    resource_id_column: condition['resourceIdColumn'] ?? null,
    threshold: condition['threshold'],
    time_aggregation_method: condition['timeAggregation'],
  };
}
