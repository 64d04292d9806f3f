import type { CtyObject } from '../cty';
import { groupResourceId, known, single, tagsBody, tagsState, type AzurermResource } from './resource';

const API_VERSION = '2018-03-01';

export const monitorMetricAlert: AzurermResource = {
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

  id: (planned, session) => groupResourceId(planned, session, 'Microsoft.Insights/metricAlerts'),

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
      criteria: staticCriteria(properties['criteria']?.allOf ?? [], state),
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

function staticCriteria(allOf: Record<string, any>[], state: CtyObject): CtyObject[] {
  if ((state['criteria'] as CtyObject[] | null)?.length === 0 && single(state['dynamic_criteria'])) return [];
  return allOf
    .filter((criterion) => criterion['criterionType'] === 'StaticThresholdCriterion')
    .map((criterion) => ({
      aggregation: criterion['timeAggregation'],
      metric_name: criterion['metricName'],
      metric_namespace: criterion['metricNamespace'],
      operator: criterion['operator'],
      skip_metric_validation: criterion['skipMetricValidation'] ?? false,
      threshold: criterion['threshold'],
      dimension: ((criterion['dimensions'] ?? []) as CtyObject[]).map(({ name, operator, values }) => ({
        name: name!,
        operator: operator!,
        values: values!,
      })),
    }));
}
