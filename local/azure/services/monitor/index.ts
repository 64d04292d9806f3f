import type { LocalService, ServiceParts } from '../../core/service';
import { actionGroups } from './action-groups';
import { ActivityLogReading } from './activity-log';
import { monitorFaults } from './control';
import { CustomMetrics } from './data-plane';
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
  return {
    resourceTypes: [
      actionGroups,
      metricAlerts(context),
      scheduledQueryRules(context),
      diagnosticSettings(context),
    ],
    operations: [
      ...new MetricsReading(context, metrics, delays).operations,
      ...new ActivityLogReading(context, delays).operations,
    ],
    hostServices: [new CustomMetrics(context, tokens, rbac)],
    faults: monitorFaults(delays),
    delays,
  };
}
