import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue';
import { ServicebusQueue } from '@cdktf/provider-azurerm/lib/servicebus-queue';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { TerraformStack } from 'cdktf';
import {
  CommunicationEvents,
  EventHubDestination,
  ServiceBusQueueDestination,
  ServiceBusTopicDestination,
  StorageQueueDestination,
  SystemTopic,
  type CommunicationEventsProps,
  type IEventDestination,
} from '../../../constructs';
import { NAMED_BY_ITS_PARTS } from '../../support/role-assignments';
import { schemaProblems } from '../../support/provider-schema';
import {
  communicationService,
  GROUP,
  IDENTITY_ID,
  storageAccount,
  STORAGE_ID,
  TOPIC_ID,
} from '../../support/samples';
import { errorOf, newStack, resolved, synth, type Synthesized } from '../../support/synth';

const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';
const ROLE = 'azurerm_role_assignment';
const PRINCIPAL = '11111111-1111-4111-8111-111111111111';
const QUEUE_ID = `${GROUP.id}/providers/Microsoft.ServiceBus/namespaces/sb-app/queues/events`;
const BUS_TOPIC_ID = `${GROUP.id}/providers/Microsoft.ServiceBus/namespaces/sb-app/topics/events`;
const EVENT_HUB_ID = `${GROUP.id}/providers/Microsoft.EventHub/namespaces/evhns-app/eventhubs/events`;
const IDENTITY = { id: IDENTITY_ID, principalId: PRINCIPAL };

function eventsOf(stack: TerraformStack, over: Partial<CommunicationEventsProps> = {}): CommunicationEvents {
  return new CommunicationEvents(stack, 'Events', {
    resourceGroup: GROUP,
    communicationService: communicationService(stack),
    systemTopicName: over.systemTopic ? undefined : 'evgst-app',
    ...over,
  });
}

function subscribe(events: CommunicationEvents, destination: IEventDestination, id = 'Chat') {
  return events.addSubscription(id, {
    name: `evgs-${id.toLowerCase()}`,
    eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
    destination,
  });
}

/** One subscription of a topic that carries the identity. */
function delivered(
  destination: (stack: TerraformStack) => IEventDestination,
  over: Partial<CommunicationEventsProps> = { identity: IDENTITY },
): Synthesized {
  const stack = newStack();
  subscribe(eventsOf(stack, over), destination(stack));
  const json = synth(stack);
  expect(schemaProblems(json)).toEqual([]);
  return json;
}

describe('events go to', () => {
  test.each<[string, IEventDestination, object, string, string]>([
    [
      'a queue of Service Bus',
      new ServiceBusQueueDestination({ serviceBusQueueId: QUEUE_ID }),
      { service_bus_queue_endpoint_id: QUEUE_ID },
      QUEUE_ID,
      'Azure Service Bus Data Sender',
    ],
    [
      'a topic of Service Bus',
      new ServiceBusTopicDestination({ serviceBusTopicId: BUS_TOPIC_ID }),
      { service_bus_topic_endpoint_id: BUS_TOPIC_ID },
      BUS_TOPIC_ID,
      'Azure Service Bus Data Sender',
    ],
    [
      'an event hub',
      new EventHubDestination({ eventHubId: EVENT_HUB_ID }),
      { eventhub_endpoint_id: EVENT_HUB_ID },
      EVENT_HUB_ID,
      'Azure Event Hubs Data Sender',
    ],
    [
      'a storage queue that exists',
      new StorageQueueDestination({ storage: { storageAccountId: STORAGE_ID }, queueName: 'events' }),
      { storage_queue_endpoint: { storage_account_id: STORAGE_ID, queue_name: 'events' } },
      `${STORAGE_ID}/queueServices/default/queues/events`,
      'Storage Queue Data Message Sender',
    ],
  ])(
    '%s in the name of the topic, whose identity gets the role for it',
    (_, destination, endpoint, scope, role) => {
      const json = delivered(() => destination);
      const subscription = json.resource(SUBSCRIPTION);
      expect(subscription).toMatchObject({
        ...endpoint,
        delivery_identity: { type: 'UserAssigned', user_assigned_identity: IDENTITY_ID },
        depends_on: [expect.stringMatching(/^azurerm_role_assignment\.Events_GrantDeliver-/)],
      });
      expect(json.resource(ROLE)).toEqual({
        ...NAMED_BY_ITS_PARTS,
        principal_id: PRINCIPAL,
        principal_type: 'ServicePrincipal',
        scope,
        role_definition_name: role,
      });
    },
  );

  test('a storage queue that is made for them, with a time to live', () => {
    const json = delivered(
      (stack) =>
        new StorageQueueDestination({
          storage: storageAccount(stack),
          queueName: 'acs-events',
          queueMessageTimeToLiveInSeconds: -1,
        }),
    );
    const account = '${azurerm_storage_account.Storage_';
    expect(json.resource('azurerm_storage_queue')).toEqual({
      name: 'acs-events',
      storage_account_id: expect.stringContaining(account),
    });
    expect(json.resource(SUBSCRIPTION).storage_queue_endpoint).toEqual({
      storage_account_id: expect.stringContaining(account),
      queue_name: expect.stringMatching(/^\$\{azurerm_storage_queue\.Storage_Queue-acs-events_\w+\.name\}$/),
      queue_message_time_to_live_in_seconds: -1,
    });
    expect(json.resource(ROLE).scope).toMatch(
      /^\$\{azurerm_storage_account\.Storage_\w+\.id\}\/queueServices\/default\/queues\/\$\{azurerm_storage_queue\./,
    );
  });

  test('one queue of several subscriptions by one role assignment', () => {
    const stack = newStack();
    const events = eventsOf(stack, { identity: IDENTITY });
    const queue = new ServicebusQueue(stack, 'Queue', { name: 'q', namespaceId: 'ns' });
    const destination = new ServiceBusQueueDestination({ serviceBusQueueId: queue.id });
    subscribe(events, destination);
    subscribe(events, destination, 'Calls');
    subscribe(events, new ServiceBusQueueDestination({ serviceBusQueueId: queue.id }), 'Sms');
    const json = synth(stack);
    expect(json.resources(SUBSCRIPTION).map((one) => one.service_bus_queue_endpoint_id)).toEqual(
      Array(3).fill('${azurerm_servicebus_queue.Queue.id}'),
    );
    expect(json.resources(ROLE)).toHaveLength(1);
    for (const { depends_on } of json.resources(SUBSCRIPTION)) expect(depends_on).toHaveLength(1);
  });

  test('a queue by the identity that dead letters are written with', () => {
    const stack = newStack();
    const storage = storageAccount(stack);
    const events = eventsOf(stack, { deadLetterContainer: { storage, identityName: 'id-events' } });
    subscribe(events, new StorageQueueDestination({ storage, queueName: 'events' }));
    const json = synth(stack);
    const { user_assigned_identity: delivery } = json.resource(SUBSCRIPTION).delivery_identity;
    expect(delivery).toBe(json.resource(SUBSCRIPTION).dead_letter_identity.user_assigned_identity);
    expect(json.resource('azurerm_eventgrid_system_topic').identity.identity_ids).toEqual([delivery]);
    expect(json.resources(ROLE).map(({ role_definition_name }) => role_definition_name)).toEqual([
      'Storage Blob Data Contributor',
      'Storage Queue Data Message Sender',
    ]);
  });

  test('a queue by its own keys, when the topic has no identity or when that is asked for', () => {
    for (const [over, deliveryIdentity] of [
      [{}, undefined],
      [{ identity: IDENTITY }, false],
    ] as const) {
      const json = delivered(
        () => new ServiceBusQueueDestination({ serviceBusQueueId: QUEUE_ID, deliveryIdentity }),
        over,
      );
      expect(json.resource(SUBSCRIPTION)).not.toHaveProperty('delivery_identity');
      expect(json.resources(ROLE)).toEqual([]);
    }
  });

  test('a queue by the identity of a topic that exists, with the role when its principal is known', () => {
    const adopted = (attributes: object, more: object = {}) => {
      const stack = newStack();
      const systemTopic = SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID, attributes);
      subscribe(
        eventsOf(stack, { systemTopic }),
        new EventHubDestination({ eventHubId: EVENT_HUB_ID, ...more }),
      );
      return synth(stack);
    };
    const known = adopted({ userAssignedIdentityId: IDENTITY_ID, principalId: PRINCIPAL });
    expect(known.resource(ROLE)).toMatchObject({ principal_id: PRINCIPAL });
    const unknown = adopted({ userAssignedIdentityId: IDENTITY_ID });
    expect(unknown.resource(SUBSCRIPTION).delivery_identity).toEqual({
      type: 'UserAssigned',
      user_assigned_identity: IDENTITY_ID,
    });
    expect(unknown.resources(ROLE)).toEqual([]);
    const byAzure = adopted({}, { deliveryIdentity: 'SystemAssigned' });
    expect(byAzure.resource(SUBSCRIPTION).delivery_identity).toEqual({ type: 'SystemAssigned' });
  });

  test('nowhere without the rights for it being asked after: the role is left out on demand', () => {
    const json = delivered(() => new EventHubDestination({ eventHubId: EVENT_HUB_ID, assignRole: false }));
    expect(json.resources(ROLE)).toEqual([]);
    expect(json.resource(SUBSCRIPTION)).toHaveProperty('delivery_identity');
  });
});

describe('it is a mistake', () => {
  const mistakeOf = (
    destination: (stack: TerraformStack) => IEventDestination,
    over: Partial<CommunicationEventsProps> = { identity: IDENTITY },
  ) => errorOf(() => delivered(destination, over));

  test.each<[string, IEventDestination, string]>([
    [
      'to give the id of something else',
      new ServiceBusQueueDestination({ serviceBusQueueId: BUS_TOPIC_ID }),
      'serviceBusQueueId takes the ARM id of a Microsoft.ServiceBus/namespaces/queues, got',
    ],
    [
      'to give a connection string',
      new EventHubDestination({ eventHubId: 'Endpoint=sb://x' }),
      'eventHubId takes the ARM id of a Microsoft.EventHub/namespaces/eventhubs, got',
    ],
    [
      'to give no id',
      new ServiceBusTopicDestination({ serviceBusTopicId: '' }),
      "serviceBusTopicId takes the ARM id of a Microsoft.ServiceBus/namespaces/topics, got ''",
    ],
    [
      'to name a queue as Azure does not',
      new StorageQueueDestination({ storage: { storageAccountId: STORAGE_ID }, queueName: 'My_Queue' }),
      'queueName: name of a storageQueue takes lower-case letters, digits and single hyphens',
    ],
    [
      'to let messages live for no time',
      new StorageQueueDestination({
        storage: { storageAccountId: STORAGE_ID },
        queueName: 'events',
        queueMessageTimeToLiveInSeconds: 0,
      }),
      'queueMessageTimeToLiveInSeconds takes a whole number from 1 on, or -1 for ever; got 0',
    ],
    [
      'to ask for a role of a principal that is not known',
      new EventHubDestination({
        eventHubId: EVENT_HUB_ID,
        deliveryIdentity: { id: IDENTITY_ID },
        assignRole: true,
      }),
      'assignRole takes an identity whose principalId is known',
    ],
    [
      'to deliver by an identity that the topic does not carry',
      new EventHubDestination({ eventHubId: EVENT_HUB_ID, deliveryIdentity: { id: `${IDENTITY_ID}x` } }),
      'deliveryIdentity takes an identity that the system topic carries',
    ],
  ])('%s', (_, destination, message) => {
    expect(mistakeOf(() => destination)).toContain(message);
  });

  test('to give a KeylessStorageAccount to a topic without identity', () => {
    const destination = (stack: TerraformStack) =>
      new StorageQueueDestination({ storage: storageAccount(stack), queueName: 'events' });
    expect(mistakeOf(destination, {})).toContain(
      'a queue of a KeylessStorageAccount takes messages by an identity alone',
    );
  });
});

test('ids and names that are known only when deployed are taken as they are', () => {
  const stack = newStack();
  const queue = new StorageQueue(stack, 'Q', { name: 'q', storageAccountId: STORAGE_ID });
  const identity = new UserAssignedIdentity(stack, 'Id', {
    name: 'id',
    location: 'westeurope',
    resourceGroupName: 'rg',
  });
  subscribe(
    eventsOf(stack, { identity }),
    new StorageQueueDestination({
      storage: { storageAccountId: queue.storageAccountId },
      queueName: queue.name,
    }),
  );
  expect(synth(stack).resource(SUBSCRIPTION).storage_queue_endpoint).toEqual({
    storage_account_id: resolved(stack, queue.storageAccountId),
    queue_name: '${azurerm_storage_queue.Q.name}',
  });
});
