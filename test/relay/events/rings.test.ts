import { userTag, VOIP_TAG } from '../../../relay/tags';
import { ACS, LocalRelay, VOIP_HUB } from '../local-relay';
import { ALICE, BOB, identifier, Samples } from '../samples';
import { vapidKeys } from '../../support/keys';
import { Story, samples as bare } from './story';

const DESK = `${BOB.slice(0, -1)}5`;
const callBob = { toCommunicationIdentifier: identifier(BOB) };
const answered = { isTwoParty: true, reason: { code: 0, subCode: 0 } };
const declined = { isTwoParty: true, reason: { code: 603, subCode: 0 } };
const cancelled = { isTwoParty: true, reason: { code: 487, subCode: 0 } };

describe('on every device of who is called', () => {
  const relay = new LocalRelay({
    settings: {
      RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
      RELAY_PLATFORMS: 'apple,fcmv1,browser',
    },
  });
  const samples = new Samples(ACS);
  const IPHONE = 'a1'.repeat(32);
  const IPAD = 'a2'.repeat(32);
  const PUSHKIT = 'b2'.repeat(32);
  const ANDROID = 'android-registration-token-of-bob';
  const BROWSER = 'https://push.example/bobs-browser';
  const RING = [ANDROID, BROWSER, IPAD, PUSHKIT].sort();

  beforeAll(async () => {
    await relay.start();
    await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB), VOIP_TAG]);
    await relay.install('bobs-pushkit', 'apns', PUSHKIT, [userTag(BOB)], VOIP_HUB);
    await relay.install('bobs-ipad', 'apns', IPAD, [userTag(BOB)]);
    await relay.install('bobs-android', 'fcmv1', ANDROID, [userTag(BOB)]);
    const { publicKey: p256dh } = vapidKeys();
    await relay.install('bobs-browser', 'browser', { endpoint: BROWSER, p256dh, auth: 'c2VjcmV0' } as never, [
      userTag(BOB),
    ]);
  });
  afterAll(() => relay.close());
  beforeEach(() => {
    relay.inbox.length = 0;
  });

  const accepted = async (functionName: string, body: unknown) =>
    expect((await relay.deliver(functionName, body)).status).toBe(202);
  const acs = (payload: any): Record<string, string> => payload.acs ?? payload.message?.data ?? payload.data;
  const got = (handle: string) => relay.inbox.filter((push) => push.handle === handle);
  /** What each device got, and under which id. */
  const eventsTo = (handle: string) =>
    got(handle).map(({ payload }) => {
      const { event, reason, notificationId } = acs(payload);
      return `${event}${reason ? ` (${reason})` : ''} ${notificationId}`;
    });
  const ring = async () => {
    const call = samples.incomingCall();
    await accepted('calls', call);
    expect(relay.inbox.map(({ handle }) => handle).sort()).toEqual(RING);
    return { correlationId: call.data['correlationId'], id: acs(got(IPAD)[0]!.payload)['notificationId']! };
  };

  test('a ring that is answered elsewhere ends, under its own id', async () => {
    const { correlationId, id } = await ring();
    await accepted('messages', samples.callParticipantAdded({ correlationId }));
    for (const device of RING)
      expect(eventsTo(device)).toEqual([`IncomingCall ${id}`, `RingEnded (answered) ${id}`]);
    // Which rings by PushKit alone, its alert token is not told of the call at all.
    expect(eventsTo(IPHONE)).toEqual([]);

    const [rang, alert] = got(IPAD) as any[];
    expect(alert.headers).toMatchObject({ 'apns-push-type': 'alert', 'apns-priority': '10' });
    expect(alert.headers['apns-collapse-id']).toBe(rang.headers['apns-collapse-id']);
    expect(alert.payload.aps).toMatchObject({
      alert: { title: 'Alice', body: 'Call answered' },
      'interruption-level': 'passive',
    });
    expect(alert.payload.aps.sound).toBeUndefined();
    const [first, voip] = got(PUSHKIT) as any[];
    expect(voip.headers).toMatchObject({ 'apns-push-type': 'voip', 'apns-priority': '10' });
    expect(voip.payload.acs.callUuid).toBe(first.payload.acs.callUuid);
    expect(voip.payload.acs.callUuid).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    const [rings, android] = (got(ANDROID) as any[]).map(({ payload }) => payload.message);
    expect(android.notification).toBeUndefined();
    expect(android.android).toMatchObject({ priority: 'high', collapse_key: rings.android.collapse_key });
    const [shown, browser] = (got(BROWSER) as any[]).map(({ payload }) => payload);
    expect(browser).toMatchObject({ tag: shown.tag, withdraw: true, title: 'Alice', body: 'Call answered' });
  });

  test.each([
    ['that ended well', answered, 'ended'],
    ['that was declined', declined, 'declined'],
  ])('a ring of a call %s ends, under its own id', async (_how, end, reason) => {
    const { correlationId, id } = await ring();
    await accepted('messages', samples.callEnded({ correlationId, ...end }));
    for (const device of RING)
      expect(eventsTo(device)).toEqual([`IncomingCall ${id}`, `RingEnded (${reason}) ${id}`]);
  });

  test('a missed call takes the place of its ring; for PushKit the ring ends', async () => {
    const { correlationId, id } = await ring();
    await accepted('messages', samples.callEnded({ correlationId, ...cancelled }));
    for (const device of [ANDROID, BROWSER, IPAD])
      expect(eventsTo(device)).toEqual([`IncomingCall ${id}`, `MissedCall ${id}`]);
    expect(eventsTo(PUSHKIT)).toEqual([`IncomingCall ${id}`, `RingEnded (missed) ${id}`]);
    expect(eventsTo(IPHONE)).toEqual([`MissedCall ${id}`]);
  });

  test('each is told once, whatever comes twice and over a restart', async () => {
    const { correlationId } = await ring();
    const joined = samples.callParticipantAdded({ correlationId });
    await accepted('messages', joined);
    await relay.terminate();
    await relay.startFunction();
    await accepted('messages', joined);
    await accepted('messages', { ...joined, id: 'as another event' });
    await accepted('messages', samples.callEnded({ correlationId, ...answered }));
    for (const device of RING) expect(got(device)).toHaveLength(2);
  });

  test('a ring that comes after its end does not ring', async () => {
    const call = samples.incomingCall();
    const { correlationId } = call.data;
    await accepted('messages', samples.callParticipantAdded({ correlationId }));
    await accepted('calls', call);
    expect(relay.inbox).toEqual([]);
  });
});

describe('the end of a ring', () => {
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  /** As if so much time had passed. */
  const later = async (seconds: number, work: () => Promise<unknown>) => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + seconds * 1000);
    await work();
    clock.mockRestore();
  };

  test('goes to who answered alone: the others who are called ring on', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    const desk = bare.incomingCall({ correlationId, toCommunicationIdentifier: identifier(DESK) });
    await story.tell(call, desk, bare.callParticipantAdded({ correlationId, user: identifier(BOB) }));
    expect(story.to(BOB, 'android')).toEqual(['IncomingCall', 'RingEnded: answered']);
    expect(story.to(DESK, 'android')).toEqual(['IncomingCall']);
  });

  test('is not sent to who called, or to whom nothing rang for', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    await story.tell(call, bare.callParticipantAdded({ correlationId, user: identifier(ALICE) }));
    await story.tell(bare.callParticipantAdded({ correlationId, user: identifier(DESK) }));
    expect(story.to(BOB, 'pushkit')).toEqual(['IncomingCall']);
    expect(story.to(ALICE, 'pushkit')).toEqual([]);
    expect(story.to(DESK, 'pushkit')).toEqual([]);
  });

  test('is sent while a device can still ring, and not later', async () => {
    for (const [seconds, expected] of [
      [31, ['RingEnded: answered']],
      [120, ['RingEnded: answered']],
      [151, []],
    ] as const) {
      const story = new Story();
      const call = bare.incomingCall(callBob);
      const { correlationId } = call.data;
      await story.tell(call);
      await later(seconds, () => story.tell(bare.callParticipantAdded({ correlationId })));
      expect(story.to(BOB, 'iphone')).toEqual(['IncomingCall', ...expected]);
    }
  });

  test('does not outlive the ring at the push services', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    await story.tell(call, bare.callEnded({ correlationId, ...cancelled }));
    const until = Math.floor(Date.parse(call.eventTime) / 1000 + 150);
    const [voip] = story.messages.filter(({ hub }) => hub === 'voip').slice(-1);
    expect(voip!.headers['apns-expiration']).toBe(String(until));
  });

  test('is not sent to PushKit with a missed call that is told long after', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    await story.tell(call);
    await later(300, () => story.tell(bare.callEnded({ correlationId, ...cancelled })));
    expect(story.to(BOB, 'iphone')).toEqual(['IncomingCall', 'MissedCall']);
    expect(story.to(BOB, 'pushkit')).toEqual(['IncomingCall']);
  });

  test('is not sent for a ring that came too late to be sent', async () => {
    const story = new Story();
    const call = { ...bare.incomingCall(callBob), eventTime: ago(31) };
    const { correlationId } = call.data;
    expect(await story.tell(call)).toEqual(['expired']);
    await story.tell(bare.callParticipantAdded({ correlationId }));
    expect(story.messages).toEqual([]);
  });

  test('leaves those who are called a second time ringing', async () => {
    const story = new Story();
    const first = { ...bare.incomingCall(callBob), eventTime: ago(100) };
    const { correlationId } = first.data;
    const joined = { ...bare.callParticipantAdded({ correlationId }), eventTime: ago(95) };
    const again = bare.incomingCall({ ...callBob, correlationId });
    await story.tell(first, joined, again);
    expect(story.to(BOB, 'android').at(-1)).toBe('IncomingCall');
    await story.tell(bare.callParticipantAdded({ correlationId }));
    expect(story.to(BOB, 'android').at(-1)).toBe('RingEnded: answered');
    // What is late of the first time changes nothing.
    expect(await story.tell({ ...joined, id: 'late' })).toEqual(['duplicate']);
  });

  test('rings again for who called before and is called back into the call', async () => {
    const story = new Story();
    const correlationId = 'one-call';
    await story.tell({
      ...bare.callParticipantAdded({ correlationId, user: identifier(ALICE) }),
      eventTime: ago(60),
    });
    const back = {
      toCommunicationIdentifier: identifier(ALICE),
      fromCommunicationIdentifier: identifier(BOB),
    };
    await story.tell(bare.incomingCall({ correlationId, ...back }));
    expect(story.to(ALICE, 'iphone')).toEqual(['IncomingCall']);
  });

  test('has a UUID for CallKit, the same as the ring, whatever the call’s id is', async () => {
    for (const correlationId of ['5F1D3C9E-7A1B-4C2D-8E3F-0A1B2C3D4E5F', 'no uuid']) {
      const story = new Story();
      await story.tell(bare.incomingCall({ ...callBob, correlationId }));
      await story.tell(bare.callParticipantAdded({ correlationId }));
      const uuids = story.payloadsTo(BOB, 'pushkit').map(({ callUuid }) => callUuid);
      expect(uuids).toHaveLength(2);
      expect(new Set(uuids).size).toBe(1);
      expect(uuids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

describe('while a ring is being sent', () => {
  test('its end waits for it, and comes after it', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    const open = story.holdHubs();
    const ring = story.tell(call);
    await story.held();
    const end = story.tell(bare.callParticipantAdded({ correlationId }));
    open();
    expect(await ring).toEqual(['pushed']);
    expect(await end).toEqual(['pushed']);
    for (const device of ['iphone', 'pushkit', 'android', 'browser'] as const)
      expect(story.to(BOB, device)).toEqual(['IncomingCall', 'RingEnded: answered']);
  });

  test('a missed call waits for it too', async () => {
    const story = new Story();
    const call = bare.incomingCall(callBob);
    const { correlationId } = call.data;
    const open = story.holdHubs();
    const ring = story.tell(call);
    await story.held();
    const end = story.tell(bare.callEnded({ correlationId, ...cancelled }));
    open();
    await Promise.all([ring, end]);
    expect(story.to(BOB, 'android')).toEqual(['IncomingCall', 'MissedCall']);
    expect(story.to(BOB, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: missed']);
  });
});

test('a relay without a VoIP hub ends rings on what it has', async () => {
  const story = new Story({ voip: false });
  const call = bare.incomingCall(callBob);
  const { correlationId } = call.data;
  await story.tell(call, bare.callEnded({ correlationId, ...cancelled }));
  expect(story.messages.map(({ hub }) => hub)).not.toContain('voip');
  expect(story.to(BOB, 'iphone')).toEqual(['IncomingCall', 'MissedCall']);
});
