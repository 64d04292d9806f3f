import type { Check, Report } from '../link';
import { verdictLine, type TitledReport } from './report-text';
import { xmlText } from './xml-text';

/**
 * The reports as JUnit XML, a suite each: a test case for each check and one for the verdict. A check that cannot be
 * known counts as skipped, so that a pipeline shows it without failing by it; the verdict's own case fails when the
 * link is broken.
 */
export function junitXml(reports: readonly TitledReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...reports.flatMap(({ title, report }) => suite(report, title)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(report: Report, title: string | undefined): string[] {
  const cases = [...report.checks.map(checkCase), verdictCase(report)];
  const failures = report.checks.filter(({ status }) => status === 'fail').length;
  const skipped = report.checks.filter(({ status }) => status === 'unknown' || status === 'waiting').length;
  const verdictFails = report.verdict === 'broken' ? 1 : 0;
  const verdictSkips = report.verdict !== 'broken' && !report.proved ? 1 : 0;
  const name = `acs-push verify${title ? ` (${title})` : ''}`;
  return [
    `<testsuite name="${xmlText(name)}" tests="${cases.length}" failures="${failures + verdictFails}" skipped="${skipped + verdictSkips}" timestamp="${xmlText(report.time)}">`,
    ...cases,
    '</testsuite>',
  ];
}

function checkCase(check: Check): string {
  const text = [check.evidence, ...(check.remedy ? [`remedy: ${check.remedy}`] : [])].join('\n');
  const outcome =
    check.status === 'fail'
      ? `<failure message="${xmlText(check.evidence)}">${xmlText(text)}</failure>`
      : check.status === 'pass'
        ? `<system-out>${xmlText(text)}</system-out>`
        : `<skipped message="${xmlText(`${check.status}: ${check.evidence}`)}"/>`;
  return `<testcase classname="link" name="${xmlText(`${check.id}: ${check.title}`)}">${outcome}</testcase>`;
}

function verdictCase(report: Report): string {
  const text = xmlText(verdictLine({ report }));
  const outcome =
    report.verdict === 'broken'
      ? `<failure message="${text}"/>`
      : report.proved
        ? `<system-out>${text}</system-out>`
        : `<skipped message="${text}"/>`;
  return `<testcase classname="link" name="verdict: the ${report.communicationServiceId ? 'link' : 'hub'} is proved (${report.level})">${outcome}</testcase>`;
}
