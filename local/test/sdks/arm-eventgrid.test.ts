import { EventGridManagementClient } from '@azure/arm-eventgrid';
import { arm } from '../support/clients';
import { ACS_ID } from '../support/harness';
import { control, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';
import { Webhook } from './webhook';

describe('@azure/arm-eventgrid', () => {
  const TOPIC = 'evgt-test';
  const TOPIC_TYPE = 'Microsoft.Communication.CommunicationServices';
  let cloud: SdkCloud;
  let client: EventGridManagementClient;
  const webhook = new Webhook();

  beforeAll(async () => {
    cloud = await startSdkCloud({ services: [webhook.service] });
    client = new EventGridManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
    await arm(cloud.azure, 'PUT', ACS_ID, '2025-05-01', {
      location: 'global',
      properties: { dataLocation: 'Europe' },
    });
    await client.systemTopics.beginCreateOrUpdateAndWait(GROUP_NAME, TOPIC, {
      location: 'global',
      source: ACS_ID,
      topicType: TOPIC_TYPE,
    });
  });
  afterAll(async () => cloud?.azure.close());

  const subscribe = (name: string, eventTypes = ['Microsoft.Communication.ChatMessageReceived']) =>
    client.systemTopicEventSubscriptions.beginCreateOrUpdateAndWait(GROUP_NAME, TOPIC, name, {
      destination: { endpointType: 'WebHook', endpointUrl: `${webhook.url}?code=secret` },
      filter: { includedEventTypes: eventTypes },
      retryPolicy: { maxDeliveryAttempts: 5, eventTimeToLiveInMinutes: 60 },
    });

  test('reads, tags and lists system topics', async () => {
    expect(await client.systemTopics.get(GROUP_NAME, TOPIC)).toMatchObject({
      name: TOPIC,
      location: 'global',
      source: ACS_ID,
      topicType: TOPIC_TYPE,
      provisioningState: 'Succeeded',
      metricResourceId: expect.any(String),
    });
    await client.systemTopics.beginUpdateAndWait(GROUP_NAME, TOPIC, { tags: { a: 'b' } });
    expect((await client.systemTopics.get(GROUP_NAME, TOPIC)).tags).toEqual({ a: 'b' });
    expect(await namesOf(client.systemTopics.listByResourceGroup(GROUP_NAME))).toEqual([TOPIC]);
    expect(await namesOf(client.systemTopics.listBySubscription())).toEqual([TOPIC]);
  });

  test('a second system topic of a source is refused', async () => {
    await expect(
      client.systemTopics.beginCreateOrUpdateAndWait(GROUP_NAME, 'evgt-second', {
        location: 'global',
        source: ACS_ID,
        topicType: TOPIC_TYPE,
      }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'InvalidRequest' });
  });

  test('subscribes a webhook, whose full URL only its own operation tells', async () => {
    expect(await subscribe('hook')).toMatchObject({
      name: 'hook',
      provisioningState: 'Succeeded',
      destination: { endpointType: 'WebHook', endpointBaseUrl: webhook.url },
      filter: { includedEventTypes: ['Microsoft.Communication.ChatMessageReceived'] },
      retryPolicy: { maxDeliveryAttempts: 5, eventTimeToLiveInMinutes: 60 },
    });
    const subscriptions = client.systemTopicEventSubscriptions;
    expect(await subscriptions.getFullUrl(GROUP_NAME, TOPIC, 'hook')).toEqual({
      endpointUrl: `${webhook.url}?code=secret`,
    });
    expect((await subscriptions.get(GROUP_NAME, TOPIC, 'hook')).destination).not.toHaveProperty(
      'endpointUrl',
    );
    expect(await namesOf(subscriptions.listBySystemTopic(GROUP_NAME, TOPIC))).toContain('hook');

    const message = { acsId: ACS_ID, from: '8:acs:a_1', to: ['8:acs:a_2'], text: 'hello' };
    await control(cloud, 'POST', '/chat-messages', message);
    const [delivered] = await webhook.received(1);
    expect(JSON.parse(delivered!)[0].eventType).toBe('Microsoft.Communication.ChatMessageReceived');
  });

  test('updates and deletes a subscription', async () => {
    await subscribe('changing');
    const subscriptions = client.systemTopicEventSubscriptions;
    await subscriptions.beginUpdateAndWait(GROUP_NAME, TOPIC, 'changing', {
      filter: { includedEventTypes: ['Microsoft.Communication.IncomingCall'], subjectBeginsWith: '/caller' },
    });
    expect((await subscriptions.get(GROUP_NAME, TOPIC, 'changing')).filter).toMatchObject({
      includedEventTypes: ['Microsoft.Communication.IncomingCall'],
      subjectBeginsWith: '/caller',
    });
    await subscriptions.beginDeleteAndWait(GROUP_NAME, TOPIC, 'changing');
    await expect(subscriptions.get(GROUP_NAME, TOPIC, 'changing')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('a function that is not there is refused', async () => {
    await expect(
      client.systemTopicEventSubscriptions.beginCreateOrUpdateAndWait(GROUP_NAME, TOPIC, 'nowhere', {
        destination: {
          endpointType: 'AzureFunction',
          resourceId: `${ACS_ID.replace(/Microsoft.Communication.*/, 'Microsoft.Web/sites/fn/functions/f')}`,
        },
      }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });
});
