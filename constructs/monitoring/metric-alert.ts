import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { Construct } from 'constructs';
import { renamable } from '../core/renamable';
import type { IResourceGroup, Tags } from '../core/resource-group';
import type { AlertSettings } from './alerts';

/** Source: azurerm 4.55, `azurerm_monitor_metric_alert`. */
export const ALERT_OPERATORS = [
  'GreaterThan',
  'GreaterThanOrEqual',
  'LessThan',
  'LessThanOrEqual',
  'Equals',
] as const;

/** On which side of its threshold an alert fires. */
export type AlertOperator = (typeof ALERT_OPERATORS)[number];

/** A metric as an alert looks at it; `Metric` is one. */
export interface AlertedMetric {
  /** ARM id of what has the metric. */
  readonly resourceId: string;
  readonly namespace: string;
  readonly name: string;
  readonly aggregation: string;
  readonly dimensions: readonly {
    readonly name: string;
    readonly values?: readonly string[];
    readonly operator?: string;
  }[];
}

export interface MetricAlertRule {
  readonly name: string;
  readonly resourceGroup: IResourceGroup;
  readonly description?: string;
  readonly settings: Required<AlertSettings>;
  /** @default 'GreaterThan' */
  readonly operator?: AlertOperator;
  readonly metric: AlertedMetric;
  /** ARM ids of the action groups that are told. @default - none */
  readonly actionGroupIds?: readonly string[];
  readonly tags?: Tags;
}

/** A rule on one metric. Rules with several criteria fire when all of them hold, so that each metric has its own. */
export function metricAlert(scope: Construct, id: string, rule: MetricAlertRule): MonitorMetricAlert {
  const { settings, metric, operator = 'GreaterThan', actionGroupIds = [] } = rule;
  return renamable(
    new MonitorMetricAlert(scope, id, {
      name: rule.name,
      resourceGroupName: rule.resourceGroup.name,
      description: rule.description,
      scopes: [metric.resourceId],
      severity: settings.severity,
      frequency: settings.frequency,
      windowSize: settings.window,
      criteria: [
        {
          metricNamespace: metric.namespace,
          metricName: metric.name,
          aggregation: metric.aggregation,
          dimension:
            metric.dimensions.length === 0
              ? undefined
              : metric.dimensions.map(({ name, values = ['*'], operator: choice = 'Include' }) => ({
                  name,
                  operator: choice,
                  values: [...values],
                })),
          // Nothing is counted before the first push, event or report.
          skipMetricValidation: true,
          operator,
          threshold: settings.threshold,
        },
      ],
      action: actionGroupIds.map((actionGroupId) => ({ actionGroupId })),
      tags: rule.tags,
    }),
  );
}
