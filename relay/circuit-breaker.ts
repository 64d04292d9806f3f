import { TransientError } from './errors';
import type { Clock } from './ports';

/**
 * How long one request may be the only one that tries a service again, in milliseconds. One that hangs must not keep the
 * others from finding out.
 */
export const PROBE_MS = 2_000;

/** The service wants to be left alone (`Retry-After`). */
export class AskedToWait extends TransientError {}

/** Not asked, since the service wants to be left alone or is just being tried again. */
export class HeldBack extends AskedToWait {
  constructor(
    message: string,
    retryAfterMs: number,
    /** When the request that tries it has its answer, which may be earlier than `retryAfterMs` from now. */
    readonly tried?: Promise<void>,
  ) {
    super(message, retryAfterMs);
  }
}

/** A time for which a service is left alone, and until it is well again. */
interface Hold {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The request that tries the service after that. */
  probe?: { readonly until: number; readonly over: Promise<void> };
}

/**
 * Leaves a service alone when it asks for that, and then tries it with one request at a time until one is answered: a
 * service that has just recovered is not to meet all that waited for it at once.
 */
export class CircuitBreaker {
  private hold: Hold | undefined;

  /**
   * @param name of the service, for messages
   * @param isAnswer whether the service, by this error of a request, is well
   */
  constructor(
    private readonly name: string,
    private readonly clock: Clock,
    private readonly isAnswer: (error: unknown) => boolean = () => false,
  ) {}

  /** Leaves the service alone for so many milliseconds, or for longer if it was asked to be. */
  open(milliseconds: number): void {
    const until = this.clock.now() + milliseconds;
    if (!this.hold || until > this.hold.until) this.hold = { until };
  }

  /** @throws HeldBack when the service is to be left alone, or another request is trying it */
  async run<T>(request: () => Promise<T>): Promise<T> {
    const { hold } = this;
    if (!hold) return request();
    const now = this.clock.now();
    if (now < hold.until) throw new HeldBack(`${this.name} asked to be left alone`, hold.until - now);
    if (hold.probe && now < hold.probe.until) {
      const { until, over } = hold.probe;
      throw new HeldBack(`${this.name} is being tried again by another request`, until - now, over);
    }
    return this.probe(hold, request);
  }

  private async probe<T>(hold: Hold, request: () => Promise<T>): Promise<T> {
    let tell!: () => void;
    const over = new Promise<void>((resolve) => (tell = resolve));
    const probe = { until: this.clock.now() + PROBE_MS, over };
    hold.probe = probe;
    try {
      const result = await request();
      this.close(hold);
      return result;
    } catch (error) {
      if (this.isAnswer(error)) this.close(hold);
      throw error;
    } finally {
      if (hold.probe === probe) hold.probe = undefined;
      tell();
    }
  }

  /** Unless it was asked to wait once more meanwhile. */
  private close(hold: Hold): void {
    if (this.hold === hold) this.hold = undefined;
  }
}
