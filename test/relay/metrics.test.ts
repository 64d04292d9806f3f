import { ManualClock } from '../../local/azure/core/clock';
import { EVENT_OUTCOMES } from '../../relay/contract';
import { Metrics } from '../../relay/metrics';
import { userTag } from '../../relay/tags';
import { ACS, LocalRelay } from './local-relay';
import { BOB, Samples } from './samples';

describe('the figures of an event type', () => {
  const clock = new ManualClock();
  const lines: Record<string, unknown>[] = [];
  const metrics = new Metrics(clock, {
    write: (level, message, fields) => void lines.push({ level, message, ...fields }),
  });
  beforeEach(() => {
    lines.length = 0;
  });

  test('are each outcome, what was received, the pushes, and the time they are of', async () => {
    EVENT_OUTCOMES.forEach((outcome, i) => {
      for (let n = 0; n <= i; n++) metrics.count('A', outcome, { pushes: outcome === 'pushed' ? 3 : 0 });
    });
    metrics.count('B', 'failed', { pushes: 1 });
    await clock.advance(42_000);
    metrics.write();
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'metrics',
        eventType: 'A',
        seconds: 42,
        received: EVENT_OUTCOMES.reduce((sum, _one, i) => sum + i + 1, 0),
        pushes: 3,
        ...Object.fromEntries(EVENT_OUTCOMES.map((outcome, i) => [outcome, i + 1])),
        latencyP50Ms: undefined,
        latencyP99Ms: undefined,
      },
      expect.objectContaining({ eventType: 'B', received: 1, pushes: 1, failed: 1 }),
    ]);
    metrics.write();
    expect(lines).toHaveLength(2);
  });

  test.each([
    ['one event', [7], 10, 10],
    ['the bound of a class', [100], 100, 100],
    ['one slow event in a hundred', [...Array<number>(99).fill(40), 4_000], 50, 50],
    ['two slow events in a hundred', [...Array<number>(98).fill(40), 4_000, 4_001], 50, 5_000],
    ['half and half', [15, 15, 700, 700], 20, 1_000],
    ['hours', [7_200_000], 600_000, 600_000],
  ])('are quantiles of the latency, to the next bound: %s', (_, latencies, p50, p99) => {
    for (const latency of latencies) metrics.count('A', 'pushed', { pushes: 1, latencyMs: latency });
    metrics.write();
    expect(lines).toMatchObject([{ latencyP50Ms: p50, latencyP99Ms: p99 }]);
  });
});

test('the figures are written a minute after the first event, whether another comes or not', () => {
  jest.useFakeTimers();
  try {
    const lines: Record<string, unknown>[] = [];
    const metrics = new Metrics(
      { now: () => Date.now(), sleep: () => Promise.reject(new Error('metrics do not sleep')) },
      { write: (_level, _message, fields) => void lines.push({ ...fields }) },
    );
    jest.advanceTimersByTime(300_000);
    metrics.count('A', 'pushed');
    jest.advanceTimersByTime(59_999);
    expect(lines).toEqual([]);
    metrics.count('A', 'pushed');
    jest.advanceTimersByTime(1);
    expect(lines).toMatchObject([{ received: 2, pushed: 2, seconds: 60 }]);
    jest.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(1);
    metrics.count('A', 'failed');
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toMatchObject([{ received: 1, failed: 1, seconds: 60 }]);
  } finally {
    jest.useRealTimers();
  }
});

describe('an instance that is taken away', () => {
  const relay = new LocalRelay();
  const samples = new Samples(ACS);
  const figures = () =>
    relay
      .logged('metrics')
      .map(({ eventType, seconds: _, latencyP50Ms: __, latencyP99Ms: ___, ...counts }) => [
        String(eventType).replace('Microsoft.Communication.', ''),
        counts,
      ]);

  beforeAll(async () => {
    await relay.start();
    await relay.install('bobs-iphone', 'apns', 'a1'.repeat(32), [userTag(BOB)]);
  });
  afterAll(() => relay.close());

  test('writes the figures of all that it handled, and that it handled them', async () => {
    const received = samples.chatMessageReceived();
    const events = [
      received,
      received,
      samples.chatMessageReceived({ threadId: 7 }),
      samples.incomingCall(),
      samples.event('CallEnded', { correlationId: 'nobody knows', serverCallId: 'of it' }),
      samples.chatMessageReceived(),
    ];
    for (const event of events) await relay.deliver('messages', event);
    expect(figures()).toEqual([]);
    await relay.terminate();
    const message = 'metrics';
    expect(Object.fromEntries(figures())).toEqual({
      ChatMessageReceived: {
        message,
        received: 4,
        pushes: 4,
        pushed: 2,
        duplicate: 1,
        'dead-lettered': 1,
        // What is no event of a chat has no notification.
        notifications: { pushed: 2, duplicate: 1 },
      },
      IncomingCall: { message, received: 1, pushes: 2, pushed: 1, notifications: { pushed: 1 } },
      CallEnded: { message, received: 1, pushes: 0, 'nobody-to-tell': 1, because: { 'call-over': 1 } },
    });

    relay.lines.length = 0;
    await relay.startFunction();
    await relay.deliver('messages', events.at(-1));
    expect(relay.logged('event handled')).toMatchObject([{ outcome: 'duplicate' }]);
    await relay.terminate();
    expect(figures()).toEqual([
      [
        'ChatMessageReceived',
        { message, received: 1, pushes: 0, duplicate: 1, notifications: { duplicate: 1 } },
      ],
    ]);
  });
});
