import type { Lease, Leasable } from '../../../link/leased-lock';
import { LockHeldError, LockLostError } from '../../../link/rotation-lock';
import type { Program, Timeline } from './timeline';

interface Held {
  readonly by: string;
  readonly rotation: boolean;
  until: number;
}

/** The blob of Terraform's state, whose lease is what deploys and rotations take. */
export class StateBlob {
  private lease: Held | undefined;
  /** Programs whose requests to the storage get no answer. */
  readonly cutOff = new Set<Program>();

  constructor(private readonly timeline: Timeline) {}

  /** For a rotation: a lease that ends. */
  leasable(program: Program, by: string): Leasable {
    const ask = async <T>(run: () => T): Promise<T> => {
      await program.request(() => Promise.resolve());
      if (this.cutOff.has(program)) throw new Error('connect ETIMEDOUT');
      return run();
    };
    return {
      acquire: (milliseconds) => ask(() => this.take(by, true, milliseconds, ask)),
    };
  }

  /** For a deploy: a lease without an end, as Terraform takes it. Answers how it is given back. */
  lock(by: string): () => void {
    const held = this.hold(by, false, Number.POSITIVE_INFINITY);
    return () => this.drop(held);
  }

  private take(
    by: string,
    rotation: boolean,
    milliseconds: number,
    ask: <T>(run: () => T) => Promise<T>,
  ): Lease {
    const held = this.hold(by, rotation, milliseconds);
    return {
      renew: () =>
        ask(() => {
          // One that has run out can be renewed as long as nobody else has had it.
          if (this.lease !== held) throw new LockLostError(`the lease of ${by} was taken by another`);
          held.until = this.timeline.now() + milliseconds;
        }),
      release: () => ask(() => this.drop(held)),
    };
  }

  private hold(by: string, rotation: boolean, milliseconds: number): Held {
    if (this.lease && this.lease.until > this.timeline.now()) {
      throw new LockHeldError(`the state is locked by ${this.lease.by}`, this.lease.rotation);
    }
    return (this.lease = { by, rotation, until: this.timeline.now() + milliseconds });
  }

  private drop(held: Held): void {
    if (this.lease === held) this.lease = undefined;
  }
}
