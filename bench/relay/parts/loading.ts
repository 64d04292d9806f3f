import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spread, type Spread } from '../../statistics';
import type { World } from '../world';

/** What the deployed package costs before its first event. */
export interface Loading {
  readonly bundleBytes: number;
  /** To load it in a fresh process, in milliseconds: by the clock, and in processor time of all threads. */
  readonly ms: Spread;
  readonly cpuMs: Spread;
  /** The same of an app that does nothing: what is Azure's own part. */
  readonly emptyMs: Spread;
  readonly emptyCpuMs: Spread;
}

interface Load {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Processes started of each, in turns. */
const RUNS = 15;

export async function measureLoading(world: World): Promise<Loading> {
  const apps = await world.apps();
  const times = Array.from({ length: RUNS }, () => ({
    relay: load(join(apps.relay, 'index.js')),
    empty: load(join(apps.empty, 'index.js')),
  }));
  const of = (figure: (pair: (typeof times)[number]) => number) => spread(times.map(figure));
  return {
    bundleBytes: readFileSync(join(apps.relay, 'index.js')).length,
    ms: of(({ relay }) => relay.ms),
    cpuMs: of(({ relay }) => relay.cpuMs),
    emptyMs: of(({ empty }) => empty.ms),
    emptyCpuMs: of(({ empty }) => empty.cpuMs),
  };
}

function load(bundle: string): Load {
  const script = `
    const cpu = process.cpuUsage();
    const start = performance.now();
    require(${JSON.stringify(bundle)});
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));`;
  const answer = execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(answer.toString()) as Load;
}
