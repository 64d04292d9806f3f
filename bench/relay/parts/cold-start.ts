import { freshEvents } from '../events';
import { spread, type Spread } from '../../statistics';
import type { AppPackage, World } from '../world';

export interface ColdStart {
  /** From the start of the process to the first push that the hub accepted, in milliseconds. */
  readonly ms: Spread;
  /** Parts of it: Node and the host's program, the relay's code, and the first event. */
  readonly hostMs: Spread;
  readonly loadingMs: Spread;
  readonly firstEventMs: Spread;
  /** Of the whole. */
  readonly loadingShare: Spread;
  /** By the time that an app that does nothing takes for its first event. */
  readonly ofEmpty: Spread;
}

interface Run {
  readonly ms: number;
  readonly hostMs: number;
  readonly loadingMs: number;
  readonly firstEventMs: number;
}

export async function measureColdStart(world: World, runs: number): Promise<ColdStart> {
  const found: { relay: Run; empty: Run }[] = [];
  // The first pair brings the files into the system's memory.
  for (let run = -1; run < runs; run++) {
    const pair = { relay: await start(world, 'relay'), empty: await start(world, 'empty') };
    if (run >= 0) found.push(pair);
  }
  const relay = (figure: (run: Run) => number) => spread(found.map((pair) => figure(pair.relay)));
  return {
    ms: relay(({ ms }) => ms),
    hostMs: relay(({ hostMs }) => hostMs),
    loadingMs: relay(({ loadingMs }) => loadingMs),
    firstEventMs: relay(({ firstEventMs }) => firstEventMs),
    loadingShare: relay(({ loadingMs, ms }) => loadingMs / ms),
    ofEmpty: spread(found.map((pair) => pair.relay.ms / pair.empty.ms)),
  };
}

async function start(world: World, app: AppPackage): Promise<Run> {
  const begin = performance.timeOrigin + performance.now();
  const { peer, webhook, readyMs } = await world.host(app);
  const pushed = app === 'relay' ? world.standIn.ask<number>('next push') : undefined;
  const delivered = world.standIn.ask('deliver', {
    webhook,
    events: freshEvents(1),
    concurrency: 1,
    time: world.place.time,
  });
  const end = pushed ? await pushed : await delivered.then(() => performance.timeOrigin + performance.now());
  await delivered;
  const loadingMs = await peer.ask<number>('loadingMs');
  await world.kill(peer);
  const ms = end - begin;
  return { ms, hostMs: readyMs - loadingMs, loadingMs, firstEventMs: ms - readyMs };
}
