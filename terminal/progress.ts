/** One piece of work that takes its time, as whoever waits for it sees it. */
export interface Step {
  /**
   * What is going on just now, or is waited for and why: shown until something else is. A function is asked again
   * whenever it is shown, so that it can count.
   */
  now(detail: string | (() => string)): void;
  /** One line that stays: of what was made, changed or destroyed, with a mark for it. */
  line(text: string, mark?: Mark): void;
}

/** As Terraform marks them in a plan: made, changed, destroyed. */
export type Mark = '+' | '~' | '-';

/** How whoever waits is told of the work. What was asked for, and errors, do not go this way. */
export interface Progress {
  /**
   * Takes one step, and tells in one line how it ended.
   * @param done what the line says of the result; undefined leaves none @default - the title
   */
  step<T>(
    title: string,
    work: (step: Step) => Promise<T>,
    done?: (result: T) => string | undefined,
  ): Promise<T>;
  /** One line that stays. */
  line(text?: string): void;
}
