import { PROPAGATION_WINDOW } from '../link';
import { clockText, countdownText, type Step } from '../terminal';
import type { Io } from './io';
import { reportText, verdictLine, type TitledReport } from './report-text';

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
    const at = Date.now();
    this.step.now(() => [waitText(reports, at), ...reports.map(reportText)].join('\n').trimEnd());
    for (const titled of reports) {
      const line = verdictLine(titled);
      const key = titled.title ?? '';
      if (line !== this.last.get(key)) this.step.line(`${titled.report.time} ${line}`);
      this.last.set(key, line);
    }
  }
}

/**
 * What is waited for and why: the longest window that is open, else the first check without an answer.
 * @param at when the reports came, by this machine's clock
 */
function waitText(reports: readonly TitledReport[], at: number): string {
  const windows = reports.flatMap(({ report: { time, window } }) =>
    window?.open
      ? [{ closes: Date.parse(window.closesAt), left: Date.parse(window.closesAt) - Date.parse(time) }]
      : [],
  );
  const last = windows.sort((a, b) => b.closes - a.closes)[0];
  if (last) {
    const left = countdownText(last.left - (Date.now() - at));
    return (
      `waiting for the link's propagation window, until ${clockText(last.closes)}: ${left} left in the window ` +
      `(Azure: up to ${PROPAGATION_WINDOW / 60_000} minutes)`
    );
  }
  const open = reports.flatMap(({ report }) => report.checks).find(({ status }) => status === 'waiting');
  return open ? `waiting for an answer: ${open.title}` : '';
}
