import { NOTIFICATION_HUB_TYPE } from '../../link/resource-id';
import { Metric, type MetricOptions } from '../monitoring/metric';

/** A metric of a hub by its name in the REST API. All of them are counts without dimensions. */
export function hubMetric(notificationHubId: string, name: string, options: MetricOptions = {}): Metric {
  return new Metric({
    resourceId: notificationHubId,
    namespace: NOTIFICATION_HUB_TYPE,
    name,
    aggregation: 'Total',
    unit: 'Count',
  }).with(options);
}
