import type { Progress, Step } from './progress';
import { stopwatch, takeStep } from './take-step';

/** How often a step that is still at work says so, in milliseconds. */
const REMINDER_MS = 30_000;

/** How long a step lasts before it is announced, in milliseconds: what is over at once needs no line before its end. */
const ANNOUNCE_MS = 1_000;

/** For a file, a pipe or the log of a pipeline: whole lines, which nothing takes back. */
export class Log implements Progress {
  constructor(private readonly write: (text: string) => void) {}

  line(text = ''): void {
    this.write(`${text}\n`);
  }

  step<T>(
    title: string,
    work: (step: Step) => Promise<T>,
    done: (result: T) => string | undefined = () => title,
  ): Promise<T> {
    const took = stopwatch();
    let detail: () => string = () => '';
    const announcement = setTimeout(() => this.line(`… ${title}`), ANNOUNCE_MS);
    const reminder = setInterval(() => {
      const [first = ''] = detail().split('\n');
      this.line(`… ${title}, ${took()}${first && `: ${first}`}`);
    }, REMINDER_MS);
    for (const timer of [announcement, reminder]) timer.unref();
    return takeStep(work, done, {
      line: (text, mark) => this.line(mark ? `  ${mark} ${text}` : text),
      now: (news) => (detail = news),
      done: (text) => text !== undefined && this.line(`✓ ${text}  (${took()})`),
      failed: () => this.line(`✗ ${title}  (${took()})`),
      over: () => {
        clearTimeout(announcement);
        clearInterval(reminder);
      },
    });
  }
}

/** Tells nothing. */
export const silent: Progress = {
  step: (_, work) => work({ now: () => undefined, line: () => undefined }),
  line: () => undefined,
};
