import type { Clock } from './clock';

/** The longest that one of Node's timers waits, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's time, put forward as a test asks: what takes minutes in Azure is over as soon as the test says so, and
 * not before, however busy the machine.
 */
export class ForwardClock implements Clock {
  readonly speed = 1;
  private ahead = 0;
  private readonly sleepers = new Set<() => void>();

  now(): number {
    return Date.now() + this.ahead;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = this.now() + milliseconds;
    while (!signal?.aborted && this.now() < end) await this.pause(end - this.now(), signal);
  }

  /** Wakes whoever would have slept until then. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
    for (const wake of [...this.sleepers]) wake();
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
