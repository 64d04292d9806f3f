import type { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { MonitorScheduledQueryRulesAlertV2 } from '@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2';
import type { Construct } from 'constructs';
import { checkName, type Naming } from '../core/naming';
import { renamable } from '../core/renamable';
import type { IResourceGroup, Tags } from '../core/resource-group';
import type { AlertSettings } from './alerts';
import { metricAlert, type AlertedMetric } from './metric-alert';

/** What all rules of one monitoring have in common. */
export interface RuleContext {
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  /** ARM ids of the action groups that are told. */
  readonly actionGroupIds: readonly string[];
  readonly tags?: Tags;
}

export interface MetricRule {
  /** What its name says that it is for. */
  readonly purpose: string;
  readonly description: string;
  readonly settings: Required<AlertSettings>;
  /** @default - as the settings say, above the threshold */
  readonly operator?: 'GreaterThan' | 'LessThan';
  readonly metric: AlertedMetric;
}

/** A rule on one metric, named as all rules of one monitoring are. */
export function metricRule(
  scope: Construct,
  id: string,
  { resourceGroup, naming, actionGroupIds, tags }: RuleContext,
  { purpose, ...rule }: MetricRule,
): MonitorMetricAlert {
  const name = checkName(scope, 'metricAlert', naming.name('metricAlert', purpose));
  return metricAlert(scope, id, { ...rule, name, resourceGroup, actionGroupIds, tags });
}

export interface LogRule {
  /** What its name says that it is for. */
  readonly purpose: string;
  readonly description: string;
  readonly settings: Required<AlertSettings>;
  /** ARM id of the Application Insights component or workspace that the query runs in. */
  readonly scopeId: string;
  /** Region of what the query runs in. */
  readonly location: string;
  readonly query: string;
  /** The column that is compared, and how its rows are put together. @default - the number of rows */
  readonly measure?: { readonly column: string; readonly aggregation: 'Total' | 'Maximum' };
}

/**
 * A rule that runs a query. Azure does not try the query when the rule is made: a workspace of the same deploy may not
 * know its tables yet, and tests hold the queries against what is really logged.
 */
export function logRule(
  scope: Construct,
  id: string,
  { resourceGroup, naming, actionGroupIds, tags }: RuleContext,
  { purpose, description, settings, scopeId, location, query, measure }: LogRule,
): MonitorScheduledQueryRulesAlertV2 {
  return renamable(
    new MonitorScheduledQueryRulesAlertV2(scope, id, {
      name: checkName(scope, 'scheduledQueryRule', naming.name('scheduledQueryRule', purpose)),
      resourceGroupName: resourceGroup.name,
      location,
      description,
      scopes: [scopeId],
      severity: settings.severity,
      evaluationFrequency: settings.frequency,
      windowDuration: settings.window,
      autoMitigationEnabled: true,
      skipQueryValidation: true,
      criteria: [
        {
          query,
          timeAggregationMethod: measure?.aggregation ?? 'Count',
          metricMeasureColumn: measure?.column,
          operator: 'GreaterThan',
          threshold: settings.threshold,
          failingPeriods: { minimumFailingPeriodsToTriggerAlert: 1, numberOfEvaluationPeriods: 1 },
        },
      ],
      action: actionGroupIds.length > 0 ? { actionGroups: [...actionGroupIds] } : undefined,
      tags,
    }),
  );
}
