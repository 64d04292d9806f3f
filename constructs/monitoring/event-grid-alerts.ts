import type { Construct } from 'constructs';
import { SUBSCRIPTION_DIMENSION, TOPIC_METRICS, topicMetric } from '../event-grid/topic-metrics';
import { ALERTS, descriptionOf, ruleId } from './alerts';
import { settingsOf, type AlertChoices } from './alert-settings';
import { metricRule, type RuleContext } from './rules';

/** What a system topic counts of each subscription, by the alert on it. */
export const DELIVERY_METRICS = {
  failedDeliveries: TOPIC_METRICS.deliveryFailed,
  undelivered: TOPIC_METRICS.deadLettered,
  droppedEvents: TOPIC_METRICS.dropped,
} as const;

export interface EventGridAlertsProps extends RuleContext {
  /** ARM id of the topic. Of one that others subscribe to as well, their subscriptions are watched too. */
  readonly systemTopicId: string;
  readonly choices: AlertChoices;
  readonly runbookUrl: string;
}

/** Events that Event Grid could not deliver, gave up or dropped: an alert each, which tells the subscription. */
export function eventGridAlerts(scope: Construct, props: EventGridAlertsProps): void {
  for (const name of Object.keys(DELIVERY_METRICS) as (keyof typeof DELIVERY_METRICS)[]) {
    const settings = settingsOf(props.choices, name);
    if (!settings) continue;
    metricRule(scope, ruleId(name), props, {
      purpose: ALERTS[name].anchor,
      description: descriptionOf(ALERTS[name], props.runbookUrl),
      settings,
      metric: topicMetric(props.systemTopicId, DELIVERY_METRICS[name], {
        dimensions: [{ name: SUBSCRIPTION_DIMENSION }],
      }),
    });
  }
}
