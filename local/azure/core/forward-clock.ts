import type { Clock } from './clock';

/** The longest that one of Node's timers waits, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's time, put forward as a test asks: what takes minutes in Azure is over as soon as the test says so, and
 * not before, however busy the machine. At a speed of 60 it runs through ten minutes in ten seconds.
 */
export class ForwardClock implements Clock {
  private readonly origin = Date.now();
  private ahead = 0;
  private readonly sleepers = new Set<() => void>();

  /** @throws RangeError when the speed is not greater than 0 */
  constructor(readonly speed = 1) {
    if (!(speed > 0)) throw new RangeError(`clock speed must be a number greater than 0, got ${speed}`);
  }

  now(): number {
    return this.origin + (Date.now() - this.origin) * this.speed + this.ahead;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + milliseconds;
    while (!signal?.aborted && this.now() < end) await this.pause((end - this.now()) / this.speed, signal);
  }

  /** Wakes whoever would have slept until then. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
    for (const wake of [...this.sleepers]) wake();
  }

  /** It never shows a time before that of the snapshot. */
  reset(snapshotTakenAt = 0): void {
    this.ahead = 0;
    this.ahead = Math.max(0, snapshotTakenAt - this.now());
  }

  private pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(milliseconds, LONGEST_TIMER_MS));
      this.sleepers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
