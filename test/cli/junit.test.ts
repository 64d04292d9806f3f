import { junitXml } from '../../cli/junit';
import type { Report } from '../../link';

const REPORT: Report = {
  version: 1,
  verdict: 'settled',
  level: 'settled',
  proved: true,
  notificationHubId: '/hub',
  ruleId: '/rule',
  checks: [
    {
      id: 'hub',
      title: 'the hub is there',
      status: 'pass',
      evidence: `🔑 of 'a' & "b" <c>\u0007\ufffe`,
      time: '2026-01-31T08:00:00Z',
    },
  ],
  ended: 'final',
  time: '2026-01-31T08:00:00Z',
  looks: 1,
  armRequests: 1,
  clockSkew: 0,
  gaps: [],
  notes: [],
};

test('what a check has found is there as XML may have it, whatever signs are in it', () => {
  expect(junitXml([{ report: REPORT }])).toContain(
    '<system-out>🔑 of &#39;a&#39; &amp; &quot;b&quot; &lt;c&gt;\ufffd</system-out>',
  );
});
