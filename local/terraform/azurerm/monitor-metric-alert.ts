import type { CtyObject } from '../cty';
import { known, single, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';
import { blocks, requireBetween, requireExactlyOne, requireOneOf } from './validation';

const API_VERSION = '2018-03-01';
const FREQUENCIES = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H'];
const AGGREGATIONS = ['Average', 'Count', 'Minimum', 'Maximum', 'Total'];
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  criteria: ['Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'],
  dynamic_criteria: ['LessThan', 'GreaterThan', 'GreaterOrLessThan'],
};

export const monitorMetricAlert: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'resource_group_name'],
  defaults: {
    auto_mitigate: true,
    enabled: true,
    frequency: 'PT1M',
    severity: 3,
    window_size: 'PT5M',
    'criteria.skip_metric_validation': false,
    'dynamic_criteria.evaluation_failure_count': 4,
    'dynamic_criteria.evaluation_total_count': 4,
    'dynamic_criteria.skip_metric_validation': false,
  },

  validate(config) {
    requireOneOf(config, 'frequency', FREQUENCIES);
    requireOneOf(config, 'window_size', [...FREQUENCIES, 'PT6H', 'PT12H', 'P1D']);
    requireBetween(config, 'severity', 0, 4);
    requireExactlyOne(config, [
      'criteria',
      'dynamic_criteria',
      'application_insights_web_test_location_availability_criteria',
    ]);
    for (const [block, operators] of Object.entries(OPERATORS)) {
      for (const criterion of blocks(config, block)) {
        requireOneOf(criterion, 'operator', operators);
        requireOneOf(criterion, 'aggregation', AGGREGATIONS);
        requireOneOf(criterion, 'alert_sensitivity', ['Low', 'Medium', 'High']);
        for (const dimension of blocks(criterion, 'dimension')) {
          requireOneOf(dimension, 'operator', ['Include', 'Exclude', 'StartsWith']);
        }
      }
    }
  },

  ids: inGroup('MetricAlert', 'Microsoft.Insights/metricAlerts'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.arm('PUT', id, API_VERSION, { body: alertBody(planned), signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.get(id, API_VERSION, { signal });
    await client.arm('PUT', id, API_VERSION, { body: alertBody(planned), signal });
  },

  async read(id, state, { client, signal }) {
    const alert = await client.get(id, API_VERSION, { signal });
    if (!alert) return undefined;
    const { properties } = alert;
    return {
      tags: tagsState(alert.tags, state),
      description: properties['description'] || null,
      auto_mitigate: properties['autoMitigate'] ?? true,
      enabled: properties['enabled'] ?? true,
      frequency: properties['evaluationFrequency'] ?? null,
      severity: properties['severity'] ?? null,
      window_size: properties['windowSize'] ?? null,
      scopes: properties['scopes'] ?? [],
      target_resource_location: properties['targetResourceRegion'] ?? '',
      target_resource_type: properties['targetResourceType'] ?? '',
      action: ((properties['actions'] ?? []) as { actionGroupId: string; webHookProperties?: object }[]).map(
        ({ actionGroupId, webHookProperties }) => ({
          action_group_id: actionGroupId,
          webhook_properties:
            webHookProperties && Object.keys(webHookProperties).length > 0
              ? (webHookProperties as Record<string, string>)
              : null,
        }),
      ),
      ...criteriaState(properties['criteria'] ?? {}, state),
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

function alertBody(planned: CtyObject): object {
  return {
    location: 'global',
    properties: {
      actions: ((planned['action'] as CtyObject[] | null) ?? []).map((action) => ({
        actionGroupId: action['action_group_id'],
        webHookProperties: known(action['webhook_properties']) ?? {},
      })),
      autoMitigate: planned['auto_mitigate'],
      criteria: criteriaBody(planned),
      description: planned['description'] ?? '',
      enabled: planned['enabled'],
      evaluationFrequency: planned['frequency'],
      scopes: planned['scopes'],
      severity: planned['severity'],
      targetResourceRegion: known(planned['target_resource_location']) ?? '',
      targetResourceType: known(planned['target_resource_type']) ?? '',
      windowSize: planned['window_size'],
    },
    tags: tagsBody(planned),
  };
}

const MULTIPLE_RESOURCES = 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria';

function criteriaBody(planned: CtyObject): object {
  const webTest = single(planned['application_insights_web_test_location_availability_criteria']);
  if (webTest) {
    return {
      componentId: webTest['component_id'],
      failedLocationCount: webTest['failed_location_count'],
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria',
      webTestId: webTest['web_test_id'],
    };
  }
  const common = (criterion: CtyObject, index: number) => ({
    dimensions: ((criterion['dimension'] as CtyObject[] | null) ?? []).map(({ name, operator, values }) => ({
      name,
      operator,
      values,
    })),
    metricName: criterion['metric_name'],
    metricNamespace: criterion['metric_namespace'],
    name: `Metric${index + 1}`,
    operator: criterion['operator'],
    skipMetricValidation: criterion['skip_metric_validation'],
    timeAggregation: criterion['aggregation'],
  });
  const dynamic = single(planned['dynamic_criteria']);
  if (dynamic) {
    const ignoreBefore = known(dynamic['ignore_data_before']);
    return {
      allOf: [
        {
          ...common(dynamic, 0),
          alertSensitivity: dynamic['alert_sensitivity'],
          criterionType: 'DynamicThresholdCriterion',
          failingPeriods: {
            minFailingPeriodsToAlert: dynamic['evaluation_failure_count'],
            numberOfEvaluationPeriods: dynamic['evaluation_total_count'],
          },
          ...(ignoreBefore !== undefined && { ignoreDataBefore: ignoreBefore }),
        },
      ],
      'odata.type': MULTIPLE_RESOURCES,
    };
  }
  return {
    allOf: (planned['criteria'] as CtyObject[]).map((criterion, index) => ({
      ...common(criterion, index),
      criterionType: 'StaticThresholdCriterion',
      threshold: criterion['threshold'],
    })),
    'odata.type': MULTIPLE_RESOURCES,
  };
}

/** The one of three blocks that the rule is. */
function criteriaState(criteria: Record<string, any>, state: CtyObject): CtyObject {
  const allOf = (criteria['allOf'] ?? []) as Record<string, any>[];
  const before = single(state['dynamic_criteria']);
  return {
    criteria: allOf
      .filter((one) => one['criterionType'] !== 'DynamicThresholdCriterion')
      .map((one) => ({
        ...commonState(one),
        skip_metric_validation: one['skipMetricValidation'] ?? false,
        threshold: one['threshold'],
      })),
    dynamic_criteria: allOf
      .filter((one) => one['criterionType'] === 'DynamicThresholdCriterion')
      .map((one) => ({
        ...commonState(one),
        alert_sensitivity: one['alertSensitivity'],
        evaluation_failure_count: one['failingPeriods']?.minFailingPeriodsToAlert ?? null,
        evaluation_total_count: one['failingPeriods']?.numberOfEvaluationPeriods ?? null,
        ignore_data_before: one['ignoreDataBefore'] ?? null,
        skip_metric_validation:
          one['skipMetricValidation'] ?? known(before?.['skip_metric_validation']) ?? false,
      })),
    application_insights_web_test_location_availability_criteria: criteria['webTestId']
      ? [
          {
            web_test_id: criteria['webTestId'],
            component_id: criteria['componentId'],
            failed_location_count: criteria['failedLocationCount'],
          },
        ]
      : [],
  };
}

function commonState(criterion: Record<string, any>): CtyObject {
  return {
    aggregation: criterion['timeAggregation'],
    dimension: ((criterion['dimensions'] ?? []) as CtyObject[]).map(({ name, operator, values }) => ({
      name: name!,
      operator: operator!,
      values: values!,
    })),
    metric_name: criterion['metricName'],
    metric_namespace: criterion['metricNamespace'],
    operator: criterion['operator'],
  };
}
