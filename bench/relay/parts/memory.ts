import { freshEvents } from '../events';
import { slopes, spread, type Spread } from '../../statistics';
import type { Memory } from '../usage';
import type { World } from '../world';

export interface MemoryOverTime {
  readonly events: number;
  /** After a collection, in megabytes. */
  readonly samples: readonly { readonly events: number; readonly heapMb: number; readonly rssMb: number }[];
  /** Megabytes for each 100,000 events: of the lines through any two samples. */
  readonly heapSlope: Spread;
  readonly rssSlope: Spread;
}

/** Events between two samples, and those before the first, in which code is compiled and what is kept fills up. */
const STEP = 20_000;
const BEFORE = 40_000;
const ROUND = 2_000;
const CONCURRENCY = 64;

/** One process with its lines on handles so many events; Table Storage forgets its rows at each sample. */
export async function measureMemory(world: World, events: number): Promise<MemoryOverTime> {
  const peer = await world.contender('relay, lines');
  const play = async (count: number) => {
    for (let done = 0; done < count; done += ROUND) {
      await peer.ask('play', { events: freshEvents(ROUND), concurrency: CONCURRENCY });
    }
    await world.tableCounts();
    await world.standIn.ask('forget rows');
  };
  await play(BEFORE);
  const samples: Array<Memory & { readonly events: number }> = [];
  for (let done = BEFORE; ; done += STEP) {
    const { heapMb, rssMb } = await peer.ask<Memory>('memory');
    samples.push({ events: done, heapMb: Number(heapMb.toFixed(2)), rssMb: Number(rssMb.toFixed(1)) });
    if (done >= events) break;
    await play(STEP);
  }
  await world.kill(peer);
  const slope = (of: 'heapMb' | 'rssMb') =>
    spread(slopes(samples.map((sample) => ({ x: sample.events / 100_000, y: sample[of] }))));
  return { events: samples.at(-1)!.events, samples, heapSlope: slope('heapMb'), rssSlope: slope('rssMb') };
}
