import type { Check, Report } from '../link';
import { verdictText } from './report-text';

/**
 * The report as JUnit XML: a test case for each check and one for the verdict. A check that cannot be known counts as
 * skipped, so that a pipeline shows it without failing by it; the verdict's own case fails when the link is broken.
 */
export function junitXml(report: Report): string {
  const cases = [...report.checks.map(checkCase), verdictCase(report)];
  const failures = report.checks.filter(({ status }) => status === 'fail').length;
  const skipped = report.checks.filter(({ status }) => status === 'unknown' || status === 'waiting').length;
  const verdictFails = report.verdict === 'broken' ? 1 : 0;
  const verdictSkips = report.verdict !== 'broken' && !report.proved ? 1 : 0;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="acs-push verify" tests="${cases.length}" failures="${failures + verdictFails}" skipped="${skipped + verdictSkips}" timestamp="${xml(report.time)}">`,
    ...cases,
    '</testsuite></testsuites>',
    '',
  ].join('\n');
}

function checkCase(check: Check): string {
  const text = [check.evidence, ...(check.remedy ? [`remedy: ${check.remedy}`] : [])].join('\n');
  const outcome =
    check.status === 'fail'
      ? `<failure message="${xml(check.evidence)}">${xml(text)}</failure>`
      : check.status === 'pass'
        ? `<system-out>${xml(text)}</system-out>`
        : `<skipped message="${xml(`${check.status}: ${check.evidence}`)}"/>`;
  return `<testcase classname="link" name="${xml(`${check.id}: ${check.title}`)}">${outcome}</testcase>`;
}

function verdictCase(report: Report): string {
  const text = xml(verdictText(report));
  const outcome =
    report.verdict === 'broken'
      ? `<failure message="${text}"/>`
      : report.proved
        ? `<system-out>${text}</system-out>`
        : `<skipped message="${text}"/>`;
  return `<testcase classname="link" name="verdict: the link is proved (${report.level})">${outcome}</testcase>`;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '');
}
