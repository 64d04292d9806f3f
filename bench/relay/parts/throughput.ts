import type { Round, RoundResult } from '../contender';
import type { ContenderName } from '../contenders';
import { freshEvents } from '../events';
import type { Peer } from '../questions';
import { quantile, spread, type Spread } from '../../statistics';
import type { Memory } from '../usage';
import { pin, type AppPackage, type World } from '../world';

/** Events under way at a time while throughput is measured, and while latency is. */
const BUSY = 64;
const CALM = 2;
/** Rounds before those that count: a function lives for hours, its code is compiled for good in the first seconds. */
const WARM_UP = 3;

export const COMPETITORS = [
  'ceiling',
  'relay',
  'relay, lines',
  'relay, new recipients',
  'relay, no table',
  'host, relay',
  'host, empty function',
  'sample',
] as const;
export type Competitor = (typeof COMPETITORS)[number];

export interface Throughput {
  readonly contender: Competitor;
  /** Events a second and core: a contender is one thread, and its processor time is what counts. */
  readonly perCpuSecond: Spread;
  /** Shares within a round. */
  readonly ofCeiling: Spread;
  readonly ofSample: Spread;
  readonly ofRelay: Spread;
  /** Beyond the ceiling's, in milliseconds, at two events at a time. */
  readonly addedP50Ms: Spread;
  readonly addedP99Ms: Spread;
  /** After a collection, in megabytes. */
  readonly heapMb: Spread;
  /** Requests to the table for each event. */
  readonly tableRequests: Spread;
}

interface Turn {
  readonly busy: RoundResult;
  readonly calm: RoundResult;
  readonly perCpuSecond: number;
  readonly heapMb: number;
  readonly tableRequests: number;
}

/** What takes rounds of events, in whichever way. */
interface Runner {
  readonly peer: Peer;
  play(round: Round): Promise<RoundResult>;
}

export async function measureThroughput(world: World, rounds: number, events: number): Promise<Throughput[]> {
  const runners = new Map<Competitor, Runner>();
  for (const name of COMPETITORS) {
    const runner =
      name === 'host, relay'
        ? inHost(world, 'relay')
        : name === 'host, empty function'
          ? inHost(world, 'empty')
          : alone(world, name);
    runners.set(name, await runner);
  }
  const turns: Record<Competitor, Turn>[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const turn = {} as Record<Competitor, Turn>;
    for (const [name, runner] of runners) {
      // It is that much slower; its rate is what counts.
      turn[name] = await takeTurn(world, runner, name === 'sample' ? Math.ceil(events / 8) : events);
    }
    await world.standIn.ask('forget rows');
    if (round >= 0) turns.push(turn);
  }
  for (const { peer } of runners.values()) await world.kill(peer);
  return COMPETITORS.map((name) => figures(name, turns));
}

async function alone(world: World, name: ContenderName): Promise<Runner> {
  const peer = await world.contender(name);
  return { peer, play: (round) => peer.ask<RoundResult>('play', round) };
}

/** Its deliveries come from the stand-in's core, so that only the host's side of them is in its processor time. */
async function inHost(world: World, app: AppPackage): Promise<Runner> {
  const { peer, webhook } = await world.host(app);
  pin(peer.child, 0);
  return {
    peer,
    play: async (round) => {
      const before = await peer.ask<number>('cpu');
      const start = performance.now();
      const latencies = await world.standIn.ask<number[]>('deliver', {
        ...round,
        webhook,
        time: world.place.time,
      });
      const seconds = (performance.now() - start) / 1000;
      return { seconds, latencies, cpuSeconds: (await peer.ask<number>('cpu')) - before };
    },
  };
}

async function takeTurn(world: World, { peer, play }: Runner, count: number): Promise<Turn> {
  const before = await world.tableCounts();
  const busy = await play({ events: freshEvents(count), concurrency: BUSY });
  const { requests } = await world.tableCounts();
  const calm = await play({ events: freshEvents(Math.ceil(count / 6)), concurrency: CALM });
  return {
    busy,
    calm,
    perCpuSecond: count / busy.cpuSeconds,
    heapMb: (await peer.ask<Memory>('memory')).heapMb,
    tableRequests: (requests - before.requests) / count,
  };
}

function figures(contender: Competitor, turns: readonly Record<Competitor, Turn>[]): Throughput {
  const own = (figure: (turn: Turn) => number) => spread(turns.map((turn) => figure(turn[contender])));
  const share = (of: Competitor) =>
    spread(turns.map((turn) => turn[contender].perCpuSecond / turn[of].perCpuSecond));
  const added = (q: number) => {
    const latency = ({ calm }: Turn) =>
      quantile(
        [...calm.latencies].sort((a, b) => a - b),
        q,
      );
    return spread(turns.map((turn) => latency(turn[contender]) - latency(turn.ceiling)));
  };
  return {
    contender,
    perCpuSecond: own(({ perCpuSecond }) => perCpuSecond),
    ofCeiling: share('ceiling'),
    ofSample: share('sample'),
    ofRelay: share('relay'),
    addedP50Ms: added(0.5),
    addedP99Ms: added(0.99),
    heapMb: own(({ heapMb }) => heapMb),
    tableRequests: own(({ tableRequests }) => tableRequests),
  };
}
