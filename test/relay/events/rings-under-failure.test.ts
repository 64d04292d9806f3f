import { TransientError } from '../../../relay/errors';
import type { Clock, HubMessage } from '../../../relay/ports';
import { bareRelay } from '../bare-relay';
import { ALICE, BOB, CAROL, identifier, type EventGridEvent } from '../samples';
import { samples, SOURCE } from './story';

const TEAMS = '8:orgid:0d238d47-0a92-4c7a-9c5e-2a5c1c1c1c1c';
const DEVICES = {
  iphone: 'alert/apple',
  pushkit: 'voip/apple',
  android: 'alert/fcmv1',
  browser: 'alert/browser',
};
type Device = keyof typeof DEVICES;
const ENDED = ['pushed', 'duplicate', 'superseded', 'expired', 'nobody-to-tell', 'dead-lettered'];

/** A relay whose hubs refuse what goes to some kinds of devices, until that is over. */
function relay(sending?: () => Promise<void>, clock?: Clock) {
  let down: readonly Device[] = [];
  const goesTo = (device: Device, { key }: HubMessage) => key.startsWith(`${DEVICES[device]}/`);
  const bare = bareRelay(SOURCE, {
    voip: true,
    sending,
    clock,
    refuse: (message) => {
      if (down.some((device) => goesTo(device, message))) throw new TransientError('the hub is away');
    },
  });
  return {
    ...bare,
    down: (...devices: Device[]) => void (down = devices),
    /** Delivers an event once; says whether Event Grid comes again with it. */
    tell: (event: EventGridEvent): Promise<string> =>
      bare.relay.handle(event, 'messages', { write: () => undefined }).catch((error: unknown) => {
        if (error instanceof TransientError) return 'again';
        throw error;
      }),
    got: (user: string, device: Device): string[] =>
      bare.messages
        .filter((message) => goesTo(device, message))
        .filter(({ tagExpression }) => tagExpression.split(' && ')[0] === `user:${user}`)
        .map(({ body }) => {
          const payload = JSON.parse(body);
          const { event, reason } = payload.acs ?? payload.message?.data ?? payload.data;
          return reason ? `${event}: ${reason}` : event;
        }),
  };
}

let calls = 0;

function call(...callees: string[]) {
  const correlationId = `call-${++calls}`;
  return {
    rings: callees.map((callee) =>
      samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(callee) }),
    ),
    started: samples.callStarted({ correlationId, startedBy: identifier(ALICE) }),
    joined: (user: string) => samples.callParticipantAdded({ correlationId, user: identifier(user) }),
    ended: (code: number, isTwoParty: boolean | undefined = true, subCode = 0) =>
      samples.callEnded({ correlationId, isTwoParty, durationOfCall: 5, reason: { code, subCode } }),
  };
}

describe('while the VoIP hub is away and the other works', () => {
  test('an answer in a call that ends before it is delivered again still ends the ring', async () => {
    const { tell, down, got } = relay();
    const { rings, joined, ended } = call(BOB);
    const answer = joined(BOB);
    await tell(rings[0]!);
    down('pushkit');
    expect(await tell(answer)).toBe('again');
    down();
    await tell(ended(0, false));
    await tell(answer);
    expect(got(BOB, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: answered']);
  });

  test('a missed call is not finished by a ring that is delivered again', async () => {
    const { tell, down, got } = relay();
    const { rings, ended } = call(BOB);
    const end = ended(487);
    await tell(rings[0]!);
    down('pushkit');
    expect(await tell(end)).toBe('again');
    down();
    await tell(rings[0]!);
    await tell(end);
    expect(got(BOB, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: missed']);
    for (const device of ['iphone', 'android', 'browser'] as const)
      expect(got(BOB, device)).toEqual(['IncomingCall', 'MissedCall']);
  });

  test('nor by the late ring of another who is called', async () => {
    const { tell, down, got } = relay();
    const { rings, ended } = call(BOB, CAROL);
    const end = ended(0, false);
    await tell(rings[0]!);
    down('pushkit');
    expect(await tell(end)).toBe('again');
    down();
    await tell(rings[1]!);
    await tell(end);
    expect(got(BOB, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: missed']);
  });
});

test('an answer that is told while the missed call is on its way ends the ring everywhere', async () => {
  const { tell, down, got, messages } = relay();
  const { rings, joined, ended } = call(BOB);
  const end = ended(410);
  await tell(rings[0]!);
  // It was about to say that the call was missed, and could tell nobody.
  down('iphone', 'pushkit', 'android', 'browser');
  expect(await tell(end)).toBe('again');
  down();
  await tell(joined(BOB));
  await tell(end);
  expect(got(BOB, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: answered']);
  for (const device of ['iphone', 'android', 'browser'] as const)
    expect(got(BOB, device).at(-1)).toBe('MissedCallWithdrawn');
  const android = messages.filter(({ platform }) => platform === 'fcmv1').at(-1)!;
  expect(JSON.parse(android.body).message.android.priority).toBe('high');
});

/** Pseudorandom numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
}

const KINDS = Object.keys(DEVICES) as Device[];
const REASONS = [
  [0, 0],
  [487, 0],
  [603, 0],
  [487, 10_024],
  [487, 10_003],
  [410, 0],
  [0, 5003],
] as const;

describe('whatever fails, comes twice or comes in another order', () => {
  test.each([1, 2, 3, 4, 5, 6])('nothing rings on, and nothing false is left (%s)', async (seed) => {
    const next = random(seed * 7919);
    const oneOf = <T>(things: readonly T[]): T => things[Math.floor(next() * things.length)]!;
    for (let round = 0; round < 40; round++) {
      const { tell, down, got, figures } = relay();
      const callees = oneOf([[BOB], [BOB, CAROL], [TEAMS], [BOB, TEAMS]]);
      const answering = callees.filter((callee) => callee !== TEAMS && next() < 0.5);
      const { rings, started, joined, ended } = call(...callees);
      const [code, subCode] = oneOf(REASONS);
      const left = [
        ...rings,
        started,
        ...answering.map(joined),
        ended(code, oneOf([true, false, undefined]), subCode),
      ];
      if (next() < 0.5) left.sort(() => next() - 0.5);
      const story: string[] = [];
      for (let delivery = 0; left.length > 0; delivery++) {
        const event = left.splice(next() < 0.7 ? 0 : Math.floor(next() * left.length), 1)[0]!;
        down(...KINDS.filter(() => delivery < 60 && next() < 0.2));
        const outcome = await tell(event);
        story.push(`${event.eventType}: ${outcome}`);
        const again = !ENDED.includes(outcome) || (delivery < 60 && next() < 0.15);
        if (again) left.splice(Math.floor(next() * (left.length + 1)), 0, event);
      }
      for (const callee of callees) {
        for (const device of KINDS) {
          const pushes = got(callee, device);
          const about = { story, callee, device, pushes };
          expect({ ...about, last: pushes.at(-1) }).not.toMatchObject({ last: 'IncomingCall' });
          expect({
            ...about,
            rings: pushes.filter((push) => push === 'IncomingCall').length,
          }).not.toMatchObject({
            rings: 2,
          });
          if (answering.includes(callee)) {
            const missed = pushes.includes('MissedCall') && !pushes.includes('MissedCallWithdrawn');
            expect({ ...about, missed }).toMatchObject({ missed: false });
          }
        }
      }
      for (const { received, ...line } of figures()) {
        const counted = [...ENDED, 'failed'].map((outcome) => Number(line[outcome] ?? 0));
        expect(counted.reduce((sum, count) => sum + count)).toBe(received);
      }
    }
  });
});

/** A clock that goes on when somebody waits, and does not take that long. */
function quickClock() {
  let now = Date.now();
  const advance = (milliseconds: number) => void (now += milliseconds);
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds) => {
      advance(milliseconds);
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
  return { clock, advance };
}

test('events that are handled at the same time leave nothing ringing', async () => {
  const next = random(11);
  const pauses = async () => {
    for (let left = Math.floor(next() * 6); left > 0; left--)
      await new Promise((resolve) => setImmediate(resolve));
  };
  for (let round = 0; round < 200; round++) {
    const { tell, got } = relay(pauses, quickClock().clock);
    const { rings, joined, ended } = call(BOB);
    let left = [rings[0]!, joined(BOB), ended(487, false)];
    while (left.length > 0) {
      const outcomes = await Promise.all(left.map(async (event) => (await pauses(), tell(event))));
      left = left.filter((_event, i) => outcomes[i] === 'again');
    }
    for (const device of KINDS) {
      const pushes = got(BOB, device);
      expect({ device, pushes, last: pushes.at(-1) }).not.toMatchObject({ last: 'IncomingCall' });
      expect({ device, pushes, last: pushes.at(-1) }).not.toMatchObject({ last: 'MissedCall' });
    }
  }
});

describe('a ring whose process is gone in the midst of sending', () => {
  const EVENT_GRID_WAITS_MS = 30_000;

  test.each(['answered', 'missed'] as const)(
    'is ended (%s) within the time that Event Grid waits',
    async (how) => {
      const { clock, advance } = quickClock();
      let gone = true;
      const { tell, got } = relay(() => (gone ? new Promise(() => undefined) : Promise.resolve()), clock);
      const { rings, joined, ended } = call(BOB);
      void tell(rings[0]!);
      await new Promise((resolve) => setImmediate(resolve));
      gone = false;
      advance(1_000);
      const began = clock.now();
      expect(await tell(how === 'answered' ? joined(BOB) : ended(487))).toBe('pushed');
      // A request that a hub does not answer takes eight seconds more.
      expect(clock.now() - began + 8_000).toBeLessThan(EVENT_GRID_WAITS_MS);
      expect(got(BOB, 'pushkit')).toEqual([`RingEnded: ${how}`]);
      // Its second delivery, which Event Grid makes after 30 s without an answer, does not ring any more.
      advance(2_000);
      expect(await tell(rings[0]!)).toMatch(/^(nobody-to-tell|duplicate)$/);
      for (const device of KINDS) expect(got(BOB, device)).not.toContain('IncomingCall');
    },
  );
});
