/** Keeps deploys and other rotations of a link away while its keys are replaced. */
export interface RotationLock {
  /**
   * Takes it, or refuses at once.
   * @throws LockHeldError when somebody else has it
   */
  acquire(signal?: AbortSignal): Promise<HeldLock>;
}

/** A lock that is held until it is given back. */
export interface HeldLock {
  /** Aborts, with a LockLostError as reason, when the lock is lost or is about to be. */
  readonly lost: AbortSignal;
  /**
   * Makes certain that it is still held, by asking whoever grants it.
   * @throws LockLostError
   */
  confirm(): Promise<void>;
  /** Gives it up. Never throws: what cannot be given up runs out. */
  release(): Promise<void>;
}

/** Somebody else has the lock. */
export class LockHeldError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
  override readonly name = 'LockHeldError';

  constructor(
    /** What is locked, and by whom. */
    message: string,
    /** Whether it is another rotation, which takes half an hour, and not a deploy, which takes minutes. */
    readonly byRotation: boolean,
  ) {
    super(message);
  }
}

/** The lock was held, and others can have taken it since. */
export class LockLostError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
  override readonly name = 'LockLostError';
}
