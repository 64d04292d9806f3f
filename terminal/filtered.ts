import type { Progress, Step } from './progress';

/** The same progress, with everything that is told passed through a filter before. */
export function filtered(progress: Progress, filter: (text: string) => string): Progress {
  const stepOf = (step: Step): Step => ({
    now: (detail) => step.now(typeof detail === 'string' ? filter(detail) : () => filter(detail())),
    line: (text, mark) => step.line(filter(text), mark),
  });
  return {
    step: (title, work, done = () => title) =>
      progress.step(
        filter(title),
        (step) => work(stepOf(step)),
        (result) => {
          const text = done(result);
          return text === undefined ? undefined : filter(text);
        },
      ),
    line: (text = '') => progress.line(filter(text)),
  };
}
