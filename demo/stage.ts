import type { Flags } from './flags';
import type { Progress } from './progress';

/** What all scenes of the story share: how it is told, what ends it, and what has to be undone after it. */
export class Stage {
  /** Takes each line that cdktf and Terraform print. */
  onLine: (line: string) => void = () => undefined;
  private readonly undo: (() => void | Promise<void>)[] = [];

  constructor(
    readonly flags: Flags,
    readonly progress: Progress,
    /** Aborts when the user stops it. */
    readonly signal: AbortSignal,
  ) {}

  /** Takes one step, as {@link Progress.step} tells it. */
  async step<T>(
    title: string,
    work: (report: (detail: string) => void) => Promise<T>,
    done?: (result: T) => string,
  ): Promise<T> {
    this.signal.throwIfAborted();
    return this.progress.step(title, work, done);
  }

  atEnd(step: () => void | Promise<void>): void {
    this.undo.push(step);
  }

  /** Undoes everything in reverse. */
  async close(): Promise<void> {
    for (const step of this.undo.reverse()) await step();
  }
}
