import { HEALTH_METRICS } from '../../relay/contract';
import { Metric } from './metric';

/** What a relay reports of the link or of its hubs every five minutes: 1, or 0 when a check fails. */
export function healthMetric(functionAppId: string, of: keyof typeof HEALTH_METRICS): Metric {
  return new Metric({
    ...HEALTH_METRICS[of],
    resourceId: functionAppId,
    // One report of ill health among healthy ones is one too many.
    aggregation: 'Minimum',
    unit: 'Count',
  });
}
