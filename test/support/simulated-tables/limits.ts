/** So many a second, with what a second holds at once: refuses what is above. */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    now: number,
    initially: number,
    /** Seconds' worth that is saved up when nothing comes. */
    private readonly saved = 1,
  ) {
    this.tokens = perSecond * initially;
    this.at = now;
  }

  /** Whether there are as many. */
  has(count: number, now: number): boolean {
    this.tokens = Math.min(
      this.perSecond * this.saved,
      this.tokens + ((now - this.at) * this.perSecond) / 1000,
    );
    this.at = now;
    return this.tokens >= count;
  }

  take(count: number): void {
    this.tokens -= count;
  }
}

export interface TableLimits {
  /** Entities a second and partition. */
  readonly partition: number;
  /** Entities a second and account. */
  readonly account: number;
  /** How much of what a second gives there is when a partition is used first, and ever in an account. @default 1 */
  readonly initially?: number;
}

/**
 * Of entities of 1 KiB, in a storage account of general purpose.
 * https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */
export const AZURE_LIMITS: TableLimits = { partition: 2_000, account: 20_000 };

/** What an account and its partitions take before they answer that they are busy. */
export class Throttle {
  private readonly account: TokenBucket;
  private readonly partitions = new Map<string, TokenBucket>();

  constructor(
    private readonly limits: TableLimits,
    private readonly now: () => number,
  ) {
    this.account = new TokenBucket(limits.account, now(), limits.initially ?? 1, limits.initially);
  }

  /** @param partition of a table; undefined for what concerns none, such as a query */
  admits(entities: number, partition: string | undefined): boolean {
    const now = this.now();
    let bucket = partition === undefined ? undefined : this.partitions.get(partition);
    if (partition !== undefined && !bucket) {
      const { partition: perSecond, initially = 1 } = this.limits;
      this.partitions.set(partition, (bucket = new TokenBucket(perSecond, now, initially)));
    }
    if (!this.account.has(entities, now) || (bucket && !bucket.has(entities, now))) return false;
    this.account.take(entities);
    bucket?.take(entities);
    return true;
  }
}
