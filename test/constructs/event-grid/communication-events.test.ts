import {
  CommunicationEvents,
  SystemTopic,
  WebhookDestination,
  type CommunicationEventsProps,
} from '../../../constructs';
import { NAMED_BY_ITS_PARTS } from '../../support/role-assignments';
import { schemaProblems } from '../../support/provider-schema';
import { communicationService, GROUP, storageAccount, STORAGE_ID, TOPIC_ID } from '../../support/samples';
import { errorOf, newStack, resolved, synth } from '../../support/synth';

const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';
const DEAD_LETTER = { storageAccountId: STORAGE_ID, containerName: 'deadletter' };

function events(over: (stack: ReturnType<typeof newStack>) => Partial<CommunicationEventsProps>) {
  const stack = newStack();
  const made = new CommunicationEvents(stack, 'Events', {
    resourceGroup: GROUP,
    communicationService: communicationService(stack),
    ...over(stack),
  });
  return { stack, made };
}

function subscribe(made: CommunicationEvents, over = {}) {
  return made.addSubscription('Chat', {
    name: 'evgs-chat',
    eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
    destination: new WebhookDestination({ url: 'https://hooks.example.com/acs' }),
    ...over,
  });
}

describe('events of a Communication Services resource', () => {
  test('come through one new topic, whatever number of subscriptions', () => {
    const { stack, made } = events(() => ({ systemTopicName: 'evgst-app', tags: { app: 'x' } }));
    subscribe(made);
    made.addSubscription('Calls', {
      name: 'evgs-calls',
      eventTypes: ['Microsoft.Communication.IncomingCall'],
      destination: new WebhookDestination({ url: 'https://hooks.example.com/acs' }),
    });
    const json = synth(stack);
    expect(json.resource('azurerm_eventgrid_system_topic')).toMatchObject({
      name: 'evgst-app',
      tags: { app: 'x' },
    });
    expect(json.resources(SUBSCRIPTION).map((subscription) => subscription.system_topic)).toEqual(
      Array(2).fill(resolved(stack, made.systemTopic.systemTopicName)),
    );
  });

  test('come through the topic that exists when it is given', () => {
    const { stack, made } = events((scope) => ({
      systemTopic: SystemTopic.fromSystemTopicId(scope, 'Topic', TOPIC_ID),
    }));
    subscribe(made);
    const json = synth(stack);
    expect(json.resources('azurerm_eventgrid_system_topic')).toEqual([]);
    expect(json.resource(SUBSCRIPTION)).toMatchObject({
      system_topic: 'evgst-app',
      resource_group_name: 'rg-app',
    });
  });

  test('need the name of a new topic', () => {
    expect(errorOf(() => events(() => ({})))).toBe(
      'a new topic needs systemTopicName; for one that exists give systemTopic\n  at construct stack/Events',
    );
  });

  test('go to a container when they cannot be delivered, written by an identity that may write there alone', () => {
    const { stack, made } = events((scope) => ({
      systemTopicName: 'evgst-app',
      deadLetterContainer: { storage: storageAccount(scope), identityName: 'id-events' },
    }));
    subscribe(made);
    const json = synth(stack);
    const identity = json.resource('azurerm_user_assigned_identity');
    expect(identity).toMatchObject({
      name: 'id-events',
      resource_group_name: 'rg-app',
      location: 'westeurope',
    });
    expect(json.resource('azurerm_storage_container')).toMatchObject({
      name: 'deadletter',
      container_access_type: 'private',
    });
    const role = json.resource('azurerm_role_assignment');
    expect(role).toEqual({
      ...NAMED_BY_ITS_PARTS,
      scope: expect.stringMatching(/^\$\{azurerm_storage_container\.Storage_Container-deadletter_\w+\.id\}$/),
      role_definition_name: 'Storage Blob Data Contributor',
      principal_id: expect.stringMatching(
        /^\$\{azurerm_user_assigned_identity\.Events_Identity_\w+\.principal_id\}$/,
      ),
      principal_type: 'ServicePrincipal',
    });
    const id = resolved(stack, made.deadLetter!.userAssignedIdentityId);
    expect(id).toMatch(/^\$\{azurerm_user_assigned_identity\.Events_Identity_\w+\.id\}$/);
    expect(json.resource('azurerm_eventgrid_system_topic').identity).toEqual({
      type: 'UserAssigned',
      identity_ids: [id],
    });
    expect(json.resource(SUBSCRIPTION)).toMatchObject({
      dead_letter_identity: { type: 'UserAssigned', user_assigned_identity: id },
      storage_blob_dead_letter_destination: {
        storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.Storage_\w+\.id\}$/),
        storage_blob_container_name: expect.stringMatching(/\.name\}$/),
      },
      depends_on: [expect.stringMatching(/^azurerm_role_assignment\.Events_DeadLetterRole_\w+$/)],
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('go to a container under the name that is given', () => {
    const { stack } = events((scope) => ({
      systemTopicName: 'evgst-app',
      deadLetterContainer: {
        storage: storageAccount(scope),
        identityName: 'id-events',
        containerName: 'lost-events',
      },
    }));
    expect(synth(stack).resource('azurerm_storage_container').name).toBe('lost-events');
  });

  test('go where they are told when a place for them exists', () => {
    const { stack, made } = events(() => ({ systemTopicName: 'evgst-app', deadLetter: DEAD_LETTER }));
    subscribe(made);
    const json = synth(stack);
    expect(json.resourceTypes).toEqual([
      'azapi_resource',
      'azurerm_eventgrid_system_topic',
      SUBSCRIPTION,
      'terraform_data',
    ]);
    expect(json.resource(SUBSCRIPTION).storage_blob_dead_letter_destination).toEqual({
      storage_account_id: STORAGE_ID,
      storage_blob_container_name: 'deadletter',
    });
  });

  test('of one subscription can go elsewhere, without waiting for the role of the others', () => {
    const { stack, made } = events((scope) => ({
      systemTopicName: 'evgst-app',
      deadLetterContainer: { storage: storageAccount(scope), identityName: 'id-events' },
    }));
    subscribe(made, { deadLetter: DEAD_LETTER });
    const subscription = synth(stack).resource(SUBSCRIPTION);
    expect(subscription.storage_blob_dead_letter_destination.storage_account_id).toBe(STORAGE_ID);
    expect(subscription).not.toHaveProperty('depends_on');
  });

  test('cannot go to two places', () => {
    expect(
      errorOf(() =>
        events((scope) => ({
          systemTopicName: 'evgst-app',
          deadLetter: DEAD_LETTER,
          deadLetterContainer: { storage: storageAccount(scope), identityName: 'id-events' },
        })),
      ),
    ).toBe(
      'give deadLetter (exists) or deadLetterContainer (is made), not both\n  at construct stack/Events',
    );
  });

  test('of a topic that exists cannot go to a new container: the topic lacks its identity', () => {
    expect(
      errorOf(() =>
        events((scope) => ({
          systemTopic: SystemTopic.fromSystemTopicId(scope, 'Topic', TOPIC_ID),
          deadLetterContainer: { storage: storageAccount(scope), identityName: 'id-events' },
        })),
      ),
    ).toBe(
      'deadLetterContainer needs a new topic, which carries the identity that writes into it; for a topic that exists ' +
        'give deadLetter\n  at construct stack/Events',
    );
  });

  test('are not set up under a bad name of the identity', () => {
    expect(
      errorOf(() =>
        events((scope) => ({
          systemTopicName: 'evgst-app',
          deadLetterContainer: { storage: storageAccount(scope), identityName: 'id' },
        })),
      ),
    ).toBe(
      "name of a userAssignedIdentity takes 3 to 128 characters, got 2 in 'id'\n  at construct stack/Events",
    );
  });
});
