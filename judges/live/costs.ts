import { isSettled, type Assumption } from './assumption';

/** What a run makes, and what that costs at list prices (docs/costs.md has the sources). */
const MAKES: readonly (readonly [what: string, costs: string])[] = [
  ['a resource group, with a tag that says until when it is needed', 'nothing'],
  [
    'Communication Services resources, and up to three calls to users that nobody is signed in as',
    'at most a cent',
  ],
  ['Notification Hubs namespaces of the Free tier, hubs and policies in them', 'nothing'],
  ['Event Grid system topics and subscriptions', 'nothing: no event is raised'],
  ['Log Analytics workspaces that nothing is written to', 'nothing'],
  ['users of Communication Services, and tokens for them', 'nothing'],
  ['an empty storage account with a container and queues', 'nothing'],
  ['metric alerts, log search alerts and workbooks, for seconds each', 'less than a cent'],
];

/** What `--dry-run` says. */
export function intention(assumptions: readonly Assumption[], location: string, minutes: number): string {
  const settled = assumptions.filter(({ kit }) => isSettled(kit));
  return [
    `In ${location}, for ${minutes} minutes at most and some more to delete it, this would make`,
    ...MAKES.map(([what, costs]) => `  ${what}: ${costs}`),
    `and ask ${settled.length} of ${assumptions.length} questions: ${settled.map(({ id }) => id).join(', ')}.`,
    'Altogether a few cents at most. Nothing outside of the resource group is changed.',
    '',
  ].join('\n');
}
