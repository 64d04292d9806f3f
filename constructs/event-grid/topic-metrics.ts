import { Construct } from 'constructs';
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
  return new Metric({
    resourceId: systemTopicId,
    namespace: SYSTEM_TOPIC_TYPE,
    name,
    aggregation,
    unit,
  }).with(options);
}

/** The metrics of a topic, made here or adopted. Those of subscriptions have the dimension `EventSubscriptionName`. */
export abstract class TopicWithMetrics extends Construct {
  abstract readonly systemTopicId: string;

  /** Any metric by its name in the REST API. */
  metric(name: string, options?: MetricOptions): Metric {
    return topicMetric(this.systemTopicId, name, options);
  }

  /** Events that came to the topic. */
  metricPublished(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.published, options);
  }

  /** Events that a subscription takes. */
  metricMatched(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.matched, options);
  }

  /** Events that no subscription takes. */
  metricUnmatched(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.unmatched, options);
  }

  /** Events that were delivered. */
  metricDelivered(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.delivered, options);
  }

  /** Attempts to deliver that failed; each event can have several. */
  metricDeliveryFailed(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.deliveryFailed, options);
  }

  /** Events that were given up and kept. */
  metricDeadLettered(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.deadLettered, options);
  }

  /** Events that were given up and are lost. */
  metricDropped(options?: MetricOptions): Metric {
    return this.metric(TOPIC_METRICS.dropped, options);
  }

  /** How long destinations take to answer, on average. */
  metricProcessingDuration(options?: MetricOptions): Metric {
    return topicMetric(this.systemTopicId, TOPIC_METRICS.processingDuration, options, {
      aggregation: 'Average',
      unit: 'Milliseconds',
    });
  }
}
