import type { Clock } from '../../local/azure/clock';

/** The machine's time, put forward by as much as a test says: who sleeps until then wakes up. */
export class ForwardClock implements Clock {
  readonly speed = 1;
  private ahead = 0;
  private readonly sleepers = new Map<() => void, number>();

  now(): number {
    return Date.now() + this.ahead;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.sleepers.set(wake, this.now() + milliseconds);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  forward(milliseconds: number): void {
    this.ahead += milliseconds;
    for (const [wake, at] of [...this.sleepers]) if (at <= this.now()) wake();
  }
}
