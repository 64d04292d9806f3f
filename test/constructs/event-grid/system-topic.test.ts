import { CommunicationService, SystemTopic } from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, communicationService, GROUP, HUB_ID, IDENTITY_ID, TOPIC_ID } from '../../support/samples';
import { errorOf, newStack, resolved, synth } from '../../support/synth';

describe('a new system topic', () => {
  test('is global, of the type of Communication Services, and of the resource', () => {
    const stack = newStack();
    const acs = communicationService(stack);
    const topic = new SystemTopic(stack, 'Topic', {
      resourceGroup: GROUP,
      name: 'evgst-app',
      communicationService: acs,
      tags: { app: 'x' },
    });
    const json = synth(stack);
    expect(json.resource('azurerm_eventgrid_system_topic')).toEqual({
      name: 'evgst-app',
      resource_group_name: 'rg-app',
      location: 'global',
      topic_type: 'Microsoft.Communication.CommunicationServices',
      source_resource_id: resolved(stack, acs.communicationServiceId),
      tags: { app: 'x' },
    });
    expect(schemaProblems(json)).toEqual([]);
    expect(json.json.import).toBeUndefined();
    expect(resolved(stack, topic.systemTopicName)).toMatch(
      /^\$\{azurerm_eventgrid_system_topic\.Topic_\w+\.name\}$/,
    );
    expect(topic.resourceGroupName).toBe('rg-app');
  });

  test('carries the identity that writes dead letters', () => {
    const stack = newStack();
    const topic = new SystemTopic(stack, 'Topic', {
      resourceGroup: GROUP,
      name: 'evgst-app',
      communicationService: communicationService(stack),
      userAssignedIdentityId: IDENTITY_ID,
    });
    expect(topic.userAssignedIdentityId).toBe(IDENTITY_ID);
    expect(synth(stack).resource('azurerm_eventgrid_system_topic').identity).toEqual({
      type: 'UserAssigned',
      identity_ids: [IDENTITY_ID],
    });
  });

  test('is refused under a name that Azure refuses', () => {
    const stack = newStack();
    const acs = communicationService(stack);
    expect(
      errorOf(
        () =>
          new SystemTopic(stack, 'Topic', {
            resourceGroup: GROUP,
            name: 'my_topic',
            communicationService: acs,
          }),
      ),
    ).toBe("name of a systemTopic takes letters, digits and -, got 'my_topic'\n  at construct stack/Topic");
  });
});

describe('a system topic that exists', () => {
  test('is used where it is, and neither written nor read', () => {
    const stack = newStack();
    const topic = SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID, {
      userAssignedIdentityId: IDENTITY_ID,
    });
    expect(topic.systemTopicName).toBe('evgst-app');
    expect(topic.resourceGroupName).toBe('rg-app');
    expect(topic.userAssignedIdentityId).toBe(IDENTITY_ID);
    expect(synth(stack).json).not.toHaveProperty('resource');
  });

  test('is refused by an id of another type', () => {
    const stack = newStack();
    expect(errorOf(() => SystemTopic.fromSystemTopicId(stack, 'Topic', HUB_ID))).toBe(
      `systemTopicId: resource id '${HUB_ID}' is a Microsoft.NotificationHubs/namespaces/notificationHubs; expected a ` +
        'Microsoft.EventGrid/systemTopics\n  at construct stack/Topic',
    );
  });
});

describe('a system topic that is taken into state', () => {
  const options = { resourceGroup: GROUP, name: 'evgst-app', importFromId: TOPIC_ID };

  test('is imported and kept from being destroyed', () => {
    const stack = newStack();
    const communicationServiceOfId = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
    new SystemTopic(stack, 'Topic', { ...options, communicationService: communicationServiceOfId });
    const json = synth(stack);
    const resource = json.resource('azurerm_eventgrid_system_topic');
    expect(resource.source_resource_id).toBe(ACS_ID);
    expect(resource.lifecycle).toEqual({ prevent_destroy: true });
    expect(json.json.import).toEqual([
      { id: TOPIC_ID, to: expect.stringMatching(/^azurerm_eventgrid_system_topic\.Topic_\w+$/) },
    ]);
  });

  test('is refused when the resource is made in the same deploy: Terraform would destroy the topic', () => {
    const stack = newStack();
    const made = communicationService(stack);
    expect(errorOf(() => new SystemTopic(stack, 'Topic', { ...options, communicationService: made }))).toBe(
      'importFromId takes a topic into state, which needs the id of the Communication Services resource as a literal; ' +
        'it is known only after the deploy here, and Terraform would destroy the topic and make it anew: use ' +
        'CommunicationService.fromCommunicationServiceId, or SystemTopic.fromSystemTopicId to use the topic as it is\n' +
        '  at construct stack/Topic',
    );
  });

  test('is refused under another name', () => {
    const stack = newStack();
    const acs = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
    expect(
      errorOf(
        () => new SystemTopic(stack, 'Topic', { ...options, name: 'evgst-new', communicationService: acs }),
      ),
    ).toBe(
      "name has to be that of what is imported, 'evgst-app', got 'evgst-new'\n  at construct stack/Topic",
    );
  });
});
