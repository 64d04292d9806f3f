/** Where a command runs. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}
