import { isRunning } from '../azure/core/running';
import { startersOf } from './starters';

/** How often it is looked whether the process that started this one is still there, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/**
 * Resolves when this process is to end: Ctrl-C, SIGTERM, its terminal closed, or the process gone that started it, by `npx`
 * or without, of which nothing tells.
 */
export function stopped(): Promise<void> {
  const parent = process.ppid;
  const starters = startersOf(parent);
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    // A reader that went away is no reason to end in the middle of a write.
    process.stdout.on('error', () => resolve());
    process.stderr.on('error', () => resolve());
    setInterval(() => {
      if (process.ppid !== parent || !starters.every(isRunning)) resolve();
    }, LOOK_EVERY_MS).unref();
  });
}
