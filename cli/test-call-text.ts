import { parseResourceId, type TestCallReport, type TestCallStep } from '../link';

/** What is told while a call goes on. */
export const TEST_CALL_STEPS: Readonly<Record<TestCallStep, string>> = {
  'waiting for a fresh minute': 'waiting for the next minute, so that the call has one of its own',
  ringing: 'ringing',
  'hung up': 'hung up; waiting for the hubs to say what became of it, up to six minutes',
};

const HUBS = { linked: 'linked hub', voip: "relay's VoIP hub", relay: "relay's hub" } as const;

/** What became of a call, for people: the hubs, the verdict, what to do. */
export function testCallText(report: TestCallReport): string {
  const { verdict, evidence, remedy, hubs, notes } = report;
  const lines = hubs.map(({ notificationHubId, role, accepted, refused, outcomes, error }) => {
    const told = [
      `${accepted} accepted`,
      `${refused} refused`,
      ...Object.entries(outcomes).map(([metric, count]) => `${metric} ${count}`),
      ...(error ? [`not read: ${error}`] : []),
    ];
    const name = parseResourceId(notificationHubId).name;
    return `${HUBS[role]} ${name}: ${told.join(', ')}`;
  });
  lines.push(...notes.map((note) => `note   ${note}`));
  if (lines.length > 0) lines.push('');
  lines.push(`${verdict}: ${evidence}`);
  if (remedy) lines.push(`→ ${remedy}`);
  return `${lines.join('\n')}\n`;
}
