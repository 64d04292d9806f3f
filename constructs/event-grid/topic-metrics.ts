import { Metric, type MetricAggregation, type MetricOptions, type MetricUnit } from '../monitoring/metric';
import { SYSTEM_TOPIC_TYPE } from './system-topic-type';

/** The dimension that tells the subscriptions of a topic apart. */
export const SUBSCRIPTION_DIMENSION = 'EventSubscriptionName';

/**
 * What a system topic counts.
 * Source: azure-monitor-docs, supported-metrics/microsoft-eventgrid-systemtopics-metrics.md.
 */
export const TOPIC_METRICS = {
  published: 'PublishSuccessCount',
  publishFailed: 'PublishFailCount',
  matched: 'MatchedEventCount',
  unmatched: 'UnmatchedEventCount',
  delivered: 'DeliverySuccessCount',
  deliveryFailed: 'DeliveryAttemptFailCount',
  deadLettered: 'DeadLetteredCount',
  dropped: 'DroppedEventCount',
  processingDuration: 'DestinationProcessingDurationInMs',
} as const;

/** A metric of a system topic by its name in the REST API. */
export function topicMetric(
  systemTopicId: string,
  name: string,
  options: MetricOptions = {},
  { aggregation = 'Total', unit = 'Count' }: { aggregation?: MetricAggregation; unit?: MetricUnit } = {},
): Metric {
  return new Metric({ resourceId: systemTopicId, namespace: SYSTEM_TOPIC_TYPE, name, aggregation, unit }).with(
    options,
  );
}
