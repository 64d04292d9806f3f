import type { Step } from './progress';
import { durationText } from './texts';

/** How one step is shown. */
interface StepView {
  readonly line: Step['line'];
  /** What goes on is another; it may count. */
  now(detail: () => string): void;
  /** It went well. @param text undefined where no line is left */
  done(text: string | undefined): void;
  failed(): void;
  /** It went well or not: what was shown of it meanwhile ends. */
  over(): void;
}

/** Takes a step, and has it shown. */
export async function takeStep<T>(
  work: (step: Step) => Promise<T>,
  doneText: (result: T) => string | undefined,
  view: StepView,
): Promise<T> {
  try {
    const result = await work({
      now: (news) => view.now(typeof news === 'string' ? () => news : news),
      line: (text, mark) => view.line(text, mark),
    });
    view.done(doneText(result));
    return result;
  } catch (error) {
    view.failed();
    throw error;
  } finally {
    view.over();
  }
}

/** How long it is since this was asked for, as a text. */
export function stopwatch(): () => string {
  const started = Date.now();
  return () => durationText(Date.now() - started);
}
