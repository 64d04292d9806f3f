import { EventGridManagementClient } from '@azure/arm-eventgrid';
import { EventGridDeserializer, isSystemEvent } from '@azure/eventgrid';
import { arm } from '../support/clients';
import { ACS_ID } from '../support/harness';
import { control, GROUP_NAME, startSdkCloud, type SdkCloud } from './sdk-cloud';
import { Webhook } from './webhook';

const ALICE = '8:acs:11111111-1111-1111-1111-111111111111_alice';
const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const BOB = '8:acs:11111111-1111-1111-1111-111111111111_bob';

/** What is delivered is read by the SDK of those who receive it. */
describe.each([
  ['EventGridSchema', 'deserializeEventGridEvents'],
  ['CloudEventSchemaV1_0', 'deserializeCloudEvents'],
] as const)('@azure/eventgrid in %s', (schema, deserialize) => {
  const webhook = new Webhook();
  let cloud: SdkCloud;

  beforeAll(async () => {
    cloud = await startSdkCloud({ services: [webhook.service] });
    await arm(cloud.azure, 'PUT', ACS_ID, '2025-05-01', {
      location: 'global',
      properties: { dataLocation: 'Europe' },
    });
    const client = new EventGridManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
    await client.systemTopics.beginCreateOrUpdateAndWait(GROUP_NAME, 'evgt-test', {
      location: 'global',
      source: ACS_ID,
      topicType: 'Microsoft.Communication.CommunicationServices',
    });
    await client.systemTopicEventSubscriptions.beginCreateOrUpdateAndWait(GROUP_NAME, 'evgt-test', 'all', {
      destination: { endpointType: 'WebHook', endpointUrl: webhook.url },
      eventDeliverySchema: schema,
    });
  });
  afterAll(async () => cloud?.azure.close());

  test('reads chat messages, calls and texts', async () => {
    await control(cloud, 'POST', '/chat-messages', {
      acsId: ACS_ID,
      from: ALICE,
      to: [BOB],
      text: 'hello',
      senderDisplayName: 'Alice',
      metadata: { kind: 'greeting' },
    });
    await control(cloud, 'POST', '/calls', { acsId: ACS_ID, from: ALICE, to: BOB });
    await control(cloud, 'POST', '/sms', {
      acsId: ACS_ID,
      from: '+15551234567',
      to: '+15557654321',
      text: 'hi',
    });

    const bodies = await webhook.received(5);
    const reader = new EventGridDeserializer();
    const events = (await Promise.all(bodies.map((body) => reader[deserialize](body)))).flat();
    for (const event of events)
      expect('eventTime' in event ? event.eventTime : event.time).toBeInstanceOf(Date);
    const ofType = (type: string) =>
      events.filter((event) => ('eventType' in event ? event.eventType : event.type) === type);

    const [message] = ofType('Microsoft.Communication.ChatMessageReceived');
    if (!message || !isSystemEvent('Microsoft.Communication.ChatMessageReceived', message as never)) {
      throw new Error('there is no chat message');
    }
    expect(message.data).toMatchObject({
      messageBody: 'hello',
      senderDisplayName: 'Alice',
      senderCommunicationIdentifier: { rawId: ALICE, communicationUser: { id: ALICE } },
      recipientCommunicationIdentifier: { rawId: BOB },
      composeTime: expect.stringMatching(ISO_TIME),
      metadata: { kind: 'greeting' },
    });
    const [call] = ofType('Microsoft.Communication.IncomingCall');
    expect(call?.data).toMatchObject({
      to: { rawId: BOB },
      from: { rawId: ALICE },
      incomingCallContext: expect.any(String),
    });
    const [text] = ofType('Microsoft.Communication.SMSReceived');
    expect(text?.data).toMatchObject({
      message: 'hi',
      from: '+15551234567',
      to: '+15557654321',
      receivedTimestamp: expect.stringMatching(ISO_TIME),
    });
  });
});
