import { PROPAGATION_WINDOW } from '../link';
import type { Step } from '../terminal';
import type { Io } from './io';
import { awaited, reportText, verdictLine, type TitledReport } from './report-text';
import { untilText } from './until-text';

/**
 * Tells how a wait goes: a line whenever a verdict changes, and for whoever watches what is waited for and why, how long
 * still, and the checks.
 */
export function watchWait<T>(
  io: Io,
  work: (show: (reports: readonly TitledReport[]) => void) => Promise<T>,
): Promise<T> {
  return io.progress.step(
    'verifying',
    (step) => {
      const view = new WaitView(step);
      return work((reports) => view.show(reports));
    },
    // The report is printed by itself.
    () => undefined,
  );
}

class WaitView {
  private readonly last = new Map<string, string>();

  constructor(private readonly step: Step) {}

  show(reports: readonly TitledReport[]): void {
    const wait = waitText(reports);
    this.step.now(() => [wait(), ...reports.map(reportText)].join('\n').trimEnd());
    for (const titled of reports) {
      const line = verdictLine(titled);
      const key = titled.title ?? '';
      if (line !== this.last.get(key)) this.step.line(`${titled.report.time} ${line}`);
      this.last.set(key, line);
    }
  }
}

/** What is waited for and why: the longest window that is open, else the first check without an answer. */
function waitText(reports: readonly TitledReport[]): () => string {
  const windows = reports.flatMap(({ report: { time, window } }) =>
    window?.open ? [{ time, closesAt: window.closesAt }] : [],
  );
  const last = windows.sort((a, b) => Date.parse(b.closesAt) - Date.parse(a.closesAt))[0];
  if (last) {
    const until = untilText(last.closesAt, last.time);
    const minutes = PROPAGATION_WINDOW / 60_000;
    return () =>
      `waiting for the link's propagation window, ${until()} in the window (Azure: up to ${minutes} minutes)`;
  }
  const what = awaited(reports);
  return () => (what === undefined ? '' : `waiting for an answer: ${what}`);
}
