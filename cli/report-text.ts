import type { CheckStatus, Report } from '../link';

const MARKS: Readonly<Record<CheckStatus, string>> = {
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

/** One line: whose verdict, the verdict, and what comes of it. */
export function verdictLine({ title, report }: TitledReport): string {
  return `${title ? `${title}: ` : ''}${verdictText(report)}`;
}

function verdictText(report: Report): string {
  switch (report.verdict) {
    case 'live':
      return `live: a push has gone through this ${report.communicationServiceId ? 'link' : 'hub'} and was delivered`;
    case 'settled':
      return report.communicationServiceId
        ? 'settled: every check passes and the link is in force; no call has been seen yet'
        : 'settled: every check passes; no push to a device has been seen yet';
    case 'settling':
      return report.window?.open
        ? `settling until ${report.window.closesAt}: nothing is wrong, and the link is in force by then`
        : 'settling: nothing is wrong, and an answer is outstanding';
    case 'undelivered':
      return `undelivered: pushes reach the hub, and the push services refuse them${remedyText(report)}`;
    case 'unproven':
      return `unproven: nothing is seen to be wrong, but not everything could be read${remedyText(report)}`;
    case 'broken':
      return `broken${remedyText(report)}`;
  }
}

function remedyText({ remedy }: Report): string {
  return remedy === undefined ? '' : `: ${remedy}`;
}
