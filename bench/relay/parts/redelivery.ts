import type { RoundResult } from '../contender';
import { freshEvents } from '../events';
import { spread, type Spread } from '../../statistics';
import type { World } from '../world';

/** Shares of events that another instance handled before. */
const SHARES = [0, 0.01, 0.1, 1] as const;

/** Of a request to Table Storage, in milliseconds, and events under way at a time. */
export const TABLE_LATENCY_MS = 8;
const CONCURRENCY = 256;
const WARM_UP = 2;

export interface Redelivery {
  /** Of events that were handled before. */
  readonly share: number;
  readonly perSecond: Spread;
  /** Events a second by those of the same round without redeliveries, by the clock and by processor time. */
  readonly ofFresh: Spread;
  readonly cpuOfFresh: Spread;
  /** For each event. */
  readonly changes: Spread;
  readonly reads: Spread;
  readonly requests: Spread;
  /** Changes for each event by those of the same round without redeliveries. */
  readonly changesOfFresh: Spread;
}

interface Turn {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly changes: number;
  readonly reads: number;
  readonly requests: number;
}

/**
 * One instance handles events, and another gets them again, among fresh ones: its own memory of what it handled is of no
 * use to it.
 */
export async function measureRedelivery(world: World, rounds: number, events: number): Promise<Redelivery[]> {
  const first = await world.contender('relay');
  const another = await world.contender('relay');
  const all: Map<number, Turn>[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const turns = new Map<number, Turn>();
    // Each share comes first, second and so on in turns.
    for (let i = 0; i < SHARES.length; i++) {
      const share = SHARES[(i + round + WARM_UP) % SHARES.length]!;
      const before = freshEvents(Math.round(events * share));
      await world.standIn.ask('table latency', 0);
      await first.ask('play', { events: before, concurrency: CONCURRENCY });
      const from = await world.tableCounts();
      await world.standIn.ask('table latency', TABLE_LATENCY_MS);
      const mix = mixed(before, events);
      const { seconds, cpuSeconds } = await another.ask<RoundResult>('play', {
        events: mix,
        concurrency: CONCURRENCY,
      });
      const to = await world.tableCounts();
      const each = (name: keyof typeof to) => (to[name] - from[name]) / events;
      turns.set(share, {
        perSecond: events / seconds,
        perCpuSecond: events / cpuSeconds,
        changes: each('changes'),
        reads: each('reads'),
        requests: each('requests'),
      });
    }
    await world.standIn.ask('forget rows');
    if (round >= 0) all.push(turns);
  }
  await world.standIn.ask('table latency', 0);
  for (const peer of [first, another]) await world.kill(peer);
  return SHARES.map((share) => figures(share, all));
}

/** Events that were handled before, evenly among fresh ones. */
function mixed(before: readonly number[], count: number): number[] {
  const fresh = freshEvents(count - before.length);
  const share = before.length / count;
  return Array.from({ length: count }, (_, i) => {
    const [passed, now] = [Math.floor(i * share), Math.floor((i + 1) * share)];
    return now > passed ? before[passed]! : fresh[i - passed]!;
  });
}

function figures(share: number, all: readonly Map<number, Turn>[]): Redelivery {
  const own = (name: keyof Turn) => spread(all.map((turns) => turns.get(share)![name]));
  const ofFresh = (name: keyof Turn) =>
    spread(all.map((turns) => turns.get(share)![name] / turns.get(0)![name]));
  return {
    share,
    perSecond: own('perSecond'),
    ofFresh: ofFresh('perSecond'),
    cpuOfFresh: ofFresh('perCpuSecond'),
    changes: own('changes'),
    reads: own('reads'),
    requests: own('requests'),
    changesOfFresh: ofFresh('changes'),
  };
}
