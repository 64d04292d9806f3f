import type { Clock } from '../ports';

/** Callers that are counted at a time; beyond that the one unseen longest is forgotten. */
const MAX_CALLERS = 10_000;

/** Lets each caller make so many requests a minute, in bursts up to that number. Counts on one instance. */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly perMinute: number,
    private readonly clock: Clock,
  ) {}

  /** @returns 0 when the request may go on, else the seconds to wait */
  take(caller: string): number {
    const tokens = this.tokensOf(caller);
    const allowed = tokens >= 1;
    this.buckets.delete(caller);
    this.buckets.set(caller, { tokens: allowed ? tokens - 1 : tokens, at: this.clock.now() });
    if (this.buckets.size > MAX_CALLERS) {
      const [oldest] = this.buckets.keys();
      this.buckets.delete(oldest!);
    }
    return allowed ? 0 : this.secondsUntilOne(tokens);
  }

  /** The same without counting. */
  wait(caller: string): number {
    const tokens = this.tokensOf(caller);
    return tokens >= 1 ? 0 : this.secondsUntilOne(tokens);
  }

  private tokensOf(caller: string): number {
    const bucket = this.buckets.get(caller);
    if (!bucket) return this.perMinute;
    const passed = this.clock.now() - bucket.at;
    return Math.min(this.perMinute, bucket.tokens + (passed / 60_000) * this.perMinute);
  }

  private secondsUntilOne(tokens: number): number {
    return Math.ceil(((1 - tokens) / this.perMinute) * 60);
  }
}
