import type { Finding } from './compare';
import { VERSIONS } from './versions';

export interface RunFacts {
  /** Day of the run, `2026-12-01`. */
  readonly date: string;
  readonly location: string;
  readonly minutes: number;
}

const INTRODUCTION = `# Local Azure beside the real one

What \`npm run live-check\` found in a subscription of somebody's own: [how it is run](live-check.md). Each row is a row of
[what nobody could confirm](local-azure.md#what-nobody-could-confirm).
`;

/** docs/parity.md until somebody has run the kit. */
export const NEVER_RUN = `${INTRODUCTION}
**It was never run against a real subscription.** Nothing here is confirmed: what local Azure does in these points is
assumed, and the reasons are beside each assumption. Whoever runs the kit puts its record in this page's place.
`;

/** docs/parity.md of a run. Names and ids of the subscription are not in it: no answer holds any. */
export function record(findings: readonly Finding[], { date, location, minutes }: RunFacts): string {
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const versions = Object.entries(VERSIONS).map(([name, version]) => `${name} ${version}`);
  return [
    INTRODUCTION,
    `Run on ${date} in \`${location}\`, for ${minutes} minutes: **${count('same')} the same, ${count('other')} other, ${count('not settled')} not settled.**`,
    '',
    `Api-versions: ${versions.join(', ')}.`,
    '',
    '| assumption | local Azure | the real one | verdict | why, or what is left open |',
    '| --- | --- | --- | --- | --- |',
    ...findings.map(row),
    '',
  ].join('\n');
}

function row({ assumption, local, real, verdict, note }: Finding): string {
  const name = `[\`${assumption.id}\`](local-azure.md#${assumption.id})`;
  const shown = verdict === 'other' ? '**other**' : verdict;
  return `| ${[name, local ?? '–', real ?? '–', shown, note ?? ''].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
