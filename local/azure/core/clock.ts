/**
 * The clock that local Azure lives by. Everything that takes time in Azure (the propagation window, retries,
 * metric lag, token expiry) reads it, so that a speed of 60 plays a ten-minute window in ten seconds.
 */
export interface Clock {
  /** Azure's time, in milliseconds since the epoch. */
  now(): number;
  /** Resolves after that many milliseconds of Azure's time, or at once when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** How many milliseconds of Azure's time pass in one of the machine's. */
  readonly speed: number;
  /** Whether no time passes but by `advance`. @default false */
  readonly stands?: boolean;
  /** Puts it forward; resolves when whoever would have slept until then is awake. @default - it cannot be moved */
  advance?(milliseconds: number): void | Promise<void>;
  /**
   * Puts it back to how it started, when local Azure is emptied; then to the time at which a snapshot was taken, when
   * one is loaded. @default - it goes on
   */
  reset?(snapshotTakenAt?: number): void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly speed = 1;
  readonly stands = true;
  private sleepers: { at: number; wake: () => void }[] = [];

  private time: number;

  constructor(private readonly start = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const abort = () => {
        this.sleepers = this.sleepers.filter((s) => s !== sleeper);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.time + milliseconds, wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves the clock forward, waking sleepers in the order of their time and letting each one's work run. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.sleepers.filter((s) => s.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.sleepers = this.sleepers.filter((s) => s !== next);
      this.time = next.at;
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Somebody else may have moved it further meanwhile.
    this.time = Math.max(this.time, end);
  }

  reset(snapshotTakenAt: number = this.start): void {
    this.time = snapshotTakenAt;
  }
}

/** As Azure's answers tell a time. @param milliseconds since the epoch */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
