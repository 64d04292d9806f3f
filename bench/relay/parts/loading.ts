import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spread, type Spread } from '../statistics';
import type { World } from '../world';

/** What the deployed package costs before its first event. */
export interface Loading {
  readonly bundleBytes: number;
  /** To load it in a fresh process, in milliseconds. */
  readonly ms: Spread;
  /** The same of an app that does nothing: what is Azure's own part. */
  readonly emptyMs: Spread;
}

/** Processes started of each, in turns. */
const RUNS = 15;

export async function measureLoading(world: World): Promise<Loading> {
  const apps = await world.apps();
  const loadMs = (folder: string) => {
    const bundle = JSON.stringify(join(folder, 'index.js'));
    const script = `const start = performance.now(); require(${bundle}); console.log(performance.now() - start);`;
    return Number(execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] }));
  };
  const times = Array.from({ length: RUNS }, () => ({
    relay: loadMs(apps.relay),
    empty: loadMs(apps.empty),
  }));
  return {
    bundleBytes: readFileSync(join(apps.relay, 'index.js')).length,
    ms: spread(times.map(({ relay }) => relay)),
    emptyMs: spread(times.map(({ empty }) => empty)),
  };
}
