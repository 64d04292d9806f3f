/** Where a command runs. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Writes to standard error. */
  err(text: string): void;
  /** Aborts on Ctrl-C, and on what else asks the process to end. */
  readonly signal: AbortSignal;
}
