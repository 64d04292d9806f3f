import { createECDH } from 'node:crypto';
import {
  createBrowserInstallation,
  createBrowserNotification,
  createFcmV1Notification,
} from '@azure/notification-hubs';
import {
  createClientContext,
  createOrUpdateInstallation,
  sendNotification,
} from '@azure/notification-hubs/api';
import { ACS_ID, Harness, HUB_ID, TOPIC_ID } from '../support/harness';

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
  const { body } = await azure.control('GET', `/links?acsId=${encodeURIComponent(ACS_ID)}`);
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
  await azure.control('POST', '/hubs/behaviour', { missingRightStatus: 403 });
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

test('a push to a browser carries the headers of RFC 8030, is in the inbox and counts in the metrics of all push services alone', async () => {
  const vapid = createECDH('prime256v1');
  vapid.generateKeys();
  const browserCredential = {
    properties: {
      subject: 'mailto:push@example.com',
      vapidPublicKey: vapid.getPublicKey('base64url'),
      vapidPrivateKey: vapid.getPrivateKey('base64url'),
    },
  };
  const rights = ['Listen', 'Manage', 'Send'];
  const hub = await hubClient(await azure.hub(rights, { credentials: { browserCredential } }));
  const pushChannel = { endpoint: 'https://push.example/a', p256dh: 'key', auth: 'secret' };
  const device = createBrowserInstallation({ installationId: 'a', pushChannel, tags: ['user'] });
  await createOrUpdateInstallation(hub, device);
  const headers = { TTL: '30', Urgency: 'high', Topic: 'call' };
  const message = createBrowserNotification({ body: '{"title":"hi"}', headers } as never);
  await sendNotification(hub, message, { tagExpression: 'user' });
  expect(azure.context.inbox).toMatchObject([
    { service: 'browser', payload: { title: 'hi' }, headers: { ttl: '30', urgency: 'high', topic: 'call' } },
  ]);
  const { metrics } = azure.services;
  expect(metrics.total(HUB_ID, 'outgoing.allpns.success')).toBe(1);
  expect(metrics.total(HUB_ID, 'outgoing.browser.success')).toBe(0);
});
