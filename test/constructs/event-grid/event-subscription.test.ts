import { App, type TerraformStack } from 'cdktf';
import {
  COMMUNICATION_EVENT_NAMES,
  EventSubscription,
  eventTypeProblem,
  FunctionDestination,
  isCommunicationEventType,
  SystemTopic,
  WebhookDestination,
  type CommunicationEventType,
  type EventBatching,
  type EventSubscriptionProps,
  type ISystemTopic,
} from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import {
  communicationService,
  FUNCTION_APP_ID,
  GROUP,
  IDENTITY_ID,
  STORAGE_ID,
  TOPIC_ID,
} from '../../support/samples';
import { errorOf, newStack, synth, synthWith } from '../../support/synth';

const TYPE = 'azurerm_eventgrid_system_topic_event_subscription';
const WEBHOOK = 'https://hooks.example.com/acs';

function subscribed(over: Partial<EventSubscriptionProps> = {}) {
  return synthWith((stack) => {
    new EventSubscription(stack, 'Subscription', {
      systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
      name: 'evgs-app',
      eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
      destination: new WebhookDestination({ url: WEBHOOK }),
      ...over,
    });
  });
}

function subscribedIn(stack: TerraformStack, systemTopic: ISystemTopic) {
  new EventSubscription(stack, 'Subscription', {
    systemTopic,
    name: 'evgs-app',
    eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
    destination: new WebhookDestination({ url: WEBHOOK }),
  });
  return synth(stack);
}

const refusal = (over: Partial<EventSubscriptionProps>) => errorOf(() => subscribed(over));

describe('a subscription', () => {
  test('delivers the named events in the Event Grid schema, trying as long as Event Grid does', () => {
    expect(subscribed().resource(TYPE)).toEqual({
      name: 'evgs-app',
      system_topic: 'evgst-app',
      resource_group_name: 'rg-app',
      event_delivery_schema: 'EventGridSchema',
      included_event_types: ['Microsoft.Communication.ChatMessageReceived'],
      webhook_endpoint: { url: WEBHOOK, max_events_per_batch: 1, preferred_batch_size_in_kilobytes: 64 },
      retry_policy: { max_delivery_attempts: 30, event_time_to_live: 1440 },
    });
  });

  test('is replaced with its topic, with which Azure deletes it', () => {
    const stack = newStack();
    const systemTopic = new SystemTopic(stack, 'Topic', {
      resourceGroup: GROUP,
      name: 'evgst-app',
      communicationService: communicationService(stack),
    });
    expect(subscribedIn(stack, systemTopic).resource(TYPE).lifecycle).toEqual({
      replace_triggered_by: [expect.stringMatching(/^azurerm_eventgrid_system_topic\.Topic_\w+\.id$/)],
    });
  });

  test('cannot follow the topic of another stack', () => {
    const first = newStack('first');
    const second = newStack('second', App.of(first));
    const systemTopic = new SystemTopic(first, 'Topic', {
      resourceGroup: GROUP,
      name: 'evgst-app',
      communicationService: communicationService(first),
    });
    expect(subscribedIn(second, systemTopic).resource(TYPE)).not.toHaveProperty('lifecycle');
  });

  test('is held by the schema with everything in it', () => {
    const json = subscribed({
      deliverySchema: 'CloudEventSchemaV1_0',
      retryPolicy: { maxDeliveryAttempts: 2, eventTimeToLive: 1 },
      filter: {
        subjectBeginsWith: 'a',
        subjectEndsWith: 'b',
        subjectCaseSensitive: true,
        advanced: { stringIn: [{ key: 'data.x', values: ['y'] }], boolEquals: [{ key: 'z', value: true }] },
      },
      deadLetter: {
        storageAccountId: STORAGE_ID,
        containerName: 'deadletter',
        userAssignedIdentityId: IDENTITY_ID,
      },
    });
    expect(schemaProblems(json)).toEqual([]);
    expect(json.resource(TYPE)).toMatchObject({
      event_delivery_schema: 'CloudEventSchemaV1_0',
      retry_policy: { max_delivery_attempts: 2, event_time_to_live: 1 },
      subject_filter: { subject_begins_with: 'a', subject_ends_with: 'b', case_sensitive: true },
      advanced_filter: {
        string_in: [{ key: 'data.x', values: ['y'] }],
        bool_equals: [{ key: 'z', value: true }],
      },
      storage_blob_dead_letter_destination: {
        storage_account_id: STORAGE_ID,
        storage_blob_container_name: 'deadletter',
      },
      dead_letter_identity: { type: 'UserAssigned', user_assigned_identity: IDENTITY_ID },
    });
  });

  test('filters subjects only when asked to', () => {
    expect(subscribed({ filter: {} }).resource(TYPE)).not.toHaveProperty('subject_filter');
    expect(subscribed({ filter: { subjectEndsWith: 'b' } }).resource(TYPE).subject_filter).toEqual({
      subject_ends_with: 'b',
    });
  });

  test('writes dead letters without an identity when the destination names none', () => {
    const resource = subscribed({
      deadLetter: { storageAccountId: STORAGE_ID, containerName: 'deadletter' },
    }).resource(TYPE);
    expect(resource.storage_blob_dead_letter_destination).toBeDefined();
    expect(resource).not.toHaveProperty('dead_letter_identity');
  });

  test('refuses an unknown event type and names the nearest', () => {
    expect(
      refusal({ eventTypes: ['Microsoft.Communication.ChatMessageRecieved' as CommunicationEventType] }),
    ).toBe(
      "unknown event type 'Microsoft.Communication.ChatMessageRecieved'; did you mean " +
        "'Microsoft.Communication.ChatMessageReceived'?\n  at construct stack/Subscription",
    );
  });

  test('names every unknown event type at once', () => {
    expect(
      refusal({ eventTypes: ['IncomingCall', 'SmsReceived'] as unknown as CommunicationEventType[] }),
    ).toBe(
      "unknown event type 'IncomingCall'; did you mean 'Microsoft.Communication.IncomingCall'?\n" +
        '  at construct stack/Subscription\n' +
        "unknown event type 'SmsReceived'; did you mean 'Microsoft.Communication.SMSReceived'?\n" +
        '  at construct stack/Subscription',
    );
  });

  test('refuses no event type', () => {
    expect(refusal({ eventTypes: [] })).toBe(
      'eventTypes takes at least one event type, got none\n  at construct stack/Subscription',
    );
  });

  test.each([0, 31, 1.5, Number.NaN])('refuses %p delivery attempts', (maxDeliveryAttempts) => {
    expect(refusal({ retryPolicy: { maxDeliveryAttempts, eventTimeToLive: 1 } })).toBe(
      `retryPolicy.maxDeliveryAttempts takes a whole number from 1 to 30, got ${maxDeliveryAttempts}\n` +
        '  at construct stack/Subscription',
    );
  });

  test.each([0, 1441])('refuses to keep events for %p minutes', (eventTimeToLive) => {
    expect(refusal({ retryPolicy: { maxDeliveryAttempts: 1, eventTimeToLive } })).toBe(
      `retryPolicy.eventTimeToLive takes a whole number from 1 to 1440, got ${eventTimeToLive}\n` +
        '  at construct stack/Subscription',
    );
  });

  test('takes 25 advanced filters and refuses 26, whatever their operators', () => {
    const filters = (count: number) => ({
      advanced: {
        stringIn: Array.from({ length: count - 1 }, (_, i) => ({ key: `data.k${i}`, values: ['v'] })),
        isNotNull: [{ key: 'data.x' }],
      },
    });
    expect(subscribed({ filter: filters(25) }).resource(TYPE).advanced_filter.string_in).toHaveLength(24);
    expect(refusal({ filter: filters(26) })).toBe(
      'a subscription takes 25 advanced filters at most, got 26\n  at construct stack/Subscription',
    );
  });

  test.each([
    ['ab', "name of an eventSubscription takes 3 to 64 characters, got 2 in 'ab'"],
    ['a_b', "name of an eventSubscription takes letters, digits and -, got 'a_b'"],
  ])('refuses the name %p', (name, problem) => {
    expect(refusal({ name })).toBe(`${problem}\n  at construct stack/Subscription`);
  });
});

describe('the event types of Communication Services', () => {
  test.each(COMMUNICATION_EVENT_NAMES)('%s is one', (name) => {
    expect(isCommunicationEventType(`Microsoft.Communication.${name}`)).toBe(true);
    expect(eventTypeProblem(`Microsoft.Communication.${name}`)).toBeUndefined();
  });

  test('are named with their prefix and in their casing', () => {
    expect(isCommunicationEventType('IncomingCall')).toBe(false);
    expect(isCommunicationEventType('microsoft.communication.incomingcall')).toBe(false);
  });
});

describe('a function as destination', () => {
  const destination = (batching: EventBatching = {}) =>
    new FunctionDestination({ functionAppId: FUNCTION_APP_ID, functionName: 'calls', ...batching });

  test('is waited for before the subscription is made', () => {
    const json = subscribed({ destination: destination() });
    expect(json.dataSource('azapi_resource')).toEqual({
      type: 'Microsoft.Web/sites/functions@2023-12-01',
      resource_id: `${FUNCTION_APP_ID}/functions/calls`,
      response_export_values: [],
      retry: {
        error_message_regex: ['NotFound', 'was not found', '404', '503'],
        interval_seconds: 5,
        max_interval_seconds: 15,
      },
      timeouts: { read: '10m' },
    });
    expect(json.resource(TYPE).depends_on).toEqual([
      expect.stringMatching(/^data\.azapi_resource\.Subscription_FunctionReady_\w+$/),
    ]);
    expect(schemaProblems(json)).toEqual([]);
  });

  test('stands in the subscription as an id that does not depend on what was read', () => {
    const { azure_function_endpoint: endpoint } = subscribed({ destination: destination() }).resource(TYPE);
    expect(endpoint.function_id).toBe(`${FUNCTION_APP_ID}/functions/calls`);
  });

  test('gets one event at once unless told otherwise, written out since Event Grid echoes it', () => {
    const { azure_function_endpoint: endpoint } = subscribed({ destination: destination() }).resource(TYPE);
    expect(endpoint).toMatchObject({ max_events_per_batch: 1, preferred_batch_size_in_kilobytes: 64 });
  });

  test('gets as many events at once as it is told', () => {
    const { azure_function_endpoint: endpoint } = subscribed({
      destination: destination({ maxEventsPerBatch: 5000, preferredBatchSizeInKilobytes: 1024 }),
    }).resource(TYPE);
    expect(endpoint).toMatchObject({
      max_events_per_batch: 5000,
      preferred_batch_size_in_kilobytes: 1024,
    });
  });

  test.each([0, 5001, 2.5])('refuses %p events at once', (maxEventsPerBatch) => {
    expect(errorOf(() => destination({ maxEventsPerBatch }))).toBe(
      `maxEventsPerBatch takes a whole number from 1 to 5000, got ${maxEventsPerBatch}`,
    );
  });

  test.each([0, 1025])('refuses %p kilobytes at once', (preferredBatchSizeInKilobytes) => {
    expect(errorOf(() => destination({ preferredBatchSizeInKilobytes }))).toBe(
      `preferredBatchSizeInKilobytes takes a whole number from 1 to 1024, got ${preferredBatchSizeInKilobytes}`,
    );
  });

  test('serves two subscriptions of one stack', () => {
    const stack = newStack();
    const systemTopic = SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID);
    for (const name of ['one', 'two']) {
      new EventSubscription(stack, name, {
        systemTopic,
        name: `evgs-${name}`,
        eventTypes: ['Microsoft.Communication.IncomingCall'],
        destination: destination(),
      });
    }
    expect(synth(stack).dataSources('azapi_resource')).toHaveLength(2);
  });
});

describe('a webhook as destination', () => {
  test('gets a Microsoft Entra token with each delivery when an application is named', () => {
    const json = subscribed({
      destination: new WebhookDestination({
        url: WEBHOOK,
        entraApplication: { tenantId: 'tenant', applicationIdOrUri: 'api://hooks' },
        maxEventsPerBatch: 10,
        preferredBatchSizeInKilobytes: 128,
      }),
    });
    expect(json.resource(TYPE).webhook_endpoint).toEqual({
      url: WEBHOOK,
      active_directory_tenant_id: 'tenant',
      active_directory_app_id_or_uri: 'api://hooks',
      max_events_per_batch: 10,
      preferred_batch_size_in_kilobytes: 128,
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('is not waited for', () => {
    const json = subscribed();
    expect(json.resource(TYPE)).not.toHaveProperty('depends_on');
    expect(json.dataSources('azapi_resource')).toEqual([]);
  });

  test.each(['http://hooks.example.com/acs', 'hooks.example.com', '', 'https://'])(
    'refuses the URL %p',
    (url) => {
      expect(errorOf(() => new WebhookDestination({ url }))).toBe(
        `webhook url takes an https URL, for example 'https://hooks.example.com/acs', got '${url}'`,
      );
    },
  );

  test.each([
    'code',
    'sig',
    'key',
    'token',
    'Secret',
    'apikey',
    'api_key',
    'access_token',
    'subscription-key',
  ])('refuses a secret in the query (%s), without repeating it', (parameter) => {
    expect(errorOf(() => new WebhookDestination({ url: `${WEBHOOK}?a=b&${parameter}=hush` }))).toBe(
      'webhook url must not carry a secret, since it is kept in state; got a query parameter that holds one: drop it ' +
        'and give entraApplication, whose tokens the webhook checks',
    );
  });

  test('refuses a user name and password in the URL, without repeating them', () => {
    expect(errorOf(() => new WebhookDestination({ url: 'https://user:hush@hooks.example.com' }))).toBe(
      'webhook url must not carry a secret, since it is kept in state; got a user name before the host: drop it ' +
        'and give entraApplication, whose tokens the webhook checks',
    );
  });

  test('takes a query without a secret', () => {
    const url = `${WEBHOOK}?tenant=one&keyboard=qwerty@home`;
    const json = subscribed({ destination: new WebhookDestination({ url }) });
    expect(json.resource(TYPE).webhook_endpoint.url).toBe(url);
  });

  test.each([{ maxEventsPerBatch: 0 }, { preferredBatchSizeInKilobytes: 2000 }])(
    'has the limits of a batch too: %j',
    (batching) => {
      expect(errorOf(() => new WebhookDestination({ url: WEBHOOK, ...batching }))).toMatch(
        /^\w+ takes a whole number from 1 to (5000|1024), got \d+$/,
      );
    },
  );
});
