import { reserveEvents } from '../events';
import { spread, type Spread } from '../../statistics';
import type { PushCounts } from '../stand-in/hub';
import type { StreamStatus } from '../stand-in/retried-stream';
import type { HostedApp, World } from '../world';
import { TABLE_LATENCY_MS } from './redelivery';

export interface Kills {
  readonly kills: number;
  readonly events: number;
  /** Events without an answer when the process was killed. */
  readonly underWay: Spread;
  /** From the kill to the next push that the hub accepted, in milliseconds: the process is started again at once. */
  readonly handlesAgainMs: Spread;
  /** The same by the start of the first process, to its first push. */
  readonly ofFirstStart: Spread;
  readonly pushes: number;
  /** Pushes that the hub accepted although it had before, of all kills. */
  readonly sentTwice: number;
  /** By the events under way at the kills, of which each is two pushes. */
  readonly sentTwiceOfUnderWay: number;
  /** Deliveries beyond the first, of all kills, and by the events under way. */
  readonly redelivered: number;
  readonly redeliveredOfUnderWay: number;
  /** Longest from an event's first delivery to the one that was taken, in seconds. */
  readonly longestSeconds: number;
}

const CONCURRENCY = 64;
const POLL_MS = 20;

/** Kills the app in the local Functions host again and again while events come, and starts it at once. */
export async function measureKills(world: World, kills: number, eventsEach: number): Promise<Kills> {
  const { standIn, place } = world;
  await standIn.ask('table latency', TABLE_LATENCY_MS);
  await standIn.ask('count pushes');
  // More numbers than the stream can use up; nobody else has them.
  const first = reserveEvents(1e7);
  await standIn.ask('stream', { first, concurrency: CONCURRENCY, time: place.time });
  const status = () => standIn.ask<StreamStatus>('streamed');
  const start = async (): Promise<{ app: HostedApp; pushed: number }> => {
    const app = await world.host('relay');
    const pushed = standIn.ask<number>('next push');
    await standIn.ask('stream to', app.webhook);
    return { app, pushed: await pushed };
  };
  const now = () => performance.timeOrigin + performance.now();

  const begun = now();
  let { app, pushed } = await start();
  const firstStartMs = pushed - begun;
  const found: { underWay: number; ms: number }[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    while ((await status()).taken < kill * eventsEach) await new Promise((go) => setTimeout(go, POLL_MS));
    const { underWay } = await status();
    const killed = now();
    await standIn.ask('stream to', undefined);
    await world.kill(app.peer);
    ({ app, pushed } = await start());
    found.push({ underWay, ms: pushed - killed });
  }
  const { taken, redelivered, longestMs } = await standIn.ask<StreamStatus>('end stream');
  const pushes = await standIn.ask<PushCounts>('counted pushes');
  await standIn.ask('table latency', 0);
  await standIn.ask('forget rows');
  await world.kill(app.peer);
  const underWay = found.reduce((sum, one) => sum + one.underWay, 0);
  return {
    kills,
    events: taken,
    underWay: spread(found.map((one) => one.underWay)),
    handlesAgainMs: spread(found.map(({ ms }) => ms)),
    ofFirstStart: spread(found.map(({ ms }) => ms / firstStartMs)),
    pushes: pushes.accepted,
    sentTwice: pushes.again,
    sentTwiceOfUnderWay: Number((pushes.again / (2 * underWay)).toFixed(3)),
    redelivered,
    redeliveredOfUnderWay: Number((redelivered / underWay).toFixed(2)),
    longestSeconds: Number((longestMs / 1000).toFixed(1)),
  };
}
