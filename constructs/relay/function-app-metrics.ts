import { SITE_TYPE } from '../core/resource-reference';
import { Metric, type MetricAggregation, type MetricOptions, type MetricUnit } from '../monitoring/metric';

/**
 * What a Function App on Flex Consumption counts.
 * Source: azure-monitor-docs, supported-metrics/microsoft-web-sites-metrics.md.
 */
export const FUNCTION_APP_METRICS = {
  OnDemandFunctionExecutionCount: { aggregation: 'Total', unit: 'Count' },
  AlwaysReadyFunctionExecutionCount: { aggregation: 'Total', unit: 'Count' },
  InstanceCount: { aggregation: 'Average', unit: 'Count' },
  MemoryWorkingSet: { aggregation: 'Average', unit: 'Bytes' },
  CpuPercentage: { aggregation: 'Average', unit: 'Percent' },
} as const satisfies Record<string, { aggregation: MetricAggregation; unit: MetricUnit }>;

/** A metric of a Function App on Flex Consumption. */
export type FunctionAppMetric = keyof typeof FUNCTION_APP_METRICS;

/** A metric of a Function App by its name in the REST API; all but `InstanceCount` have the dimension `Instance`. */
export function functionAppMetric(
  functionAppId: string,
  name: FunctionAppMetric,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    ...FUNCTION_APP_METRICS[name],
    resourceId: functionAppId,
    namespace: SITE_TYPE,
    name,
  }).with(options);
}
