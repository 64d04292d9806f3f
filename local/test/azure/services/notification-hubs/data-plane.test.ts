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
  createOrUpdateRegistration,
  createRegistrationId,
  deleteInstallation,
  deleteRegistration,
  getInstallation,
  getRegistration,
  listRegistrationsByTag,
  sendBroadcastNotification,
  sendNotification,
  updateInstallation,
  type NotificationHubsClientContext,
} from '@azure/notification-hubs/api';
import {
  bodyOf,
  ecKey,
  apnsCredential,
  Harness,
  HUB_ID,
  NAMESPACE_ID,
  PREVIEW,
  rsaKey,
  fcmCredential,
} from '../../../support/harness';

const ALL = ['Listen', 'Manage', 'Send'];
const APPLE = 'a'.repeat(64);
const FCM = 'fcm:token';

let azure: Harness;

async function client(connectionString: string, hub = 'calling'): Promise<NotificationHubsClientContext> {
  return createClientContext(connectionString, hub, {
    httpClient: await azure.httpClient(),
    retryOptions: { maxRetries: 0 },
  });
}

const apple = (alert: string, headers: Record<string, string> = {}) =>
  createAppleNotification({ body: { aps: { alert } }, headers });
const fcm = (title: string) =>
  createFcmV1Notification({ body: JSON.stringify({ message: { notification: { title } } }) });

beforeEach(() => {
  azure = new Harness();
});
afterEach(async () => azure.close());

describe('Direct Send', () => {
  test('reaches APNs with the hub’s own topic and the sender’s headers', async () => {
    const hub = await client(await azure.hub());
    azure.services.pushServices.knowHandle(APPLE);
    const result = await sendNotification(
      hub,
      apple('hello', { 'apns-priority': '5', 'apns-collapse-id': 'c1', 'apns-topic': 'com.other' }),
      { deviceHandle: APPLE },
    );
    expect(result.trackingId).toBeTruthy();
    expect(azure.context.inbox).toEqual([
      {
        time: '2026-01-01T00:00:00.000Z',
        service: 'apns',
        hubId: HUB_ID,
        handle: APPLE,
        headers: {
          'apns-topic': 'com.example.app',
          'apns-push-type': 'alert',
          'apns-priority': '5',
          'apns-collapse-id': 'c1',
        },
        payload: { aps: { alert: 'hello' } },
      },
    ]);
  });

  test('reaches FCM', async () => {
    const hub = await client(await azure.hub());
    azure.services.pushServices.knowHandle(FCM);
    await sendNotification(hub, fcm('hello'), { deviceHandle: FCM });
    expect(azure.context.inbox.map((push) => [push.service, push.payload])).toEqual([
      ['fcmv1', { message: { notification: { title: 'hello' } } }],
    ]);
  });

  test.each([
    ['data that is not text', { badge: 1 }],
    ['a key that FCM keeps for itself', { from: '+15555550100' }],
    ['another such key', { message_type: 'x' }],
    ['a key that begins like one', { 'google.sent_time': '1' }],
  ])('to FCM with %s is accepted by the hub and refused by FCM', async (_, data) => {
    const hub = await client(await azure.hub());
    azure.services.pushServices.knowHandle(FCM);
    const body = JSON.stringify({ message: { data } });
    await sendNotification(hub, createFcmV1Notification({ body }), { deviceHandle: FCM });
    expect(azure.context.inbox).toEqual([]);
    expect(azure.services.metrics.total(HUB_ID, 'outgoing.fcmv1.invalidnotificationformat')).toBe(1);
  });

  test('is accepted for a made-up handle, and counted as a bad channel', async () => {
    const hub = await client(await azure.hub());
    await sendNotification(hub, apple('hello'), { deviceHandle: 'f'.repeat(64) });
    expect(azure.context.inbox).toEqual([]);
    expect(azure.services.metrics.total(HUB_ID, 'outgoing.apns.badchannel')).toBe(1);
    expect(azure.services.metrics.total(HUB_ID, 'outgoing.apns.invalidcredentials')).toBe(0);
    expect(azure.services.metrics.total(HUB_ID, 'incoming')).toBe(1);
  });

  test('reaches every handle of a batch', async () => {
    const hub = await client(await azure.hub());
    for (const handle of ['a1', 'a2', 'a3']) azure.services.pushServices.knowHandle(handle);
    await sendNotification(hub, apple('hello'), { deviceHandle: ['a1', 'a2', 'a3'] });
    expect(azure.context.inbox.map((push) => push.handle)).toEqual(['a1', 'a2', 'a3']);
  });

  test('is refused in batches by the Free tier', async () => {
    const hub = await client(await azure.hub(['Send'], { sku: 'Free' }));
    await expect(sendNotification(hub, apple('x'), { deviceHandle: ['a1'] })).rejects.toMatchObject({
      statusCode: 403,
    });
  });

  test('tells a Location on the Standard tier only', async () => {
    const basic = await client(await azure.hub());
    expect((await sendNotification(basic, apple('x'), { deviceHandle: 'h' })).location).toBeFalsy();
    const standard = await client(await azure.hub(['Send'], { sku: 'Standard' }));
    const result = await sendNotification(standard, apple('x'), { deviceHandle: 'h' });
    expect(result.location).toMatch(/^https:\/\/nhns-test\.servicebus\.windows\.net\/calling\/messages\//);
    expect(result.notificationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['no JSON', 'not json', 400],
    ['more than 4 KB', JSON.stringify({ aps: { alert: 'x'.repeat(4096) } }), 413],
  ])('answers %s with its status', async (_, body, statusCode) => {
    const hub = await client(await azure.hub());
    const notification = createAppleNotification({ body });
    await expect(sendNotification(hub, notification, { deviceHandle: APPLE })).rejects.toMatchObject({
      statusCode,
    });
  });

  test('answers an FCM payload without its message envelope with 400', async () => {
    const hub = await client(await azure.hub());
    const notification = createFcmV1Notification({ body: JSON.stringify({ notification: {} }) });
    await expect(sendNotification(hub, notification, { deviceHandle: FCM })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

describe('the shared access signature', () => {
  const direct = { deviceHandle: APPLE };

  test('of the secondary key is as good as that of the primary', async () => {
    await azure.hub();
    const secondary = await azure.connectionString(
      `${HUB_ID}/authorizationRules/test-rule`,
      'secondaryConnectionString',
    );
    await expect(sendNotification(await client(secondary), apple('x'), direct)).resolves.toBeDefined();
  });

  test('of a key regenerated since is refused', async () => {
    const hub = await client(await azure.hub());
    await azure.post(`${HUB_ID}/authorizationRules/test-rule`, 'regenerateKeys', PREVIEW, {
      policyKey: 'PrimaryKey',
    });
    await expect(sendNotification(hub, apple('x'), direct)).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining('InvalidSignature'),
    });
    expect(azure.services.metrics.total(HUB_ID, 'incoming')).toBe(0);
    expect(azure.services.metrics.total(HUB_ID, 'incoming.all.failedrequests')).toBe(1);
  });

  test('with Listen alone cannot send', async () => {
    const hub = await client(await azure.hub(['Listen']));
    await expect(sendNotification(hub, apple('x'), direct)).rejects.toMatchObject({ statusCode: 401 });
  });

  test('with Send alone cannot read an installation', async () => {
    const hub = await client(await azure.hub(['Send']));
    await expect(getInstallation(hub, 'i1')).rejects.toMatchObject({ statusCode: 401 });
  });

  test('of a rule of the namespace opens every hub in it', async () => {
    await azure.hub();
    const root = await azure.connectionString(`${NAMESPACE_ID}/authorizationRules/RootManageSharedAccessKey`);
    await expect(sendNotification(await client(root), apple('x'), direct)).resolves.toBeDefined();
  });

  test('does not open a hub that is gone', async () => {
    const hub = await client(await azure.hub());
    await azure.delete(HUB_ID);
    await expect(sendNotification(hub, apple('x'), direct)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('is refused when it has expired', async () => {
    const hub = await client(await azure.hub());
    const now = jest.spyOn(Date, 'now').mockReturnValueOnce(Date.UTC(2020, 0, 1));
    await expect(sendNotification(hub, apple('x'), direct)).rejects.toMatchObject({
      message: expect.stringContaining('ExpiredToken'),
    });
    now.mockRestore();
  });
});

describe('installations', () => {
  const device = { installationId: 'i1', pushChannel: APPLE, tags: ['user:8:acs:alice', 'lang:en'] };

  test('are kept, read, changed and deleted', async () => {
    const hub = await client(await azure.hub(ALL));
    await createOrUpdateInstallation(hub, createAppleInstallation(device));
    expect(await getInstallation(hub, 'i1')).toMatchObject({
      platform: 'apns',
      pushChannel: APPLE,
      tags: device.tags,
    });
    await updateInstallation(hub, 'i1', [
      { op: 'add', path: '/tags', value: 'beta' },
      { op: 'remove', path: '/tags/lang:en' },
      { op: 'replace', path: '/pushChannel', value: 'b'.repeat(64) },
    ]);
    expect(await getInstallation(hub, 'i1')).toMatchObject({
      pushChannel: 'b'.repeat(64),
      tags: ['user:8:acs:alice', 'beta'],
    });
    await deleteInstallation(hub, 'i1');
    await expect(getInstallation(hub, 'i1')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('survive a full PUT of the hub, and a restart', async () => {
    const hub = await client(await azure.hub(ALL));
    await createOrUpdateInstallation(hub, createAppleInstallation(device));
    await azure.put(HUB_ID, PREVIEW, { location: 'westeurope', properties: {} });
    const dump = JSON.parse(JSON.stringify(azure.store)) as typeof azure.store extends {
      load(r: infer R): void;
    }
      ? R
      : never;
    azure.store.load(dump);
    expect(await getInstallation(hub, 'i1')).toMatchObject({ tags: device.tags });
  });

  test.each([
    ['an unknown platform', { ...device, platform: 'pager' }],
    ['no push channel', { ...device, platform: 'apns', pushChannel: '' }],
    ['a tag with a space', { ...device, platform: 'apns', tags: ['no good'] }],
  ])('with %s are refused', async (_, installation) => {
    const hub = await client(await azure.hub(ALL));
    await expect(createOrUpdateInstallation(hub, installation as never)).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('whose handle is dead are marked and no longer sent to', async () => {
    const hub = await client(await azure.hub(ALL));
    await createOrUpdateInstallation(hub, createAppleInstallation(device));
    azure.services.pushServices.setHandle(APPLE, 'expired');
    await sendNotification(hub, apple('1'), { tagExpression: 'lang:en' });
    await sendNotification(hub, apple('2'), { tagExpression: 'lang:en' });
    expect(await getInstallation(hub, 'i1')).toMatchObject({ pushChannelExpired: true });
    expect(azure.services.metrics.total(HUB_ID, 'outgoing.apns.expiredchannel')).toBe(1);
  });

  test('that have expired are not sent to', async () => {
    const hub = await client(await azure.hub(ALL));
    const expirationTime = new Date(azure.clock.now() + 60_000).toISOString();
    await createOrUpdateInstallation(hub, { ...createAppleInstallation(device), expirationTime });
    await sendNotification(hub, apple('1'), { tagExpression: 'lang:en' });
    await azure.clock.advance(60_000);
    await sendNotification(hub, apple('2'), { tagExpression: 'lang:en' });
    expect(azure.context.inbox.map((push) => push.payload)).toEqual([{ aps: { alert: '1' } }]);
  });
});

describe('a send by tag', () => {
  beforeEach(async () => {
    const hub = await client(await azure.hub(ALL));
    const devices = [
      createAppleInstallation({ installationId: 'i1', pushChannel: 'a1', tags: ['alice', 'en'] }),
      createAppleInstallation({ installationId: 'i2', pushChannel: 'a2', tags: ['bob', 'en', 'beta'] }),
      createAppleInstallation({ installationId: 'i3', pushChannel: 'a3', tags: ['carol', 'de'] }),
      createFcmV1Installation({ installationId: 'i4', pushChannel: 'f4', tags: ['alice', 'en'] }),
    ];
    for (const device of devices) await createOrUpdateInstallation(hub, device);
  });

  test.each([
    ['alice', ['a1']],
    ['alice || carol', ['a1', 'a3']],
    ['en && !beta', ['a1']],
    ['(alice || bob) && en', ['a1', 'a2']],
    ['!en', ['a3']],
    ['$InstallationId:{i2}', ['a2']],
    ['nobody', []],
  ])('reaches by %s just %j', async (tagExpression, handles) => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    await sendNotification(hub, apple('x'), { tagExpression });
    expect(azure.context.inbox.map((push) => push.handle).sort()).toEqual(handles);
  });

  test('reaches devices of its own platform only', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    await sendNotification(hub, fcm('x'), { tagExpression: 'alice' });
    expect(azure.context.inbox.map((push) => push.handle)).toEqual(['f4']);
  });

  test('without any tag reaches all devices of its platform', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    await sendBroadcastNotification(hub, apple('x'));
    expect(azure.context.inbox.map((push) => push.handle)).toEqual(['a1', 'a2', 'a3']);
  });

  test('with a broken expression is refused', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    await expect(sendNotification(hub, apple('x'), { tagExpression: 'alice && (bob' })).rejects.toMatchObject(
      {
        statusCode: 400,
      },
    );
  });

  test('with more than six tags joined by && is refused', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    const tagExpression = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].join(' && ');
    await expect(sendNotification(hub, apple('x'), { tagExpression })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('as a test answers with the outcome for each device', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    azure.services.pushServices.setHandle('a2', 'bad');
    const result = await sendNotification(hub, apple('x'), { tagExpression: 'en', enableTestSend: true });
    expect(result).toMatchObject({ successCount: 1, failureCount: 1 });
    expect(result.results.map((one) => [one.pnsHandle, one.applicationPlatform])).toEqual([
      ['a1', 'apple'],
      ['a2', 'apple'],
    ]);
  });

  test('of a template fills in each device’s own body', async () => {
    const hub = await client(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    const templates = { greet: { body: '{"aps":{"alert":"Hi $(name)"}}', headers: {}, tags: ['greeted'] } };
    await createOrUpdateInstallation(
      hub,
      createAppleInstallation({ installationId: 'i5', pushChannel: 'a5', templates }),
    );
    await sendNotification(hub, createTemplateNotification({ body: { name: 'A "quoted" one' } }), {
      tagExpression: 'greeted',
    });
    expect(azure.context.inbox).toMatchObject([
      { handle: 'a5', payload: { aps: { alert: 'Hi A "quoted" one' } } },
    ]);
  });
});

describe('registrations', () => {
  test('are kept, listed by tag, sent to and deleted', async () => {
    const hub = await client(await azure.hub(ALL));
    const registrationId = await createRegistrationId(hub);
    await createOrUpdateRegistration(hub, {
      kind: 'Apple',
      registrationId,
      deviceToken: 'a1',
      tags: ['alice', 'en'],
    });
    expect(await getRegistration(hub, registrationId)).toMatchObject({ kind: 'Apple', deviceToken: 'a1' });
    const listed = [];
    for await (const one of listRegistrationsByTag(hub, 'alice')) listed.push(one.registrationId);
    expect(listed).toEqual([registrationId]);
    await sendNotification(hub, apple('x'), { tagExpression: 'alice' });
    expect(azure.context.inbox.map((push) => push.handle)).toEqual(['a1']);
    await deleteRegistration(hub, registrationId);
    await expect(getRegistration(hub, registrationId)).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('the push services', () => {
  const registered = () => azure.services.pushServices;
  const outcome = async (credentials: object, notification: Notification = apple('x')) => {
    const hub = await client(await azure.hub(['Send'], { credentials }));
    registered().knowHandle('h');
    await sendNotification(hub, notification, { deviceHandle: 'h' });
    const names = ['success', 'badchannel', 'invalidcredentials', 'invalidnotificationsize'];
    const service = notification.platform === 'apple' ? 'apns' : 'fcmv1';
    return names.filter((name) => azure.services.metrics.total(HUB_ID, `outgoing.${service}.${name}`) > 0);
  };

  test('take a token signed by the registered key', async () => {
    const key = ecKey();
    registered().registerApnsKey('TEAM123456', 'ABCDE12345', key.publicKey);
    expect(await outcome(apnsCredential({ token: bodyOf(key.privateKey) }))).toEqual(['success']);
  });

  test.each([
    ['of another key', () => bodyOf(ecKey().privateKey)],
    ['of another curve', () => bodyOf(ecKey('P-384').privateKey)],
    ['of an RSA key', () => bodyOf(rsaKey().privateKey)],
    ['that is no key', () => 'SENT-APNS-PEM-LINE'],
  ])('refuse an APNs token %s', async (_, token) => {
    registered().registerApnsKey('TEAM123456', 'ABCDE12345', ecKey().publicKey);
    expect(await outcome(apnsCredential({ token: token() }))).toEqual(['invalidcredentials']);
  });

  test.each([
    ['in its armour', (pem: string) => pem],
    ['in lines', (pem: string) => pem.replace(/-----[^-]+-----\n/g, '')],
    ['with line ends written out', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['that is cut short', (pem: string) => bodyOf(pem).slice(0, 64)],
  ])('refuse an APNs token %s, as a hub may', async (_, form) => {
    expect(await outcome(apnsCredential({ token: form(ecKey().privateKey) }))).toEqual([
      'invalidcredentials',
    ]);
  });

  test.each([
    ['with line ends written out', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['with Windows line ends', (pem: string) => pem.replaceAll('\n', '\r\n')],
    ['on one line', (pem: string) => pem.replaceAll('\n', '')],
    ['without its armour', bodyOf],
    ['with text behind it', (pem: string) => `${pem}x`],
    ['that is a placeholder', () => 'REDACTED'],
  ])('refuse an FCM key %s, as a hub may', async (_, form) => {
    const credential = fcmCredential({ privateKey: form(rsaKey().privateKey) });
    expect(await outcome(credential, fcm('x'))).toEqual(['invalidcredentials']);
  });

  test('take an FCM key as the JSON of the service account has it', async () => {
    expect(await outcome(fcmCredential(), fcm('x'))).toEqual(['success']);
  });

  test('refuse an FCM key that is not the service account’s', async () => {
    registered().registerFcmKey('project', 'push@project.iam.gserviceaccount.com', rsaKey().publicKey);
    expect(await outcome(fcmCredential(), fcm('x'))).toEqual(['invalidcredentials']);
  });

  test('refuse a hub without a credential for them', async () => {
    expect(await outcome(fcmCredential())).toEqual(['invalidcredentials']);
  });

  test('refuse an unknown APNs endpoint', async () => {
    expect(await outcome(apnsCredential({ endpoint: 'https://example.com' }))).toEqual([
      'invalidcredentials',
    ]);
  });

  test('know a sandbox token in production as bad', async () => {
    registered().setHandle('h', 'live', { environment: 'sandbox' });
    expect(await outcome(apnsCredential())).toEqual(['badchannel']);
  });

  test('take VoIP pushes on .voip topics only', async () => {
    const voip = apple('x', { 'apns-push-type': 'voip' });
    expect(await outcome(apnsCredential({ appName: 'com.example.app.voip' }), voip)).toEqual(['success']);
  });

  test('refuse VoIP pushes on other topics', async () => {
    expect(await outcome(apnsCredential(), apple('x', { 'apns-push-type': 'voip' }))).toEqual(['badchannel']);
  });

  test('refuse an FCM message of more than 4 KB', async () => {
    expect(await outcome(fcmCredential(), fcm('x'.repeat(5000)))).toEqual(['invalidnotificationsize']);
  });

  test('that cannot be reached are tried again for half an hour', async () => {
    registered().setReachable('apns', false);
    expect(await outcome(apnsCredential())).toEqual([]);
    await azure.clock.advance(5 * 60_000);
    registered().setReachable('apns', true);
    await azure.clock.advance(60_000);
    expect(azure.context.inbox).toHaveLength(1);
    registered().setReachable('apns', false);
    await outcome(apnsCredential());
    await azure.clock.advance(31 * 60_000);
    expect(azure.services.metrics.total(HUB_ID, 'outgoing.apns.pnserror')).toBe(1);
    expect(azure.context.inbox).toHaveLength(1);
  });
});

describe('faults', () => {
  test('throttle with Retry-After', async () => {
    const hub = await client(await azure.hub());
    azure.services.hubs.setFaults({ throttledPercent: 100, retryAfterSeconds: 7 });
    const error = await sendNotification(hub, apple('x'), { deviceHandle: 'h' }).catch((e) => e);
    expect(error.statusCode).toBe(429);
    expect(error.response.headers.get('Retry-After')).toBe('7');
  });

  test('lose the answer to what was done', async () => {
    const hub = await client(await azure.hub());
    azure.services.pushServices.knowHandle(APPLE);
    azure.services.hubs.setFaults({ lostAnswerPercent: 100 });
    await expect(sendNotification(hub, apple('x'), { deviceHandle: APPLE })).rejects.toMatchObject({
      statusCode: 500,
    });
    expect(azure.context.inbox).toHaveLength(1);
  });

  test('come in the same order for the same seed', async () => {
    const run = async () => {
      const harness = new Harness({ seed: 42 });
      azure = harness;
      const hub = await client(await harness.hub());
      harness.services.hubs.setFaults({ throttledPercent: 30, failedPercent: 30 });
      const seen: number[] = [];
      for (let i = 0; i < 20; i += 1) {
        await sendNotification(hub, apple('x'), { deviceHandle: 'h' }).then(
          () => seen.push(201),
          (error: { statusCode: number }) => seen.push(error.statusCode),
        );
      }
      await harness.close();
      return seen;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([201, 429, 500]));
    expect(await run()).toEqual(first);
  });
});
