import type { TerraformStack } from 'cdktf';
import {
  CommunicationEvents,
  CommunicationService,
  Metric,
  NotificationHub,
  WebhookDestination,
} from '../../../constructs';
import { PLATFORM_METRICS } from '../../../local/azure/services/monitor/platform-metrics';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, communicationService, GROUP, HUB_ID } from '../../support/samples';
import { errorOf, newStack, resolved, synth } from '../../support/synth';

const ALERT = 'azurerm_monitor_metric_alert';

function hub(stack: TerraformStack) {
  return NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
}

function service(stack: TerraformStack) {
  return CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
}

function events(stack: TerraformStack): CommunicationEvents {
  return new CommunicationEvents(stack, 'Events', {
    resourceGroup: GROUP,
    communicationService: communicationService(stack, 'Source'),
    systemTopicName: 'evgst-app',
  });
}

/** Every metric that has a method of its own. */
function named(stack: TerraformStack): Metric[] {
  const topic = events(stack).systemTopic;
  const linked = hub(stack);
  const resource = service(stack);
  return [
    linked.metricIncoming(),
    linked.metricRequests(),
    linked.metricFailedRequests(),
    linked.metricPushes(),
    linked.metricOutgoingSuccess(),
    linked.metricOutgoingSuccess('apns'),
    linked.metricOutgoing('fcmV1', 'throttled'),
    linked.metricOutgoingErrors(),
    linked.metricBadOrExpiredChannels(),
    linked.metricInvalidCredentials('apns'),
    ...(['Authentication', 'CallAutomation', 'CallRecording', 'Chat', 'SMS'] as const).map((api) =>
      resource.metricApiRequests(api),
    ),
    topic.metricPublished(),
    topic.metricMatched(),
    topic.metricUnmatched(),
    topic.metricDelivered(),
    topic.metricDeliveryFailed(),
    topic.metricDeadLettered(),
    topic.metricDropped(),
    topic.metricProcessingDuration(),
  ];
}

describe('a metric', () => {
  test('is one that Azure has, added up as its table says', () => {
    const unknown = named(newStack()).filter(({ namespace, name, aggregation }) => {
      const metric = PLATFORM_METRICS[namespace.toLowerCase()]?.[name];
      return !metric?.aggregations.includes(aggregation);
    });
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  test('tells where it is and how it is looked at', () => {
    expect(hub(newStack()).metricOutgoingSuccess('apns')).toMatchObject({
      resourceId: HUB_ID,
      namespace: 'Microsoft.NotificationHubs/namespaces/notificationHubs',
      name: 'outgoing.apns.success',
      aggregation: 'Total',
      unit: 'Count',
      dimensions: [],
    });
    const chat = service(newStack()).metricApiRequests('Chat', {
      aggregation: 'Average',
      dimensions: [{ name: 'StatusCodeClass', values: ['5xx'] }],
    });
    expect(chat).toMatchObject({ name: 'APIRequestChat', aggregation: 'Average' });
    expect(chat.with({ dimensions: [] })).toMatchObject({
      name: 'APIRequestChat',
      aggregation: 'Average',
      dimensions: [],
    });
  });

  test('makes an alert with the settings it is given', () => {
    const stack = newStack();
    hub(stack)
      .metricFailedRequests()
      .createAlert(stack, 'Refused', {
        resourceGroup: GROUP,
        name: 'alert-refused',
        description: 'The hub refuses requests.',
        threshold: 10,
        operator: 'GreaterThanOrEqual',
        severity: 1,
        window: 'PT1H',
        frequency: 'PT15M',
        actionGroupIds: ['group'],
        tags: { app: 'x' },
      });
    const json = synth(stack);
    expect(json.resource(ALERT)).toEqual({
      name: 'alert-refused',
      resource_group_name: 'rg-app',
      description: 'The hub refuses requests.',
      scopes: [HUB_ID],
      severity: 1,
      window_size: 'PT1H',
      frequency: 'PT15M',
      criteria: [
        {
          metric_namespace: 'Microsoft.NotificationHubs/namespaces/notificationHubs',
          metric_name: 'incoming.all.failedrequests',
          aggregation: 'Total',
          operator: 'GreaterThanOrEqual',
          threshold: 10,
          skip_metric_validation: true,
        },
      ],
      action: [{ action_group_id: 'group' }],
      tags: { app: 'x' },
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('of one subscription alone looks at that, every five minutes for the last fifteen', () => {
    const stack = newStack();
    const made = events(stack);
    const subscription = made.addSubscription('Chat', {
      name: 'evgs-chat',
      eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
      destination: new WebhookDestination({ url: 'https://hooks.example.com/acs' }),
    });
    subscription
      .metricDropped()
      .createAlert(stack, 'Dropped', { resourceGroup: GROUP, name: 'alert-dropped', threshold: 0 });
    expect(synth(stack).resource(ALERT)).toMatchObject({
      scopes: [resolved(stack, made.systemTopic.systemTopicId)],
      severity: 3,
      window_size: 'PT15M',
      frequency: 'PT5M',
      criteria: [
        {
          metric_namespace: 'Microsoft.EventGrid/systemTopics',
          metric_name: 'DroppedEventCount',
          dimension: [
            {
              name: 'EventSubscriptionName',
              operator: 'Include',
              values: [resolved(stack, subscription.eventSubscriptionName)],
            },
          ],
          operator: 'GreaterThan',
          threshold: 0,
        },
      ],
    });
  });

  test('says all that is wrong with an alert at once', () => {
    const stack = newStack();
    hub(stack)
      .metricPushes()
      .createAlert(stack, 'Wrong', {
        resourceGroup: GROUP,
        name: 'a*b',
        threshold: Number.NaN,
        severity: 9,
        operator: 'Above' as 'Equals',
      });
    const error = errorOf(() => synth(stack));
    for (const part of [
      'name of a metricAlert takes',
      'alert.severity takes a whole number from 0 to 4, got 9',
      'alert.threshold takes a number from 0 on, got NaN',
      "alert.operator takes one of GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, Equals; got 'Above'",
    ]) {
      expect(error).toContain(part);
    }
  });
});
