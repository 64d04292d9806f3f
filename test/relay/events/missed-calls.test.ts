import { ALICE, BOB, CAROL, identifier, type EventGridEvent } from '../samples';
import { permutations, samples, Story } from './story';

const TEAMS = '8:orgid:0d238d47-0a92-4c7a-9c5e-2a5c1c1c1c1c';
const PHONE = '4:+14255550123';
const BOT = '28:45ab2481-1c1c-4005-be24-0ffb879b1130';
const TEAMS_ON_ACS = '8:acs:resource_tenant_user';

type Data = Record<string, unknown>;
let calls = 0;

/** The events of one call: to somebody, and others of the same call. */
function call(...callees: string[]) {
  const correlationId = `call-${++calls}`;
  return {
    rings: callees.map((callee) =>
      samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(callee) }),
    ),
    started: samples.callStarted({ correlationId, startedBy: identifier(ALICE) }),
    joined: (user: string) => samples.callParticipantAdded({ correlationId, user: identifier(user) }),
    ended: (data: Data = {}) => samples.callEnded({ correlationId, durationOfCall: 20, ...data }),
  };
}

const two = { isTwoParty: true };
const group = { isTwoParty: false };
const reason = (code: number, subCode = 0) => ({ reason: { code, subCode, phrase: '' } });

/** What is left on a phone when all is over. */
function shown(story: Story, callee: string): 'rings' | 'missed' | 'nothing' {
  const last = story.to(callee, 'android').at(-1);
  if (last === 'IncomingCall') return 'rings';
  return last === 'MissedCall' ? 'missed' : 'nothing';
}

describe('a call between two', () => {
  test.each<[string, string, Data, 'missed' | 'nothing']>([
    ['was given up by the caller', BOB, reason(487), 'missed'],
    ['was given up by a caller by phone', BOB, reason(487, 540_487), 'missed'],
    ['was not answered in time', BOB, reason(487, 10_004), 'missed'],
    ['found no device', BOB, reason(480, 10_037), 'missed'],
    ['found none that was online', BOB, reason(480, 10_077), 'missed'],
    ['found the callee busy', BOB, reason(486), 'missed'],
    ['was lost while it was set up', BOB, reason(408, 10_057), 'missed'],
    ['was declined', BOB, reason(603), 'nothing'],
    ['was declined on every device', BOB, reason(487, 10_024), 'nothing'],
    ['was declined on every device, by its other code', BOB, reason(0, 5003), 'nothing'],
    ['was answered on a device that reported nothing', BOB, reason(487, 10_003), 'nothing'],
    ['ended in the ordinary way', BOB, reason(0), 'nothing'],
    ['broke off before the callee was in it', BOB, reason(410, 3100), 'missed'],
    ['ended without a reason and nobody joined', BOB, {}, 'missed'],
    ['with a Teams user ended in the ordinary way', TEAMS, reason(0), 'nothing'],
    ['with a Teams user was given up', TEAMS, reason(487), 'missed'],
    ['with a Teams user was declined', TEAMS, reason(603), 'nothing'],
    ['with a Teams user broke off, before or after the answer', TEAMS, reason(410, 301_005), 'nothing'],
    ['with a Teams user broke off at once', TEAMS, { ...reason(410), durationOfCall: 0 }, 'missed'],
    ['with a Teams user ended without a reason', TEAMS, {}, 'nothing'],
    ['with a Teams user of a resource ended without a reason', TEAMS_ON_ACS, {}, 'nothing'],
    ['with a phone was not answered in time', PHONE, reason(487, 10_004), 'missed'],
    ['with a phone ended without a reason', PHONE, {}, 'nothing'],
    ['with a bot ended without a reason', BOT, {}, 'nothing'],
    ['with a bot ended without a reason after hours', BOT, { callDurationInSeconds: 7200 }, 'nothing'],
  ])('that %s', async (_what, callee, end, expected) => {
    const story = new Story();
    const { rings, started, ended } = call(callee);
    await story.tell(started, ...rings, ended({ ...two, ...end }));
    expect(shown(story, callee)).toBe(expected);
    expect(story.letters).toEqual([]);
  });

  test('is told as missed with who called', async () => {
    const story = new Story();
    const { rings, ended } = call(BOB);
    await story.tell(...rings, ended({ ...two, ...reason(487) }));
    expect(story.payloadsTo(BOB, 'browser').at(-1)).toMatchObject({ event: 'MissedCall', caller: ALICE });
  });
});

describe('a group call', () => {
  test('that ended well was missed by those who never joined', async () => {
    const story = new Story();
    const { rings, joined, ended } = call(BOB, CAROL);
    await story.tell(...rings, joined(ALICE), joined(BOB), ended({ ...group, ...reason(0) }));
    expect(shown(story, BOB)).toBe('nothing');
    expect(shown(story, CAROL)).toBe('missed');
  });

  test('is one too when it calls a single further person', async () => {
    const story = new Story();
    const { rings, joined, ended } = call(CAROL);
    await story.tell(...rings, joined(ALICE), joined(BOB), ended({ ...group, ...reason(0) }));
    expect(shown(story, CAROL)).toBe('missed');
  });

  test('is one too when several were called and the event says nothing of it', async () => {
    const story = new Story();
    const { rings, joined, ended } = call(BOB, CAROL);
    const end = ended(reason(0));
    delete end.data['isTwoParty'];
    await story.tell(...rings, joined(BOB), end);
    expect(shown(story, CAROL)).toBe('missed');
  });

  test.each([TEAMS, PHONE, BOT])(
    'that ended well: nothing is said to %s, of whom nothing is known',
    async (who) => {
      const story = new Story();
      const { rings, joined, ended } = call(BOB, who);
      await story.tell(...rings, joined(BOB), ended({ ...group, ...reason(0) }));
      expect(story.to(who, 'android')).toEqual(['IncomingCall', 'RingEnded: ended']);
    },
  );

  test('that nobody answered was missed by all, whoever they are', async () => {
    const story = new Story();
    const { rings, ended } = call(BOB, TEAMS);
    await story.tell(...rings, ended({ ...group, ...reason(487, 10_004) }));
    expect(shown(story, BOB)).toBe('missed');
    expect(shown(story, TEAMS)).toBe('missed');
  });

  test('that ended with a refusal: who refused and who did not hear it is not known, so nothing is said', async () => {
    const story = new Story();
    const { rings, ended } = call(BOB, CAROL);
    await story.tell(...rings, ended({ ...group, ...reason(603) }));
    for (const who of [BOB, CAROL])
      expect(story.to(who, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: ended']);
  });

  test('that all refused was missed by nobody', async () => {
    const story = new Story();
    const { rings, ended } = call(BOB, CAROL);
    await story.tell(...rings, ended({ ...group, ...reason(0, 5003) }));
    for (const who of [BOB, CAROL])
      expect(story.to(who, 'pushkit')).toEqual(['IncomingCall', 'RingEnded: declined']);
  });

  test('somebody was called back into and did not answer was missed by them', async () => {
    const story = new Story();
    const { rings, joined, ended } = call(BOB);
    const again = { ...rings[0]!, id: 'again' };
    const at = (event: EventGridEvent, secondsAgo: number) => ({
      ...event,
      eventTime: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    });
    await story.tell(at(rings[0]!, 60), at(joined(BOB), 50), again, ended({ ...group, ...reason(0) }));
    expect(shown(story, BOB)).toBe('missed');
  });
});

test('a call that was handed on was missed by whom it was handed to, and not by who handed it on', async () => {
  const story = new Story();
  const { rings, joined, ended } = call(BOB, CAROL);
  await story.tell(rings[0]!, joined(BOB), rings[1]!, ended({ ...two, ...reason(0) }));
  expect(shown(story, BOB)).toBe('nothing');
  expect(shown(story, CAROL)).toBe('missed');
});

describe('in whatever order the events come', () => {
  const outcomes: [string, Data, { joins?: boolean }, 'missed' | 'nothing'][] = [
    ['was answered and ended well', { ...two, ...reason(0) }, { joins: true }, 'nothing'],
    ['was answered and broke off', { ...two, ...reason(410, 301_005) }, { joins: true }, 'nothing'],
    ['was answered in a group', { ...group, ...reason(0) }, { joins: true }, 'nothing'],
    ['was answered and ended without a reason', two, { joins: true }, 'nothing'],
    ['was declined', { ...two, ...reason(603) }, {}, 'nothing'],
    ['was given up', { ...two, ...reason(487) }, {}, 'missed'],
    ['went on without the callee', { ...group, ...reason(0) }, {}, 'missed'],
    ['ended without a reason', two, {}, 'missed'],
  ];
  test.each(outcomes)(
    'a call that %s leaves the same on every device',
    async (_what, end, { joins }, expected) => {
      const before = [call(BOB)].flatMap(({ rings, started, joined, ended }) => [
        ...rings,
        started,
        ...(joins ? [joined(BOB)] : []),
        ended(end),
      ]);
      for (const order of permutations(before)) {
        const story = new Story();
        const wrong = order.map(({ eventType }) => eventType.split('.').pop()).join(', ');
        await story.tell(...order);
        const devices = ['iphone', 'pushkit', 'android', 'browser'] as const;
        const told = () => devices.map((device) => story.to(BOB, device));
        for (const pushes of told()) expect(new Set(pushes).size).toBe(pushes.length);
        // All of it once more, for Event Grid delivers at least once. What takes back may be repeated by that.
        const before = told();
        await story.tell(...order);
        told().forEach((pushes, i) => {
          const more = pushes.slice(before[i]!.length);
          const back = devices[i] === 'pushkit' ? 'RingEnded: answered' : 'MissedCallWithdrawn';
          expect(more.filter((push) => push !== back)).toEqual([]);
          expect(more.length).toBeLessThanOrEqual(1);
        });
        expect({ order: wrong, shown: shown(story, BOB) }).toEqual({ order: wrong, shown: expected });
        const voip = story.to(BOB, 'pushkit');
        expect(['IncomingCall', 'MissedCall']).not.toContain(voip.at(-1));
      }
    },
  );

  test('two who are called, of whom one answers', async () => {
    const { rings, joined, ended } = call(BOB, CAROL);
    const end = ended(reason(0));
    delete end.data['isTwoParty'];
    for (const order of permutations([...rings, joined(BOB), end])) {
      const story = new Story();
      await story.tell(...order);
      expect(shown(story, BOB)).toBe('nothing');
      expect(shown(story, CAROL)).toBe('missed');
    }
  });
});
