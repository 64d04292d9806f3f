import { ManualClock, type Clock } from '../../local/azure/core/clock';

/** How often it catches up with the machine's, in milliseconds. */
const TICK_MS = 20;

/** Azure's clock: it passes as the machine's does, and what would take half an hour can be skipped. */
export class PassingClock implements Clock {
  readonly speed = 1;
  private readonly clock = new ManualClock(Date.now());
  private seen = Date.now();
  private readonly timer = setInterval(() => void this.catchUp(), TICK_MS);

  now(): number {
    return this.clock.now();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.clock.sleep(milliseconds, signal);
  }

  /** Lets that much time pass at once. */
  skip(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private catchUp(): Promise<void> {
    const now = Date.now();
    const passed = now - this.seen;
    this.seen = now;
    return this.clock.advance(passed);
  }
}
