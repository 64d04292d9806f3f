import { EVENT_OUTCOMES } from '../../relay/contract';
import { PermanentError, TransientError } from '../../relay/errors';
import type { HubMessage } from '../../relay/ports';
import { bareRelay } from './bare-relay';
import { BOB, CAROL, identifier, Samples, type EventGridEvent } from './samples';

const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const samples = new Samples(SOURCE);

const lines: Record<string, unknown>[] = [];
let refuse: (message: HubMessage) => void;
let keepFails: () => void;
const { relay, letters, figures } = bareRelay(SOURCE, {
  refuse: (message) => refuse(message),
  keepFails: () => keepFails(),
});
const storageIsAway = () => {
  throw new TransientError('the storage account is away');
};
/** One delivery; what is thrown goes back to Event Grid. */
const deliver = (event: unknown) =>
  relay
    .handle(event, 'messages', { write: (_level, _message, fields) => void lines.push({ ...fields }) })
    .catch((error: unknown) => error);

beforeEach(() => {
  refuse = () => undefined;
  keepFails = () => undefined;
  lines.length = 0;
  figures();
});

const of = (event: EventGridEvent, ageMs: number): EventGridEvent => ({
  ...event,
  eventTime: new Date(Date.now() - ageMs).toISOString(),
});

/** A call to two people that nobody took. */
function missedCall() {
  const correlationId = `call ${Math.random()}`;
  const ring = (rawId: string) =>
    samples.incomingCall({ correlationId, toCommunicationIdentifier: identifier(rawId) });
  const end = samples.callEnded({ correlationId, reason: { code: 487, subCode: 10_003 } });
  return { rings: [ring(BOB), ring(CAROL)], end };
}

const isFor = (rawId: string) => (message: HubMessage) => message.tagExpression.includes(rawId);

describe('the line of an event says what became of it and of each who was to be told, and why', () => {
  const message = samples.chatMessageReceived();
  const told = (outcome: string, more: object = {}) => [{ event: 'ChatMessageReceived', outcome, ...more }];
  const edit = samples.chatMessageEdited();
  const late = samples.chatMessageReceived({ messageId: edit.data['messageId'], version: 1 });
  const old = of(samples.chatMessageReceived(), 25 * 60 * 60_000);

  test.each([
    // One that fared as its event did says nothing more.
    ['pushed', message, { outcome: 'pushed', notifications: undefined }],
    ['seen before', message, { outcome: 'duplicate', notifications: undefined }],
    ['edited before it came', late, { outcome: 'superseded', notifications: undefined }],
    ['too old', old, { outcome: 'expired', notifications: told('expired', { ageMs: expect.any(Number) }) }],
    ['of nobody', samples.callStarted(), { outcome: 'nobody-to-tell', because: 'no-push-for-type' }],
    [
      'unfit',
      samples.chatMessageReceived({ threadId: 7 }),
      { outcome: 'dead-lettered', reason: 'invalid-data', detail: expect.stringContaining('threadId') },
    ],
  ])('%s', async (_, event, expected) => {
    if (event === late) await deliver(edit);
    lines.length = 0;
    await deliver(event);
    expect(lines).toMatchObject([{ eventId: event.id, eventType: event.eventType, ...expected }]);
  });

  test('an expired one says how old it was', async () => {
    await deliver(of(samples.incomingCall(), 45_000));
    const [{ ageMs }] = lines[0]!['notifications'] as [{ ageMs: number }];
    expect(ageMs).toBeGreaterThanOrEqual(45_000);
  });

  test('neither expired nor superseded ones are kept: they are worth nothing any more', async () => {
    letters.length = 0;
    await deliver(old);
    await deliver(late);
    expect(letters).toEqual([]);
  });
});

describe('an event of several notifications', () => {
  test('says each of them, also when they fared differently', async () => {
    const { rings, end } = missedCall();
    for (const ring of rings) await deliver(ring);
    const toCarol = isFor(CAROL);
    refuse = (message) => {
      if (toCarol(message)) throw new TransientError('the hub is away');
    };
    lines.length = 0;
    expect(await deliver(end)).toBeInstanceOf(TransientError);
    refuse = () => undefined;
    expect(await deliver(end)).toBe('pushed');
    expect(await deliver(end)).toBe('duplicate');
    expect(lines).toMatchObject([
      {
        outcome: 'failed',
        notifications: [
          { event: 'MissedCall', outcome: 'pushed' },
          { event: 'MissedCall', outcome: 'failed', because: 'the hub is away' },
        ],
      },
      { outcome: 'pushed', notifications: [{ outcome: 'duplicate' }, { outcome: 'pushed' }] },
      { outcome: 'duplicate', notifications: [{ outcome: 'duplicate' }, { outcome: 'duplicate' }] },
    ]);
    expect(figures()).toContainEqual(
      expect.objectContaining({
        eventType: 'Microsoft.Communication.CallEnded',
        received: 3,
        pushed: 1,
        duplicate: 1,
        failed: 1,
        notifications: { pushed: 2, failed: 1, duplicate: 3 },
      }),
    );
  });

  test('is kept when one of them is refused for good, and says which were pushed', async () => {
    const { rings, end } = missedCall();
    for (const ring of rings) await deliver(ring);
    const toBob = isFor(BOB);
    refuse = (message) => {
      if (toBob(message)) throw new PermanentError('refused-by-hub', 'the hub answered 400');
    };
    lines.length = 0;
    expect(await deliver(end)).toBe('dead-lettered');
    expect(lines).toMatchObject([
      {
        outcome: 'dead-lettered',
        reason: 'refused-by-hub',
        notifications: [{ outcome: 'dead-lettered', because: 'the hub answered 400' }, { outcome: 'pushed' }],
      },
    ]);
  });
});

test('an event that is unfit and cannot be kept comes again, is counted by itself, and says both', async () => {
  keepFails = storageIsAway;
  const event = samples.chatMessageReceived({ threadId: 7 });
  expect(await deliver(event)).toMatchObject({ message: 'the storage account is away' });
  expect(lines).toMatchObject([
    {
      outcome: 'unkept',
      eventId: event.id,
      reason: 'invalid-data',
      detail: 'cannot be kept: the storage account is away',
    },
  ]);
  expect(figures()).toMatchObject([{ received: 1, unkept: 1 }]);
});

test('the outcomes of each event type add up to what was received', async () => {
  const message = samples.chatMessageReceived();
  const edit = samples.chatMessageEdited();
  const unlucky = samples.chatMessageReceived();
  const events: unknown[] = [
    ...samples.all(),
    message,
    message,
    edit,
    samples.chatMessageReceived({ messageId: edit.data['messageId'], version: 1 }),
    of(samples.chatMessageReceived(), 25 * 60 * 60_000),
    of(samples.incomingCall(), 45_000),
    samples.chatMessageReceived({ type: 'Event/Call' }),
    samples.chatMessageReceived({ threadId: 7 }),
    { ...samples.chatMessageReceived(), topic: '/another' },
    samples.event('SomethingNew', {}),
    'no event',
  ];
  for (const event of events) await deliver(event);
  refuse = () => {
    throw new TransientError('the hub is away');
  };
  await deliver(unlucky);
  keepFails = storageIsAway;
  await deliver('no event either');

  const written = figures();
  const total = new Map<string, number>();
  for (const line of written) {
    const sum = EVENT_OUTCOMES.map((outcome) => {
      const count = Number(line[outcome] ?? 0);
      total.set(outcome, (total.get(outcome) ?? 0) + count);
      return count;
    }).reduce((a, b) => a + b, 0);
    expect([line['eventType'], sum]).toEqual([line['eventType'], line['received']]);
  }
  expect([...total.values()].reduce((a, b) => a + b, 0)).toBe(events.length + 2);
  // Each of them has happened, and each event has its line.
  expect([...total.values()]).not.toContain(0);
  expect(lines).toHaveLength(events.length + 2);
});
