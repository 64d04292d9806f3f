import type { LocalService, ServiceParts } from '../../core/service';
import { actionGroups } from './action-groups';
import { ActivityLogReading } from './activity-log';
import { monitorFaults } from './control';
import { CustomMetrics } from './data-plane';
import { MetricsBatch } from './metrics-batch';
import { MonitorDelays, type MonitorOptions } from './delays';
import { diagnosticSettings } from './diagnostic-settings';
import { metricAlerts } from './metric-alerts';
import { MetricsReading } from './metrics-reading';
import { scheduledQueryRules } from './scheduled-query-rules';

export interface MonitorService extends LocalService {
  readonly delays: MonitorDelays;
}

/** Azure Monitor: metrics, the activity log, alert rules, action groups and diagnostic settings. */
export function monitorService(
  { context, tokens, rbac, metrics, seed }: ServiceParts,
  options?: MonitorOptions,
): MonitorService {
  const delays = new MonitorDelays(seed, options);
  const reading = new MetricsReading(context, metrics, delays);
  return {
    resourceTypes: [
      actionGroups,
      metricAlerts(context),
      scheduledQueryRules(context),
      diagnosticSettings(context),
    ],
    operations: [...reading.operations, ...new ActivityLogReading(context, delays).operations],
    hostServices: [
      new CustomMetrics(context, tokens, rbac),
      new MetricsBatch(context, tokens, rbac, (operation) => reading.read(operation)),
    ],
    faults: monitorFaults(delays),
    delays,
  };
}
