import { coloursOf, progressInto, silent, type Colours, type Progress, type Step } from '../terminal';
import type { Flags } from './flags';

/** What all scenes of the story share: how it is told, what ends it, and what has to be undone after it. */
export class Stage {
  readonly started = Date.now();
  readonly colours: Colours;
  /** Takes each line that cdktf and Terraform print. */
  onLine: (line: string) => void = () => undefined;
  private readonly progress: Progress;
  private readonly undo: (() => void | Promise<void>)[] = [];

  constructor(
    readonly flags: Flags,
    private readonly out: NodeJS.WriteStream,
    /** Aborts when the user stops it. */
    readonly signal: AbortSignal,
  ) {
    this.progress = flags.quiet ? silent : progressInto(out);
    this.colours = coloursOf(out);
  }

  /** Takes one step, as {@link Progress.step} tells it. */
  async step<T>(title: string, work: (step: Step) => Promise<T>, done?: (result: T) => string): Promise<T> {
    this.signal.throwIfAborted();
    return this.progress.step(title, work, done);
  }

  /** A line of the story, which `--quiet` leaves out. */
  tell(text = ''): void {
    this.progress.line(text);
  }

  /** Further lines to one, which tell what it stands on. */
  detail(text: string): void {
    for (const line of text.split('\n')) this.tell(line && `    ${this.colours.dim(line)}`);
  }

  /** What is told also by `--quiet`. */
  summarize(lines: readonly string[]): void {
    this.out.write(lines.map((line) => `${line}\n`).join(''));
  }

  atEnd(step: () => void | Promise<void>): void {
    this.undo.push(step);
  }

  /** Undoes everything in reverse. */
  async close(): Promise<void> {
    for (const step of this.undo.reverse()) await step();
  }
}
