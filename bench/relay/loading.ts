import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

/** What the deployed package costs before its first event. */
export interface Loading {
  readonly bundleBytes: number;
  /** To load it in a fresh process, in milliseconds. */
  readonly medianMs: number;
  readonly fastestMs: number;
}

/** Processes started, one after the other. */
const RUNS = 15;

/**
 * @param zip the package as it is published
 * @param folder an empty folder to unpack it in
 */
export function measureLoading(zip: string, folder: string): Loading {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    writeFileSync(join(folder, name), bytes);
  }
  const bundle = join(folder, 'index.js');
  const script = `const start = performance.now(); require(${JSON.stringify(bundle)}); console.log(performance.now() - start);`;
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })),
  ).sort((a, b) => a - b);
  return {
    bundleBytes: readFileSync(bundle).length,
    medianMs: times[Math.floor(RUNS / 2)]!,
    fastestMs: times[0]!,
  };
}
