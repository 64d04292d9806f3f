import type { Preferences } from '../../../relay/preferences/preferences';
import { PUSH, verdictOf, type Asked, type Verdict } from '../../../relay/preferences/verdict';
import { bareRelay } from '../bare-relay';
import { ALICE, BOB, CAROL, identifier, Samples, type EventGridEvent } from '../samples';

const ACS = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const samples = new Samples(ACS);

const DEVICES = ['iphone', 'pushkit', 'android', 'browser'] as const;
const everyDevice = (pushes: string[]) => Object.fromEntries(DEVICES.map((device) => [device, pushes]));

/** Quiet all day long: what a test says of quiet hours holds whenever it runs. */
const quiet: Preferences = { quietHours: { timeZone: 'UTC', from: '00:00', to: '24:00' } };
const muted: Preferences = { mutedThreads: [{ threadId: 'calls' }] };
const off = (...kinds: ('incoming-call' | 'missed-call')[]): Preferences => ({
  events: Object.fromEntries(kinds.map((kind) => [kind, false])),
});

/** A relay of which users want what `wishes` says at the time, or what `answer` gives in its place. */
function relayWith(wishes: Record<string, Preferences>, answer?: (asked: Asked) => Verdict) {
  const lines: Record<string, unknown>[] = [];
  const bare = bareRelay(ACS, {
    voip: true,
    recipients: {
      verdict: (asked, now) =>
        Promise.resolve(answer ? answer(asked) : verdictOf(wishes[asked.recipient] ?? {}, asked, now)),
    },
  });
  const tell = async (...events: EventGridEvent[]) => {
    const outcomes: string[] = [];
    for (const event of events) {
      outcomes.push(
        await bare.relay.handle(event, 'messages', {
          write: (_level, message, fields) => lines.push({ message, ...fields }),
        }),
      );
    }
    return outcomes;
  };
  /** What the devices of a user got, in order. */
  const got = (user: string) =>
    Object.fromEntries(
      DEVICES.map((device) => {
        const hub = device === 'pushkit' ? 'voip' : 'alert';
        const platform = { iphone: 'apple', pushkit: 'apple', android: 'fcmv1', browser: 'browser' }[device];
        return [
          device,
          bare.messages
            .filter((message) => message.hub === hub && message.platform === platform)
            .filter(({ tagExpression }) => tagExpression.split(' && ')[0] === `user:${user}`)
            .map(({ body }) => {
              const payload = JSON.parse(body);
              const { event, reason } = payload.acs ?? payload.message?.data ?? payload.data;
              return reason ? `${event}: ${reason}` : event;
            }),
        ];
      }),
    );
  return { ...bare, tell, got, lines };
}

let calls = 0;

function call(...callees: string[]) {
  const correlationId = `call-${++calls}`;
  return {
    rings: callees.map((callee) =>
      samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(callee) }),
    ),
    joined: (user: string) => samples.callParticipantAdded({ correlationId, user: identifier(user) }),
    ended: (code: number, isTwoParty = true) =>
      samples.callEnded({ correlationId, isTwoParty, reason: { code, subCode: 0 } }),
  };
}

describe.each<[string, Preferences]>([
  ['in quiet hours', quiet],
  ['of who turned calls off', off('incoming-call')],
  ['of who muted calls', muted],
])('a ring that was withheld, %s', (_why, wish) => {
  test.each([0, 603, 487])('has no end that is told, however the call ends (%s)', async (code) => {
    const { tell, got } = relayWith({ [BOB]: wish });
    const { rings, ended } = call(BOB);
    await tell(...rings, ended(code));
    expect(JSON.stringify(got(BOB))).not.toMatch(/IncomingCall|RingEnded/);
    expect(got(BOB)['pushkit']).toEqual([]);
  });

  test('has none when it is answered in the app', async () => {
    const { tell, got } = relayWith({ [BOB]: wish });
    const { rings, joined } = call(BOB);
    expect(await tell(...rings, joined(BOB))).toEqual(['nobody-to-tell', 'nobody-to-tell']);
    expect(got(BOB)).toEqual(everyDevice([]));
  });

  test('has none either when its user wants to be told again by then', async () => {
    const wishes: Record<string, Preferences> = { [BOB]: wish };
    const { tell, got } = relayWith(wishes);
    const { rings, ended } = call(BOB);
    await tell(...rings);
    delete wishes[BOB];
    await tell(ended(603));
    expect(got(BOB)).toEqual(everyDevice([]));
  });
});

test('what one who is called does not want takes nothing from the others', async () => {
  const { tell, got } = relayWith({ [BOB]: off('incoming-call', 'missed-call') });
  const { rings, ended } = call(BOB, CAROL);
  await tell(...rings, ended(487, false));
  expect(got(BOB)).toEqual(everyDevice([]));
  expect(got(CAROL)).toEqual({
    ...everyDevice(['IncomingCall', 'MissedCall']),
    pushkit: ['IncomingCall', 'RingEnded: missed'],
  });
});

describe('a missed call that is turned off', () => {
  test('still ends the ring, on every device, and the line says why nothing more was said', async () => {
    const { tell, got, lines, figures } = relayWith({ [BOB]: off('missed-call') });
    const { rings, ended } = call(BOB);
    expect(await tell(...rings, ended(487))).toEqual(['pushed', 'pushed']);
    expect(got(BOB)).toEqual(everyDevice(['IncomingCall', 'RingEnded: missed']));
    expect(lines.at(-1)).toMatchObject({
      outcome: 'pushed',
      notifications: [{ event: 'MissedCall', outcome: 'pushed', because: 'turned-off' }],
    });
    expect(figures()).toContainEqual(
      expect.objectContaining({
        eventType: 'Microsoft.Communication.CallEnded',
        received: 1,
        pushed: 1,
        notifications: { pushed: 1 },
      }),
    );
  });

  test('is silent and takes the ring’s place under its own id', async () => {
    const { tell, messages } = relayWith({ [BOB]: off('missed-call') });
    const { rings, ended } = call(BOB);
    await tell(...rings, ended(487));
    const [rang, over] = messages.filter(({ key }) => key === 'alert/apple/en');
    expect(over!.headers['apns-collapse-id']).toBe(rang!.headers['apns-collapse-id']);
    expect(over!.tagExpression).toBe(rang!.tagExpression);
    const { aps } = JSON.parse(over!.body);
    expect(aps).toMatchObject({
      alert: { title: 'Alice', body: 'Call over' },
      'interruption-level': 'passive',
    });
    expect(aps.sound).toBeUndefined();
    const [, android] = messages.filter(({ key }) => key === 'alert/fcmv1/en');
    expect(JSON.parse(android!.body).message.android).toMatchObject({ priority: 'high' });
    const [, browser] = messages.filter(({ key }) => key === 'alert/browser/en');
    expect(JSON.parse(browser!.body)).toMatchObject({ withdraw: true, silent: true });
  });

  test('ends the ring once, whatever comes twice', async () => {
    const { tell, got } = relayWith({ [BOB]: off('missed-call') });
    const { rings, ended } = call(BOB);
    const end = ended(487);
    expect(await tell(...rings, end, end, ...rings)).toEqual(['pushed', 'pushed', 'duplicate', 'duplicate']);
    expect(got(BOB)).toEqual(everyDevice(['IncomingCall', 'RingEnded: missed']));
  });

  test('tells nobody when nothing rings any more', async () => {
    const { tell, got } = relayWith({ [BOB]: off('missed-call') });
    const { rings, ended } = call(BOB);
    await tell(...rings);
    const late = Date.now() + 200_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(late);
    expect(await tell(ended(487))).toEqual(['nobody-to-tell']);
    clock.mockRestore();
    expect(got(BOB)).toEqual(everyDevice(['IncomingCall']));
  });
});

describe('when preferences change between a ring and its end', () => {
  test.each<[string, Preferences, string]>([
    ['calls are muted', muted, 'RingEnded: missed'],
    ['all of them are turned off', off('incoming-call', 'missed-call'), 'RingEnded: missed'],
    ['quiet hours begin', quiet, 'MissedCall'],
  ])('%s: what rings stops all the same', async (_what, wish, last) => {
    const wishes: Record<string, Preferences> = {};
    const { tell, got } = relayWith(wishes);
    const { rings, ended } = call(BOB);
    await tell(...rings);
    wishes[BOB] = wish;
    await tell(ended(487));
    expect(got(BOB)).toEqual({
      ...everyDevice(['IncomingCall', last]),
      pushkit: ['IncomingCall', 'RingEnded: missed'],
    });
  });

  test('quiet hours begin: what stops the ring silently is as urgent as the ring', async () => {
    const wishes: Record<string, Preferences> = {};
    const { tell, messages } = relayWith(wishes);
    const { rings, ended } = call(BOB);
    await tell(...rings);
    wishes[BOB] = quiet;
    await tell(ended(487));
    const last = (key: string) => messages.filter((message) => message.key === key).at(-1)!;
    const { data, android } = JSON.parse(last('alert/fcmv1/en').body).message;
    expect(data).toMatchObject({ event: 'MissedCall', silent: '1' });
    expect(android.priority).toBe('high');
    expect(last('alert/browser/en').headers['urgency']).toBe('high');
    expect(JSON.parse(last('alert/browser/en').body)).toMatchObject({ silent: true });
  });

  test('calls are turned off: who answers is not rung on', async () => {
    const wishes: Record<string, Preferences> = {};
    const { tell, got } = relayWith(wishes);
    const { rings, joined } = call(BOB);
    await tell(...rings);
    wishes[BOB] = { ...muted, ...off('incoming-call', 'missed-call') };
    await tell(joined(BOB));
    expect(got(BOB)).toEqual(everyDevice(['IncomingCall', 'RingEnded: answered']));
  });
});

describe('preferences that are read at the very moment of a ring', () => {
  const withheld: Verdict = { kind: 'withheld', because: 'quiet-hours' };
  /** Another answer each time that a ring is asked about. */
  const inTurn = (...answers: Verdict[]) => {
    const left = [...answers];
    return ({ kind }: Asked) => (kind === 'ring' ? (left.shift() ?? answers.at(-1)!) : PUSH);
  };

  test.each<[string, Verdict[]]>([
    ['come just too late to be waited for', [PUSH, withheld]],
    ['end while the ring is on its way', [withheld, PUSH]],
  ])('and %s: what rings is told its end, and nothing else is', async (_what, answers) => {
    const { tell, got } = relayWith({}, inTurn(...answers));
    const { rings, joined } = call(BOB);
    await tell(...rings, joined(BOB));
    const pushes = got(BOB)['pushkit']!;
    expect(pushes.includes('RingEnded: answered')).toBe(pushes.includes('IncomingCall'));
  });

  test('and let a ring through that was withheld when it came first: it has an end', async () => {
    const wishes = { [BOB]: quiet };
    const { tell, got } = relayWith(wishes);
    const { rings, joined } = call(BOB);
    await tell(...rings);
    wishes[BOB] = {};
    expect(await tell(...rings, joined(BOB))).toEqual(['pushed', 'pushed']);
    expect(got(BOB)).toEqual(everyDevice(['IncomingCall', 'RingEnded: answered']));
  });
});

test('who calls is not asked for their preferences', async () => {
  const asked: string[] = [];
  const { tell } = relayWith({}, ({ recipient }) => (asked.push(recipient), PUSH));
  const { rings, joined, ended } = call(BOB);
  await tell(...rings, joined(ALICE), ended(487));
  expect(asked).not.toContain(ALICE);
});
