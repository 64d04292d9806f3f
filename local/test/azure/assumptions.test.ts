import { createFcmV1Notification, createBrowserNotification } from '@azure/notification-hubs';
import { createClientContext, sendNotification } from '@azure/notification-hubs/api';
import { ACS_ID, Harness, HUB_ID, NAMESPACE_ID, TOPIC_ID } from '../support/harness';

/** What no source states and no other test shows by itself: docs/local-azure.md has each with its doubt. */
let azure: Harness;

beforeEach(async () => {
  azure = new Harness();
  await azure.communicationService();
});
afterEach(async () => azure.close());

const hubClient = async (connectionString: string) =>
  createClientContext(connectionString, 'calling', {
    httpClient: await azure.httpClient(),
    retryOptions: { maxRetries: 0 },
  });

test('the id of a linked hub is read back as it was sent', async () => {
  const asSent = HUB_ID.replace('calling', 'CALLING');
  await azure.link(await azure.hub(), asSent);
  expect(azure.get(ACS_ID).properties).toMatchObject({ notificationHubId: asSent });
});

test('a second link without a notification before it counts at once', async () => {
  const connectionString = await azure.hub();
  await azure.link(connectionString, `${HUB_ID}-of-old`);
  await azure.link(connectionString);
  const { body } = await azure.services.control('GET', `/links?acsId=${encodeURIComponent(ACS_ID)}`);
  expect(body).toMatchObject({ effective: { resourceId: HUB_ID }, pending: [] });
});

test('a batch reaches FCM as it reaches APNs', async () => {
  const hub = await hubClient(await azure.hub());
  for (const handle of ['f1', 'f2']) azure.services.pushServices.knowHandle(handle);
  const message = createFcmV1Notification({ body: '{"message":{"data":{"a":"b"}}}' });
  await sendNotification(hub, message, { deviceHandle: ['f1', 'f2'] });
  expect(azure.context.inbox.map(({ service, handle }) => [service, handle])).toEqual([
    ['fcmv1', 'f1'],
    ['fcmv1', 'f2'],
  ]);
});

test('a policy without the right is answered as missingRightStatus says', async () => {
  const hub = await hubClient(await azure.hub(['Listen']));
  const send = () =>
    sendNotification(hub, createFcmV1Notification({ body: '{"message":{}}' }), { deviceHandle: 'f1' });
  await expect(send()).rejects.toMatchObject({ statusCode: 401 });
  await azure.services.control('POST', '/hubs/behaviour', { missingRightStatus: 403 });
  await expect(send()).rejects.toMatchObject({ statusCode: 403 });
});

test('a system topic outlives its source', async () => {
  await azure.put(TOPIC_ID, '2025-02-15', {
    location: 'global',
    properties: { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices' },
  });
  await azure.delete(ACS_ID);
  expect(azure.get(TOPIC_ID).properties).toMatchObject({ source: ACS_ID });
});
