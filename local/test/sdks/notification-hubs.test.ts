import {
  createAppleInstallation,
  createAppleNotification,
  createAppleRegistrationDescription,
  createFcmV1Notification,
  createFcmV1RegistrationDescription,
  createTagExpression,
  createTemplateNotification,
  NotificationHubsClient,
} from '@azure/notification-hubs';
import { arm } from '../support/clients';
import { apnsCredential, fcmCredential, HUB_ID, NAMESPACE_ID, PREVIEW } from '../support/harness';
import { all, control, startSdkCloud, type SdkCloud } from './sdk-cloud';

const APPLE = 'a'.repeat(64);

describe('@azure/notification-hubs', () => {
  let cloud: SdkCloud;
  let client: NotificationHubsClient;

  beforeAll(async () => {
    cloud = await startSdkCloud({ behaviour: { hubs: { telemetrySeconds: [0, 0] } } });
    const put = (id: string, body: object) => arm(cloud.azure, 'PUT', id, PREVIEW, body);
    await put(NAMESPACE_ID, { location: 'westeurope', sku: { name: 'Standard' } });
    const properties = { ...apnsCredential(), ...fcmCredential() };
    await put(HUB_ID, { location: 'westeurope', properties });
    client = await clientOf('DefaultFullSharedAccessSignature');
  });
  afterAll(async () => cloud?.azure.close());
  beforeEach(() => control(cloud, 'DELETE', '/inbox', undefined));

  const clientOf = async (rule: string) => {
    const { json } = await arm(cloud.azure, 'POST', `${HUB_ID}/authorizationRules/${rule}/listKeys`, PREVIEW);
    return new NotificationHubsClient(json.primaryConnectionString, 'calling', cloud.options);
  };
  const handles = () => cloud.azure.context.inbox.map(({ handle }) => handle).sort();

  test('installations: made, patched, read, rung by tag, deleted', async () => {
    await client.createOrUpdateInstallation(
      createAppleInstallation({ installationId: 'phone', pushChannel: APPLE, tags: ['user:ann'] }),
    );
    await client.updateInstallation('phone', [{ op: 'add', path: '/tags', value: 'team:calls' }]);
    expect(await client.getInstallation('phone')).toMatchObject({
      installationId: 'phone',
      platform: 'apns',
      pushChannel: APPLE,
      tags: ['user:ann', 'team:calls'],
    });
    const notification = createAppleNotification({ body: { aps: { alert: 'hi' } } });
    const tagExpression = createTagExpression(['user:ann', 'user:bob']);
    const sent = await client.sendNotification(notification, { tagExpression });
    expect(sent).toMatchObject({ trackingId: expect.any(String), notificationId: expect.any(String) });
    expect(handles()).toEqual([APPLE]);
    await client.deleteInstallation('phone');
    await expect(client.getInstallation('phone')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('registrations: made, listed over pages, found by tag and channel, deleted', async () => {
    const made = [];
    for (let at = 0; at < 3; at += 1) {
      made.push(
        await client.createRegistration(
          createFcmV1RegistrationDescription({ fcmV1RegistrationId: `fcm-${at}`, tags: ['all', `n${at}`] }),
        ),
      );
    }
    const apple = await client.createRegistration(
      createAppleRegistrationDescription({ deviceToken: APPLE, tags: ['all'] }),
    );
    expect(apple).toMatchObject({ kind: 'Apple', deviceToken: APPLE, registrationId: expect.any(String) });
    const idsOf = async (pages: AsyncIterable<{ registrationId?: string }>) =>
      (await all(pages)).map(({ registrationId }) => registrationId).sort();
    const ids = [...made, apple].map(({ registrationId }) => registrationId).sort();
    expect(await idsOf(client.listRegistrations())).toEqual(ids);
    const pages = [];
    for await (const page of client.listRegistrations({ top: 3 }).byPage()) pages.push(page.length);
    expect(pages).toEqual([3, 1]);
    expect(await idsOf(client.listRegistrationsByTag('n1'))).toEqual([made[1]!.registrationId]);
    expect(await idsOf(client.listRegistrationsByChannel({ kind: 'apple', deviceToken: APPLE }))).toEqual([
      apple.registrationId,
    ]);

    const changed = await client.updateRegistration({ ...apple, tags: ['other'] });
    expect(changed.tags).toEqual(['other']);
    expect((await client.getRegistration(apple.registrationId!)).tags).toEqual(['other']);
    for (const id of ids) await client.deleteRegistration(id!);
    expect(await all(client.listRegistrations())).toEqual([]);
  });

  test('sends directly, to all and by template, and tells the outcome', async () => {
    await control(cloud, 'POST', '/push-services/handles', { handle: 'fcm-known', state: 'live' });
    const message = createFcmV1Notification({
      body: { message: { notification: { title: 'hi' } } } as never,
    });
    const { notificationId } = await client.sendNotification(message, { deviceHandle: 'fcm-known' });
    expect(handles()).toEqual(['fcm-known']);
    expect(await client.getNotificationOutcomeDetails(notificationId!)).toMatchObject({
      notificationId,
      state: 'Completed',
      fcmV1OutcomeCounts: [{ state: 'Success', count: 1 }],
    });

    await client.createOrUpdateInstallation({
      ...createAppleInstallation({ installationId: 'templated', pushChannel: APPLE, tags: [] }),
      templates: { greeting: { body: '{"aps":{"alert":"hello $(name)"}}', tags: [] } },
    } as never);
    await client.sendBroadcastNotification(createTemplateNotification({ body: { name: 'Ann' } }));
    expect(cloud.azure.context.inbox.at(-1)).toMatchObject({
      handle: APPLE,
      payload: { aps: { alert: 'hello Ann' } },
    });
  });

  test('is refused without the right, and with a key that was regenerated', async () => {
    const listener = await clientOf('DefaultListenSharedAccessSignature');
    const notification = createAppleNotification({ body: { aps: { alert: 'hi' } } });
    await expect(listener.sendNotification(notification, { deviceHandle: APPLE })).rejects.toMatchObject({
      statusCode: 401,
    });
    const stale = await clientOf('DefaultFullSharedAccessSignature');
    const regenerate = `${HUB_ID}/authorizationRules/DefaultFullSharedAccessSignature/regenerateKeys`;
    await arm(cloud.azure, 'POST', regenerate, PREVIEW, { policyKey: 'PrimaryKey' });
    await expect(stale.sendNotification(notification, { deviceHandle: APPLE })).rejects.toMatchObject({
      statusCode: 401,
    });
  });

  test('is told what is not played: scheduled sends and jobs', async () => {
    client = await clientOf('DefaultFullSharedAccessSignature');
    const notification = createAppleNotification({ body: { aps: { alert: 'later' } } });
    await expect(
      client.scheduleBroadcastNotification(new Date(Date.now() + 3_600_000), notification),
    ).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.listNotificationHubJobs()).rejects.toMatchObject({ statusCode: 404 });
    expect(cloud.azure.context.inbox).toEqual([]);
  });
});
