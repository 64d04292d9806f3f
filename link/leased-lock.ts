import type { Clock } from './clock';
import { LockLostError, type HeldLock, type RotationLock } from './rotation-lock';

/** The longest lease of a blob that ends, milliseconds. Source: Azure Storage REST, Lease Blob: 15 to 60 seconds. */
export const LONGEST_LEASE = 60_000;

/** What can be leased for a time, as a blob can. */
export interface Leasable {
  /** Takes the lease for so many milliseconds; it ends by itself. @throws LockHeldError when it is leased already */
  acquire(milliseconds: number, signal?: AbortSignal): Promise<Lease>;
}

/** A lease that is held. */
export interface Lease {
  /**
   * For as long again, from now on. One that has run out can be renewed as long as nobody else has had it since.
   * @throws LockLostError when somebody else has had it; any other error when there was no answer
   */
  renew(): Promise<void>;
  /** Gives it back. Nothing happens when it has ended. */
  release(): Promise<void>;
}

/**
 * A lock that a killed holder does not keep: a lease that is renewed all the time, and runs out by itself when nobody
 * does.
 */
export class LeasedLock implements RotationLock {
  constructor(
    private readonly leasable: Leasable,
    private readonly clock: Clock,
    private readonly duration = LONGEST_LEASE,
  ) {}

  async acquire(signal?: AbortSignal): Promise<HeldLock> {
    const asked = this.clock.now();
    const lease = await this.leasable.acquire(this.duration, signal);
    return new KeptLease(lease, this.clock, this.duration, asked + this.duration);
  }
}

class KeptLease implements HeldLock {
  private readonly loss = new AbortController();
  private readonly end = new AbortController();

  constructor(
    private readonly lease: Lease,
    private readonly clock: Clock,
    private readonly duration: number,
    /** When the lease runs out at the earliest, by this machine's clock. */
    private until: number,
  ) {
    void this.keep();
  }

  get lost(): AbortSignal {
    return this.loss.signal;
  }

  async confirm(): Promise<void> {
    while (!this.lost.aborted && !(await this.renew())) await this.clock.sleep(this.duration / 60);
    this.lost.throwIfAborted();
  }

  async release(): Promise<void> {
    this.end.abort();
    if (!this.lost.aborted) await this.lease.release().catch(() => undefined);
  }

  /** Renews when a third of the time has passed; after a failure more often. */
  private async keep(): Promise<void> {
    let pause = this.duration / 3;
    while (!this.end.signal.aborted && !this.lost.aborted) {
      await this.clock.sleep(pause, this.end.signal);
      if (this.end.signal.aborted) return;
      pause = (await this.renew()) ? this.duration / 3 : this.duration / 30;
    }
  }

  /** Whether it was renewed. An answer that does not come in time is none. */
  private async renew(): Promise<boolean> {
    const asked = this.clock.now();
    const over = new AbortController();
    const renewed = this.lease.renew().then(
      () => true,
      (error: unknown) => error,
    );
    // A machine that slept past the deadline may ask once more: nobody may have had the lease meanwhile.
    const patience = Math.max(this.deadline - asked, this.duration / 6);
    const late = this.clock.sleep(patience, over.signal).then(() => false);
    const outcome = await Promise.race([renewed, late]);
    over.abort();
    if (outcome === true) {
      this.until = Math.max(this.until, asked + this.duration);
      return true;
    }
    if (this.end.signal.aborted) return false;
    if (outcome instanceof LockLostError) this.loss.abort(outcome);
    else if (this.clock.now() >= this.deadline) {
      const reason = outcome instanceof Error ? outcome.message : 'no answer';
      this.loss.abort(new LockLostError(`the lock could not be renewed in time: ${reason}`));
    }
    return false;
  }

  /** Lost a sixth of its time before others can take it, so that what is under way can be ended. */
  private get deadline(): number {
    return this.until - this.duration / 6;
  }
}
