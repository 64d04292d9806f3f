import type { Clock } from '../../link/clock';

/** How long publishing goes on while Azure says "not yet" or does not answer, milliseconds. */
export const DEADLINE_MS = 10 * 60_000;

/** Why an attempt has to be made again. */
export interface NotYet {
  /** What was seen, and where: `POST https://…: 503 …`. */
  readonly seen: string;
  /** What to do when it stays so. */
  readonly remedy: string;
  /** Milliseconds that Azure asked to wait. */
  readonly retryAfter?: number;
}

/** Tries each step until it succeeds, and all of them together for ten minutes. */
export class Patience {
  private readonly deadline: number;

  constructor(private readonly clock: Clock) {
    this.deadline = clock.now() + DEADLINE_MS;
  }

  /**
   * @param what what the step did not bring about, for the error
   * @param pause milliseconds between attempts; more where Azure asks for more
   * @param attempt answers why it has to be made again, or undefined when it succeeded
   * @throws Error that says what was last seen, where, and what to do; what the attempt throws, at once
   */
  async until(what: string, pause: number, attempt: () => Promise<NotYet | undefined>): Promise<void> {
    for (;;) {
      const reason = await attempt();
      if (reason === undefined) return;
      const left = this.deadline - this.clock.now();
      if (left <= 0) {
        throw new Error(
          `${what} within ${DEADLINE_MS / 60_000} minutes; at last: ${reason.seen}; ${reason.remedy}`,
        );
      }
      // One that is asked to come back after the end comes back at the end.
      await this.clock.sleep(Math.min(Math.max(pause, reason.retryAfter ?? 0), left));
    }
  }
}
