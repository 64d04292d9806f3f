import type { Check, CheckStatus } from './check';
import type { Report } from './report';
import type { TestCallReport, TestCallVerdict } from './test-call-report';
import type { VerdictName } from './verdict';

const OUTCOMES: Readonly<Record<TestCallVerdict, { status: CheckStatus; verdict?: VerdictName }>> = {
  delivered: { status: 'pass', verdict: 'live' },
  'refused-by-push-service': { status: 'fail', verdict: 'undelivered' },
  'refused-by-hub': { status: 'fail', verdict: 'broken' },
  'nobody-registered': { status: 'unknown' },
  'call-not-placed': { status: 'unknown' },
  unknown: { status: 'unknown' },
};

/**
 * The report of a link that was found settled, with what became of a call that was placed to prove it: proved is what
 * that call proves, and no other.
 */
export function withCall(report: Report, call: TestCallReport): Report {
  const { status, verdict = report.verdict } = OUTCOMES[call.verdict];
  const check: Check = {
    id: 'test-call',
    title: `a call to ${call.user} is delivered`,
    status,
    evidence: `${call.verdict}: ${call.evidence}`,
    time: call.time,
    ...(call.remedy === undefined ? {} : { remedy: call.remedy }),
  };
  const { remedy: _, ...rest } = report;
  return {
    ...rest,
    verdict,
    level: 'live',
    proved: call.verdict === 'delivered',
    ...(call.remedy === undefined ? {} : { remedy: call.remedy }),
    checks: [...report.checks, check],
    call,
    ended: call.ended,
    time: call.time,
  };
}
