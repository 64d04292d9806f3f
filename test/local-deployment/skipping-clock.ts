import { ScaledClock, type Clock } from '../../local/azure/clock';

/** The machine's time, and whatever has been skipped by sleeping. */
export class SkippingClock implements Clock {
  readonly speed = 1;
  private readonly real = new ScaledClock();
  private skipped = 0;

  now(): number {
    return this.real.now() + this.skipped;
  }

  /** What local Azure waits for takes its time. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.real.sleep(milliseconds, signal);
  }

  skip(milliseconds: number): Promise<void> {
    this.skipped += milliseconds;
    return Promise.resolve();
  }
}
