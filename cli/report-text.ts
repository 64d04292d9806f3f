import type { CheckStatus, Report } from '../link';
import { OPTIONAL_CHECKS } from '../link/checks';

/** How each status is shown, of one width. */
export const MARKS: Readonly<Record<CheckStatus, string>> = {
  pass: 'ok  ',
  fail: 'FAIL',
  waiting: '... ',
  unknown: '?   ',
};

/** A report among several has a name. */
export interface TitledReport {
  readonly title?: string;
  readonly report: Report;
}

/** The checks, the window and the verdict, for people. */
export function reportText({ title, report }: TitledReport): string {
  const lines = report.checks.flatMap(({ status, title, evidence, remedy }) => [
    `${MARKS[status]} ${title}`,
    `       ${evidence}`,
    ...(remedy && status !== 'pass' ? [`       → ${remedy}`] : []),
  ]);
  lines.push(
    ...report.notes.map((note) => `note   ${note}`),
    '',
    verdictLine({ ...(title ? { title } : {}), report }),
  );
  return `${title ? `${title}\n` : ''}${lines.join('\n')}\n`;
}

/** One line: whose verdict, the verdict, what comes of it, and what has not been seen yet. */
export function verdictLine({ title, report }: TitledReport): string {
  return `${title ? `${title}: ` : ''}${verdictText(report)}${unseenText(report)}`;
}

/** The verdict, and what comes of it. */
export function verdictText(report: Report): string {
  switch (report.verdict) {
    case 'live':
      return `live: a push has gone through this ${report.communicationServiceId ? 'link' : 'hub'} and was delivered`;
    case 'settled':
      return `settled: every check passes${report.communicationServiceId ? ' and the link is in force' : ''}`;
    case 'settling':
      return settlingText(report);
    case 'undelivered':
      return `undelivered: pushes reach the hub, and the push services refuse them${remedyText(report)}`;
    case 'unproven':
      return `unproven: nothing is seen to be wrong, but not everything could be read${remedyText(report)}`;
    case 'broken':
      return `broken${remedyText(report)}`;
  }
}

function unseenText({ verdict, communicationServiceId }: Report): string {
  if (verdict !== 'settled') return '';
  return communicationServiceId ? '; no call has been seen yet' : '; no push to a device has been seen yet';
}

/** Of what could not be read nothing is known, so nothing is said of it. */
function settlingText(report: Report): string {
  const { checks, gaps, window } = report;
  const gap = gaps.find(({ to }) => to === undefined);
  if (gap) {
    const nothing = !checks.some(({ status }) => status === 'pass');
    const known = nothing ? 'nothing is known of it yet' : 'not everything is known of it yet';
    return `settling: Azure could not be ${nothing ? 'reached' : 'read in all'}, so ${known}: ${gap.reason}`;
  }
  const until = window?.open ? ` until ${window.closesAt}` : '';
  if (checks.some(({ id, status }) => status === 'unknown' && !OPTIONAL_CHECKS.has(id))) {
    return `settling${until}: nothing is seen to be wrong, but not everything could be read`;
  }
  if (window?.open) return `settling${until}: nothing is wrong, and the link is in force by then`;
  const what = awaited([{ report }]);
  return `settling: nothing is wrong, and an answer is outstanding${what === undefined ? '' : `: ${what}`}`;
}

/** The first check whose answer is waited for, by its title. */
export function awaited(reports: readonly TitledReport[]): string | undefined {
  return reports.flatMap(({ report }) => report.checks).find(({ status }) => status === 'waiting')?.title;
}

function remedyText({ remedy }: Report): string {
  return remedy === undefined ? '' : `: ${remedy}`;
}
