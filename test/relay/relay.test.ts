import { userTag } from '../../relay/tags';
import { ACS, LocalRelay } from './local-relay';
import { ALICE, asCloudEvent, BOB, CAROL, identifier, Samples } from './samples';

const relay = new LocalRelay();
const samples = new Samples(ACS);
const IPHONE = 'a1'.repeat(32);
const ANDROID = 'android-registration-token-of-bob';
const CAROLS_IPHONE = 'ca'.repeat(32);

beforeAll(async () => {
  await relay.start();
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
  await relay.install('bobs-android', 'fcmv1', ANDROID, [userTag(BOB)]);
  await relay.install('carols-iphone', 'apns', CAROLS_IPHONE, [userTag(CAROL)]);
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});

/** What people wrote, their names, numbers and ids, handles and keys. */
const PERSONAL =
  /See you|Great to connect|Alice|Bob\b|15555550|SharedAccess|Bearer|8:acs|a1a1a1|registration-token/;
const accepted = async (functionName: string, body: unknown) =>
  expect((await relay.deliver(functionName, body)).status).toBe(202);
const outcome = () => relay.logged('event handled').at(-1)?.['outcome'];
const eventOf = (payload: any) => (payload.acs ?? payload.message.data).event;
const pushTo = (handle: string) => {
  const pushes = relay.inbox.filter((push) => push.handle === handle);
  expect(pushes).toHaveLength(1);
  return pushes[0] as { headers: Record<string, string>; payload: any };
};

test('a chat message reaches all devices of its recipient, once each', async () => {
  await accepted('messages', samples.chatMessageReceived());
  expect(relay.inbox).toHaveLength(2);
  expect(pushTo(IPHONE).payload.aps.alert).toEqual({ title: 'Alice', body: 'See you at nine' });
  expect(pushTo(ANDROID).payload.message.data).toMatchObject({ title: 'Alice', body: 'See you at nine' });
});

test('the same event twice is one push, in one process and over a restart', async () => {
  const event = samples.chatMessageReceived();
  // At the same time: one is handled, the other comes again or is a duplicate already.
  const pushed = () => relay.logged('event handled').filter((one) => one['outcome'] === 'pushed').length;
  const before = pushed();
  const both = await relay.deliver('messages', [event, asCloudEvent(event)]);
  expect([202, 500]).toContain(both.status);
  // The host answers for both as soon as one has to come again; the other may still be at work.
  await relay.until(() => pushed() > before);
  await accepted('messages', event);
  expect(outcome()).toBe('duplicate');
  // As Azure ends an instance: what is on its way to the table is written.
  await relay.terminate();
  await relay.startFunction();
  await accepted('messages', event);
  expect(outcome()).toBe('duplicate');
  expect(relay.inbox).toHaveLength(2);
});

test('an edited message takes the place of the notification', async () => {
  const received = samples.chatMessageReceived();
  const { messageId, version } = received.data as { messageId: string; version: number };
  const edited = samples.chatMessageEdited({ messageId, version: version + 1 });
  await accepted('messages', received);
  const first = pushTo(IPHONE).headers['apns-collapse-id'];
  relay.inbox.length = 0;
  await accepted('messages', edited);
  const second = pushTo(IPHONE);
  expect(second.headers['apns-collapse-id']).toBe(first);
  expect(second.payload.aps.alert.body).toBe('See you at ten');
  expect(pushTo(ANDROID).payload.message.data.notificationId).toBe(first);
});

test('what was edited or deleted is not overtaken by what came before', async () => {
  const received = samples.chatMessageReceived();
  const { messageId, version } = received.data as { messageId: string; version: number };
  await accepted('messages', samples.chatMessageDeleted({ messageId, version: version + 9 }));
  relay.inbox.length = 0;
  await accepted('messages', samples.chatMessageEdited({ messageId, version: version + 5 }));
  expect(outcome()).toBe('superseded');
  await accepted('messages', received);
  expect(outcome()).toBe('superseded');
  expect(relay.inbox).toHaveLength(0);
});

test('a deleted message is withdrawn by a push that shows nothing', async () => {
  await accepted('messages', samples.chatMessageDeleted());
  const { headers, payload } = pushTo(IPHONE);
  expect(headers).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' });
  expect(payload.aps).toEqual({ 'content-available': 1 });
  expect(payload.acs).toMatchObject({
    event: 'ChatMessageDeleted',
    notificationId: headers['apns-collapse-id'],
  });
  const { message } = pushTo(ANDROID).payload;
  expect(message.notification).toBeUndefined();
  expect(message.data.notificationId).toBe(headers['apns-collapse-id']);
});

test('a new thread is told to who was added, with its topic', async () => {
  await accepted('messages', samples.chatThreadCreatedWithUser());
  expect(pushTo(IPHONE).payload.aps.alert).toEqual({
    title: 'Holidays',
    body: 'Alice started a conversation with you',
  });
});

test('an incoming call rings for what is left of its 30 seconds, without what it could be answered with', async () => {
  const call = samples.incomingCall();
  await accepted('calls', call);
  const iphone = pushTo(IPHONE);
  const end = Math.floor((Date.parse(call.eventTime) + 30_000) / 1000);
  expect(iphone.headers).toMatchObject({ 'apns-push-type': 'alert', 'apns-expiration': String(end) });
  expect(iphone.payload.aps['interruption-level']).toBe('time-sensitive');
  const { message } = pushTo(ANDROID).payload;
  expect(message.notification).toBeUndefined();
  expect(message.data).toMatchObject({ event: 'IncomingCall', caller: ALICE, title: 'Alice' });
  expect(message.android).toMatchObject({ priority: 'high', collapse_key: message.data.notificationId });
  expect(Number.parseInt(message.android.ttl, 10)).toBeLessThanOrEqual(30);
  expect(JSON.stringify(relay.inbox)).not.toContain('a context with which');
});

test('a ring that comes too late is not sent', async () => {
  await accepted('calls', {
    ...samples.incomingCall(),
    eventTime: new Date(Date.now() - 31_000).toISOString(),
  });
  expect(outcome()).toBe('expired');
  expect(relay.inbox).toHaveLength(0);
});

describe('a call that ended', () => {
  test('was missed by who was called and did not take part; its push takes the place of the ring', async () => {
    const call = samples.incomingCall();
    await accepted('calls', call);
    const ring = pushTo(IPHONE).headers['apns-collapse-id'];
    relay.inbox.length = 0;
    await accepted('messages', samples.callEnded({ correlationId: call.data['correlationId'] }));
    const push = pushTo(IPHONE);
    expect(push.payload.aps.alert).toEqual({ title: 'Alice', body: 'Missed call' });
    expect(push.headers['apns-collapse-id']).toBe(ring);
  });

  test('was not missed by who took part', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data;
    await accepted('calls', call);
    await accepted('messages', samples.callParticipantAdded({ correlationId }));
    relay.inbox.length = 0;
    await accepted('messages', samples.callEnded({ correlationId }));
    expect(outcome()).toBe('nobody-to-tell');
    expect(relay.inbox).toHaveLength(0);
  });

  test('was not missed when it ended in the ordinary way', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data;
    await accepted('calls', call);
    relay.inbox.length = 0;
    await accepted(
      'messages',
      samples.callEnded({ correlationId, isTwoParty: true, reason: { code: 0, subCode: 0, phrase: '' } }),
    );
    expect(relay.inbox.map(({ payload }) => eventOf(payload))).toEqual(['RingEnded', 'RingEnded']);
  });

  test('is told as missed when its ring comes after its end', async () => {
    const call = samples.incomingCall();
    await accepted('messages', samples.callEnded({ correlationId: call.data['correlationId'] }));
    expect(relay.inbox).toHaveLength(0);
    await accepted('calls', call);
    expect(pushTo(IPHONE).payload.acs.event).toBe('MissedCall');
  });

  test('is told to each who was called, once, however late their ring is known', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data;
    const ended = samples.callEnded({ correlationId });
    const late = samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(CAROL) });
    await accepted('calls', call);
    relay.inbox.length = 0;
    await accepted('messages', ended);
    expect(relay.inbox.map((push) => push.handle).sort()).toEqual([IPHONE, ANDROID].sort());
    relay.inbox.length = 0;
    await accepted('calls', late);
    expect(relay.inbox).toHaveLength(1);
    expect(pushTo(CAROLS_IPHONE).payload.acs.event).toBe('MissedCall');
    relay.inbox.length = 0;
    for (const again of [call, late]) {
      await accepted('calls', again);
      expect(outcome()).toBe('duplicate');
    }
    await accepted('messages', ended);
    expect(outcome()).toBe('duplicate');
    expect(relay.inbox).toHaveLength(0);
  });

  test('is told to who became known between two attempts, and to nobody twice', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data;
    const ended = samples.callEnded({ correlationId });
    const late = samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(CAROL) });
    await accepted('calls', call);
    relay.inbox.length = 0;
    relay.services.hubs.setFaults({ failedPercent: 100 });
    expect((await relay.deliver('messages', ended)).status).toBe(500);
    expect((await relay.deliver('calls', late)).status).toBe(500);
    // Some get through and some do not, until all did.
    relay.services.hubs.setFaults({ failedPercent: 80 });
    await relay.until(async () => (await relay.deliver('messages', ended)).status === 202);
    relay.services.hubs.setFaults({});
    await accepted('calls', late);
    expect(outcome()).toBe('duplicate');
    expect(relay.inbox.map((push) => push.handle).sort()).toEqual([IPHONE, ANDROID, CAROLS_IPHONE].sort());
  });

  describe('before it is known who took part', () => {
    test('is told as missed, which is taken back', async () => {
      const call = samples.incomingCall();
      const { correlationId } = call.data;
      await accepted('calls', call);
      relay.inbox.length = 0;
      await accepted('messages', samples.callEnded({ correlationId }));
      const missed = pushTo(IPHONE).headers['apns-collapse-id'];
      relay.inbox.length = 0;
      const joined = samples.callParticipantAdded({ correlationId });
      await accepted('messages', joined);
      const { headers, payload } = pushTo(IPHONE);
      expect(headers).toMatchObject({ 'apns-push-type': 'background', 'apns-collapse-id': missed });
      expect(payload).toEqual({
        aps: { 'content-available': 1 },
        acs: { event: 'MissedCallWithdrawn', correlationId, notificationId: missed },
      });
      expect(pushTo(ANDROID).payload.message.data).toEqual(payload.acs);
      relay.inbox.length = 0;
      await accepted('messages', { ...joined, id: 'as another event' });
      expect(outcome()).toBe('duplicate');
    });

    test('is not told as missed after it was taken back', async () => {
      const call = samples.incomingCall();
      const { correlationId } = call.data;
      await accepted('calls', call);
      relay.services.hubs.setFaults({ failedPercent: 100 });
      const ended = samples.callEnded({ correlationId });
      expect((await relay.deliver('messages', ended)).status).toBe(500);
      relay.services.hubs.setFaults({});
      await accepted('messages', samples.callParticipantAdded({ correlationId }));
      relay.inbox.length = 0;
      await accepted('messages', ended);
      expect(outcome()).toBe('nobody-to-tell');
      await accepted('calls', { ...call, id: 'the same call, late' });
      expect(relay.inbox).toHaveLength(0);
    });

    test('nothing is taken back when nothing can have been told', async () => {
      const ordinary = samples.incomingCall();
      const { correlationId } = ordinary.data;
      await accepted('calls', ordinary);
      await accepted('messages', samples.callEnded({ correlationId, isTwoParty: true, reason: { code: 0 } }));
      relay.inbox.length = 0;
      await accepted('messages', samples.callParticipantAdded({ correlationId }));
      expect(outcome()).toBe('duplicate');
      // Who called took part as well.
      await accepted('messages', samples.callParticipantAdded({ correlationId, user: identifier(ALICE) }));
      expect(outcome()).toBe('nobody-to-tell');
      expect(relay.inbox).toHaveLength(0);
    });
  });
});

test('an event of a clock that runs ahead lives no longer than one of now', async () => {
  const eventTime = new Date(Date.now() + 40 * 24 * 60 * 60_000).toISOString();
  const before = Date.now();
  await accepted('calls', { ...samples.incomingCall(), eventTime });
  expect(Number(pushTo(IPHONE).headers['apns-expiration'])).toBeLessThanOrEqual((Date.now() + 30_000) / 1000);
  expect(Number(pushTo(IPHONE).headers['apns-expiration'])).toBeGreaterThanOrEqual(
    Math.floor(before / 1000) + 29,
  );
  const secondsToLive = () => Number.parseInt(pushTo(ANDROID).payload.message.android.ttl, 10);
  expect(secondsToLive()).toBeLessThanOrEqual(30);
  relay.inbox.length = 0;
  await accepted('messages', { ...samples.chatMessageReceived(), eventTime });
  expect(secondsToLive()).toBeLessThanOrEqual(86_400);
});

test('an SMS is told to whoever registered for its number', async () => {
  await relay.install('desk-iphone', 'apns', 'de'.repeat(32), [userTag('4:+15555550199')]);
  await relay.install('desk-android', 'fcmv1', 'android-token-of-the-desk', [userTag('4:+15555550199')]);
  await accepted('messages', samples.smsReceived());
  const { payload } = pushTo('de'.repeat(32));
  expect(payload.aps.alert).toEqual({ title: '+15555550100', body: 'Great to connect' });
  expect(payload.aps['thread-id']).toBe('sms:+15555550100');
  expect(payload.acs).toMatchObject({ event: 'SMSReceived', sender: '+15555550100' });
  const { message } = pushTo('android-token-of-the-desk').payload;
  expect(message.data).toMatchObject({
    ...payload.acs,
    title: '+15555550100',
    body: 'Great to connect',
  });
});

test('a recording is told to who started its call, once that is known', async () => {
  const started = samples.callStarted({
    startedBy: { communicationIdentifier: { rawId: BOB }, role: 'Organizer' },
  });
  const recording = samples.recordingFileStatusUpdated(String(started.data['serverCallId']));
  expect((await relay.deliver('messages', recording)).status).toBe(500);
  await accepted('messages', started);
  await accepted('messages', recording);
  expect(pushTo(IPHONE).payload.aps.alert.body).toBe('The recording of your call (11 min) is ready');
});

test('a recording that waits comes by a subscription of its own, and holds up no other event', async () => {
  const { eventGrid } = relay.services;
  const recording = samples.recordingFileStatusUpdated('nobody-knows');
  const chat = samples.chatMessageReceived();
  for (const event of [recording, chat]) eventGrid.publish(ACS, event);
  const deliveryOf = ({ id }: { id: string }) =>
    eventGrid.deliveries().find(({ eventIds }) => eventIds.includes(id));
  await relay.until(() => deliveryOf(recording) !== undefined && deliveryOf(chat) !== undefined);
  expect(deliveryOf(recording)).toMatchObject({
    status: 500,
    subscriptionId: expect.stringMatching(/\/recordings$/i),
  });
  expect(deliveryOf(chat)).toMatchObject({
    status: 202,
    subscriptionId: expect.stringMatching(/\/messages$/i),
  });
});

test('nobody is told of what they did themselves', async () => {
  await accepted(
    'messages',
    samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: ALICE } }),
  );
  expect(outcome()).toBe('nobody-to-tell');
  expect(relay.inbox).toHaveLength(0);
});

test('types that no push is made of are answered and not kept', async () => {
  const before = (await relay.deadLetters()).length;
  await accepted('messages', samples.event('RouterJobQueued', {}));
  await accepted('messages', samples.event('ChatMessageReceivedInThread', { messageBody: 'no' }));
  expect(outcome()).toBe('nobody-to-tell');
  expect(await relay.deadLetters()).toHaveLength(before);
});

describe('an event that cannot become a push is kept with its reason', () => {
  const kept = async (reason: string) =>
    (await relay.deadLetters()).filter((l) => l.content.deadLetterReason === reason);

  test.each([
    [
      'another-source',
      () => ({ ...samples.chatMessageReceived(), topic: ACS.replace('acs-relay', 'acs-other') }),
    ],
    ['unknown-type', () => samples.event('BrandNew', {})],
    ['unknown-version', () => ({ ...samples.chatMessageReceived(), dataVersion: '2.0' })],
    ['invalid-data', () => samples.chatMessageReceived({ threadId: 7 })],
    ['not-an-event', () => ({ nothing: true })],
    [
      'no-recipient',
      () => ({
        ...samples.recordingFileStatusUpdated('a-call-that-nobody-started'),
        eventTime: new Date(Date.now() - 20 * 60_000).toISOString(),
      }),
    ],
  ])('%s', async (reason, make) => {
    const event = make();
    await accepted('messages', event);
    await accepted('messages', event);
    expect(relay.inbox).toHaveLength(0);
    const letters = await kept(reason);
    expect(letters).toHaveLength(1);
    expect(letters[0]!.content).toMatchObject({ functionName: 'messages', event });
  });

  test('and the good ones of its batch go through', async () => {
    await accepted('messages', [samples.chatMessageReceived(), { bad: 1 }, samples.chatMessageReceived()]);
    expect(relay.inbox).toHaveLength(4);
  });
});

test('CloudEvents are taken as well', async () => {
  await accepted('messages', asCloudEvent(samples.chatMessageReceived()));
  expect(relay.inbox).toHaveLength(2);
});

test('a resource id in other case is the same resource', async () => {
  await accepted('messages', { ...samples.chatMessageReceived(), topic: ACS.toUpperCase() });
  expect(relay.inbox).toHaveLength(2);
});

test('a long text is cut at a character, and the push says so', async () => {
  await accepted('messages', samples.chatMessageReceived({ messageBody: '👩‍👩‍👧‍👦'.repeat(2000) }));
  const { payload } = pushTo(IPHONE);
  expect(payload.aps.alert.body).toMatch(/^(👩‍👩‍👧‍👦)+…$/u);
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(4096);
  expect(payload.acs.shortened).toBe('1');
  expect(pushTo(ANDROID).payload.message.data.shortened).toBe('1');
  expect(relay.logged('event handled').at(-1)).toMatchObject({ shortened: 2 });
});

test('formatting is taken out of a message', async () => {
  await accepted(
    'messages',
    samples.chatMessageReceived({ type: 'Html', messageBody: '<p>Hi <b>Bob</b> &amp; all</p>' }),
  );
  expect(pushTo(IPHONE).payload.aps.alert.body).toBe('Hi Bob & all');
});

test('the log tells the way from event to push, and no personal data', async () => {
  const event = samples.chatMessageReceived();
  await accepted('messages', event);
  const line = relay.logged('event handled').at(-1)!;
  expect(line).toMatchObject({ outcome: 'pushed', eventId: event.id, eventType: event.eventType });
  expect(line['pushes']).toEqual([
    { key: 'alert/apple/en', trackingId: expect.any(String), notificationId: expect.any(String) },
    { key: 'alert/fcmv1/en', trackingId: expect.any(String), notificationId: expect.any(String) },
  ]);
  expect(relay.lines.join('\n')).not.toMatch(PERSONAL);
});

test('the log says why an event failed or was kept, and no personal data', async () => {
  const refused = [
    'not-an-event',
    'another-source',
    'unknown-type',
    'unknown-version',
    'invalid-data',
    'no-recipient',
  ];
  const spoiled = samples.chatMessageReceived();
  for (const event of [
    { ...spoiled, id: 7 },
    { ...spoiled, topic: `${ACS}${'x'.repeat(1500)}` },
    { ...spoiled, eventType: `Microsoft.Communication.${'X'.repeat(1500)}` },
    { ...spoiled, dataVersion: '2.0' },
    samples.chatMessageReceived({ threadId: { topic: 'See you at nine' } }),
    {
      ...samples.recordingFileStatusUpdated('a-call-of-long-ago'),
      eventTime: new Date(Date.now() - 20 * 60_000).toISOString(),
    },
  ]) {
    await accepted('messages', event);
  }
  relay.services.hubs.setFaults({ failedPercent: 100 });
  for (const event of [samples.chatMessageReceived(), samples.smsReceived()])
    expect((await relay.deliver('messages', event)).status).toBe(500);
  relay.services.hubs.setFaults({});
  const unknown = samples.recordingFileStatusUpdated('nobody-knows');
  expect((await relay.deliver('messages', unknown)).status).toBe(500);

  const lines = relay.logged('event handled');
  expect(lines.map(({ reason }) => reason).filter(Boolean)).toEqual(refused);
  expect(lines.filter(({ outcome }) => outcome === 'failed')).toHaveLength(3);
  for (const { detail } of lines) expect(String(detail).length).toBeLessThan(600);
  expect(relay.lines.join('\n')).not.toMatch(PERSONAL);
  const kept = await relay.deadLetters();
  const about = kept.map(({ content: { event: _event, ...rest } }) => rest);
  expect(about.length).toBeGreaterThanOrEqual(refused.length);
  expect(JSON.stringify(about)).not.toMatch(PERSONAL);
  expect(Math.max(...about.map(({ detail }) => detail.length))).toBeLessThan(600);
});

describe('when the hub fails', () => {
  afterEach(() => relay.services.hubs.setFaults({}));

  test('at one platform, Event Grid is to deliver again, and what was accepted is not sent twice', async () => {
    relay.services.hubs.setFaults({ failedPercent: 100, formats: ['fcmv1'] });
    const event = samples.chatMessageReceived();
    expect((await relay.deliver('messages', event)).status).toBe(500);
    expect(outcome()).toBe('failed');
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([IPHONE]);
    // Another process takes over: what was accepted is known to the storage account alone.
    await relay.kill();
    await relay.startFunction();
    relay.services.hubs.setFaults({});
    await accepted('messages', event);
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([IPHONE, ANDROID]);
    expect(relay.logged('event handled').at(-1)).toMatchObject({
      outcome: 'pushed',
      pushes: [{ key: 'alert/fcmv1/en' }],
    });
  });

  test('now and then, the relay tries again by itself, as late as it is asked to', async () => {
    relay.services.hubs.setFaults({ throttledPercent: 30, failedPercent: 10, retryAfterSeconds: 1 });
    for (let i = 0; i < 5; i++) await accepted('messages', samples.chatMessageReceived());
    expect(relay.inbox).toHaveLength(10);
  });

  test('by refusing the key, it is read again', async () => {
    await relay.arm('POST', `${relay.settings()['RELAY_HUB_RULE_ID']}/regenerateKeys`, '2023-10-01-preview', {
      policyKey: 'PrimaryKey',
    });
    await accepted('messages', samples.chatMessageReceived());
    expect(relay.inbox).toHaveLength(2);
  });
});
