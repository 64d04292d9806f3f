import type { Construct } from 'constructs';
import { SYSTEM_TOPIC_TYPE } from '../event-grid/system-topic';
import { ALERTS, descriptionOf, ruleId } from './alerts';
import { settingsOf, type AlertChoices } from './alert-settings';
import { metricRule, type RuleContext } from './rules';

/**
 * What a system topic counts of each subscription, by the alert on it; all have the dimension `EventSubscriptionName`.
 * Source: azure-monitor-docs, supported-metrics/microsoft-eventgrid-systemtopics-metrics.md.
 */
export const DELIVERY_METRICS = {
  failedDeliveries: 'DeliveryAttemptFailCount',
  undelivered: 'DeadLetteredCount',
  droppedEvents: 'DroppedEventCount',
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
      scopeId: props.systemTopicId,
      metric: {
        metricNamespace: SYSTEM_TOPIC_TYPE,
        metricName: DELIVERY_METRICS[name],
        aggregation: 'Total',
        dimension: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['*'] }],
        skipMetricValidation: true,
      },
    });
  }
}
