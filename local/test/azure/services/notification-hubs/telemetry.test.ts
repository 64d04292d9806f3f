import {
  createAppleInstallation,
  createAppleNotification,
  createFcmV1Installation,
  createFcmV1Notification,
  createTemplateNotification,
  type Notification,
} from '@azure/notification-hubs';
import {
  createClientContext,
  createOrUpdateInstallation,
  getNotificationOutcomeDetails,
  sendBroadcastNotification,
  sendNotification,
  type NotificationHubsClientContext,
} from '@azure/notification-hubs/api';
import { Harness, HUB_ID, NAMESPACE_ID, PREVIEW } from '../../../support/harness';

const MINUTE = 60_000;
const ALL = ['Listen', 'Manage', 'Send'];
const DEVICE = 'a'.repeat(64);
const UNKNOWN = 'b'.repeat(64);

let azure: Harness;
let hub: NotificationHubsClientContext;

const apple = createAppleNotification({ body: { aps: { alert: 'hi <you> & me' } } });
const fcm = createFcmV1Notification({ body: JSON.stringify({ message: { data: { a: 'b' } } }) });

async function client(connectionString: string): Promise<NotificationHubsClientContext> {
  return createClientContext(connectionString, 'calling', {
    httpClient: await azure.httpClient(),
    retryOptions: { maxRetries: 0 },
  });
}

/** Sends to one handle and answers the message's id. */
async function send(notification: Notification, deviceHandle: string): Promise<string> {
  const { notificationId } = await sendNotification(hub, notification, { deviceHandle });
  return notificationId!;
}

async function told(notification: Notification, deviceHandle: string) {
  const id = await send(notification, deviceHandle);
  await azure.clock.advance(10_000);
  return getNotificationOutcomeDetails(hub, id);
}

/** What the SDK's parser hides: the document as it was sent. */
async function document(id: string, apiVersion = '2016-07'): Promise<string> {
  const httpClient = await azure.httpClient();
  let xml = '';
  const context = createClientContext(await full(), 'calling', {
    httpClient: {
      async sendRequest(request) {
        const url = new URL(request.url);
        url.searchParams.set('api-version', apiVersion);
        const response = await httpClient.sendRequest(Object.assign(request, { url: url.href }));
        xml = response.bodyAsText ?? '';
        return response;
      },
    },
  });
  await getNotificationOutcomeDetails(context, id);
  return xml;
}

const full = () => azure.connectionString(`${HUB_ID}/authorizationRules/DefaultFullSharedAccessSignature`);

beforeEach(async () => {
  azure = new Harness();
  hub = await client(await azure.hub(ALL, { sku: 'Standard' }));
  azure.services.pushServices.knowHandle(DEVICE);
});
afterEach(async () => azure.close());

describe('the telemetry of a message', () => {
  test('tells of a Direct Send that APNs took it', async () => {
    const sentAt = azure.clock.now();
    const details = await told(apple, DEVICE);
    expect(details).toMatchObject({
      state: 'Completed',
      enqueueTime: new Date(sentAt),
      startTime: new Date(sentAt),
      endTime: new Date(sentAt),
      targetPlatforms: 'apple',
      notificationBody: '{"aps":{"alert":"hi <you> & me"}}',
      apnsOutcomeCounts: [{ state: 'Success', count: 1 }],
    });
    expect(details.location).toBe(
      `sb://nhns-test.servicebus.windows.net/calling/messages/${details.notificationId}?api-version=2020-06`,
    );
    expect(details.fcmV1OutcomeCounts).toBeUndefined();
    expect(details.pnsErrorDetailsUrl).toBeUndefined();
  });

  test('tells of FCM v1 under a name of its own', async () => {
    azure.services.pushServices.knowHandle('f1');
    expect(await told(fcm, 'f1')).toMatchObject({
      state: 'Completed',
      targetPlatforms: 'fcmv1',
      fcmV1OutcomeCounts: [{ state: 'Success', count: 1 }],
    });
  });

  test('of a handle that nobody has is a bad channel, with a place to read more', async () => {
    expect(await told(apple, UNKNOWN)).toMatchObject({
      state: 'Completed',
      apnsOutcomeCounts: [{ state: 'BadChannel', count: 1 }],
      pnsErrorDetailsUrl: expect.stringMatching(/^https:\/\/\S+$/),
    });
  });

  test('shows that place from version 2016-07 on', async () => {
    const id = await send(apple, UNKNOWN);
    await azure.clock.advance(10_000);
    expect(await document(id, '2016-07')).toContain('<PnsErrorDetailsUri>');
    expect(await document(id, '2015-04')).not.toContain('PnsErrorDetailsUri');
  });

  test.each([
    ['an expired handle', 'ExpiredChannel', () => azure.services.pushServices.setHandle(DEVICE, 'expired')],
    [
      'credentials that Apple refuses',
      'InvalidCredentials',
      () => azure.services.pushServices.rejectCredentials({ service: 'apns' }),
    ],
  ])('of %s is %s', async (_, state, breakIt) => {
    breakIt();
    expect(await told(apple, DEVICE)).toMatchObject({
      state: 'Completed',
      apnsOutcomeCounts: [{ state, count: 1 }],
    });
  });

  test('is not there at first, then says no more than that the message waits', async () => {
    await azure.control('POST', '/hubs/behaviour', { telemetrySeconds: [20, 20] });
    const id = await send(apple, DEVICE);
    await expect(getNotificationOutcomeDetails(hub, id)).rejects.toMatchObject({ statusCode: 404 });
    await azure.clock.advance(10_000);
    const waiting = await getNotificationOutcomeDetails(hub, id);
    expect(waiting).toMatchObject({ state: 'Enqueued', notificationId: id });
    expect(waiting.apnsOutcomeCounts).toBeUndefined();
    expect(waiting.endTime).toBeUndefined();
    await azure.clock.advance(10_000);
    expect(await getNotificationOutcomeDetails(hub, id)).toMatchObject({ state: 'Completed' });
  });

  test('says Processing while a push service cannot be reached, and in the end what came of it', async () => {
    azure.services.pushServices.setReachable('apns', false);
    const id = await send(apple, DEVICE);
    await azure.clock.advance(5 * MINUTE);
    const trying = await getNotificationOutcomeDetails(hub, id);
    expect(trying).toMatchObject({ state: 'Processing' });
    expect(trying.apnsOutcomeCounts).toBeUndefined();
    azure.services.pushServices.setReachable('apns', true);
    await azure.clock.advance(2 * MINUTE);
    expect(await getNotificationOutcomeDetails(hub, id)).toMatchObject({
      state: 'Completed',
      apnsOutcomeCounts: [{ state: 'Success', count: 1 }],
    });
  });

  test('says Abandoned when the hub gave up after half an hour', async () => {
    azure.services.pushServices.setReachable('apns', false);
    const id = await send(apple, DEVICE);
    await azure.clock.advance(31 * MINUTE);
    expect(await getNotificationOutcomeDetails(hub, id)).toMatchObject({
      state: 'Abandoned',
      apnsOutcomeCounts: [{ state: 'PnsUnreachable', count: 1 }],
    });
  });

  test('says NoTargetFound of a tag that no device has', async () => {
    const { notificationId } = await sendNotification(hub, apple, { tagExpression: 'nobody' });
    await azure.clock.advance(10_000);
    const details = await getNotificationOutcomeDetails(hub, notificationId!);
    expect(details.state).toBe('NoTargetFound');
    expect(details.apnsOutcomeCounts).toBeUndefined();
  });

  test('adds up over the devices and platforms of a broadcast', async () => {
    const templates = { greeting: { body: '{"aps":{"alert":"$(text)"}}', headers: {}, tags: [] } };
    const greeting = { greeting: { body: '{"message":{"data":{"t":"$(text)"}}}', headers: {}, tags: [] } };
    for (const [installationId, pushChannel] of [
      ['i1', 'a1'],
      ['i2', 'a2'],
      ['i3', 'a3'],
    ] as const) {
      const device = createAppleInstallation({ installationId, pushChannel, templates });
      await createOrUpdateInstallation(hub, device);
    }
    await createOrUpdateInstallation(
      hub,
      createFcmV1Installation({ installationId: 'i4', pushChannel: 'f4', templates: greeting }),
    );
    azure.services.pushServices.setHandle('a3', 'expired');
    const message = createTemplateNotification({ body: { text: 'hi' } });
    const { notificationId } = await sendBroadcastNotification(hub, message);
    await azure.clock.advance(10_000);
    expect(await getNotificationOutcomeDetails(hub, notificationId!)).toMatchObject({
      state: 'Completed',
      targetPlatforms: 'appletemplate,fcmv1template',
      apnsOutcomeCounts: [
        { state: 'Success', count: 2 },
        { state: 'ExpiredChannel', count: 1 },
      ],
      fcmV1OutcomeCounts: [{ state: 'Success', count: 1 }],
    });
  });

  test('is refused on a tier that has none, whose sends tell no id either', async () => {
    await azure.put(NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    const { notificationId } = await sendNotification(hub, apple, { deviceHandle: DEVICE });
    expect(notificationId).toBeUndefined();
    await expect(getNotificationOutcomeDetails(hub, 'any')).rejects.toMatchObject({ statusCode: 403 });
  });

  test('is not that of another hub, nor of the hub before it was made anew', async () => {
    const id = await send(apple, DEVICE);
    await azure.clock.advance(10_000);
    await azure.delete(HUB_ID);
    hub = await client(await azure.hub(ALL, { sku: 'Standard' }));
    await expect(getNotificationOutcomeDetails(hub, id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('outlives a change of the hub', async () => {
    const id = await send(apple, DEVICE);
    await azure.clock.advance(10_000);
    await azure.put(HUB_ID, PREVIEW, { location: 'westeurope', tags: { a: 'b' } });
    expect(await getNotificationOutcomeDetails(hub, id)).toMatchObject({ state: 'Completed' });
  });

  test('is for no policy that can only send, unless told otherwise', async () => {
    const id = await send(apple, DEVICE);
    await azure.clock.advance(10_000);
    const rule = `${HUB_ID}/authorizationRules/send-only`;
    await azure.put(rule, PREVIEW, { properties: { rights: ['Send'] } });
    const sender = await client(await azure.connectionString(rule));
    await expect(getNotificationOutcomeDetails(sender, id)).rejects.toMatchObject({ statusCode: 401 });
    await azure.control('POST', '/hubs/behaviour', { missingRightStatus: 403 });
    await expect(getNotificationOutcomeDetails(sender, id)).rejects.toMatchObject({ statusCode: 403 });
    await azure.control('POST', '/hubs/behaviour', { telemetryRights: ['Manage', 'Send'] });
    expect(await getNotificationOutcomeDetails(sender, id)).toMatchObject({ state: 'Completed' });
  });

  test('asked for in vain counts as a failed request of the hub', async () => {
    await expect(getNotificationOutcomeDetails(hub, 'unknown')).rejects.toMatchObject({ statusCode: 404 });
    expect(azure.services.metrics.total(HUB_ID, 'incoming.all.failedrequests')).toBe(1);
  });
});
