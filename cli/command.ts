import type { Io } from './io';

/** One word after `acs-push`. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly usage: string;
  /** Answers the exit code. @throws BadInput */
  run(args: readonly string[], io: Io): Promise<number>;
}
