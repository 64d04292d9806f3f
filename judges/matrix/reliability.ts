import type { CellResult, Way } from './cell';
import { FAULTS, type FaultName } from './cells';
import { PHASES } from './phases';
import type { Results, RunHeader } from './results';

const FAULT_NAMES: Readonly<Record<FaultName, string>> = {
  '500': '500, once',
  '429': '429 with `Retry-After`, once',
  'lost-answer': 'the answer lost, once',
  killed: 'SIGKILL of who deploys, the request done',
  'azure-killed': 'SIGKILL of local Azure, its state on disk',
};
const COLUMNS: readonly (readonly [Way, string])[] = [
  ['by itself', 'by itself'],
  ['rerun', 'by a rerun'],
  ['recover', 'by `recover` and a rerun'],
  ['needs recover', 'not by a rerun'],
  ['stuck', 'stuck'],
  ['not reached', 'not reached'],
];

/** docs/reliability.md, from what was run, not yet formatted. */
export function reliabilityPage(results: readonly Results[]): string {
  return [
    '# Reliability',
    '',
    'What becomes of a deploy, an update, a rotation and a destroy when one thing goes wrong at one request. This page is',
    'made by `npm run matrix -- --write`; nobody edits it.',
    '',
    'Each cell begins in a local Azure of its own, with an empty subscription or with what an undisturbed deploy leaves,',
    'and one request of the run meets one fault. Afterwards everything has to be as an undisturbed run leaves it: the same',
    'resources with the same properties, none twice, none left over, and an empty plan (after a destroy, an empty state).',
    'Where it is not, the same command is run once more; where that does not do, it is put back to how the fault left it,',
    "and `acs-push recover` goes before the one rerun. A killed run's way to Azure is cut in the same moment. In a",
    'rotation, `acs-push` runs in the process of the matrix: killed, it is cut off, and the Terraform that it runs is killed.',
    'Local Azure killed goes on, in the process of the matrix, from a copy of what was on its disk in that moment: every change',
    'that it had answered. The update changes a tag and the key of the FCM service account.',
    '',
    'Requests are those from outside, sign-in among them; what a fault does to its request is in',
    '[local-azure.md](local-azure.md). *Not reached*: the request did not come, since requests at the same time come in any',
    'order.',
    ...results.flatMap(sectionOf),
    '',
  ].join('\n');
}

function sectionOf({ header, cells }: Results): string[] {
  const rows = FAULTS.flatMap((fault) =>
    PHASES.flatMap((phase) => {
      const run = cells.filter((cell) => cell.fault === fault && cell.phase === phase);
      if (run.length === 0) return [];
      const counts = COLUMNS.map(([way]) => run.filter((cell) => cell.way === way).length);
      return [`| ${FAULT_NAMES[fault]} | ${phase} | ${[run.length, ...counts].join(' | ')} |`];
    }),
  );
  return [
    '',
    `## The stack \`${header.stack}\``,
    '',
    aboutText(header, cells.length),
    '',
    `| fault | in | cells | ${COLUMNS.map(([, title]) => title).join(' | ')} |`,
    `| --- | --- | ${[...COLUMNS, ''].map(() => '---:').join(' | ')} |`,
    ...rows,
    '',
    `${cells.filter(({ surplus }) => surplus.some((what) => /delete /.test(what))).length} cells deleted something that the ` +
      'undisturbed run did not, to make it anew.',
    ...problemsOf(cells),
  ];
}

function aboutText({ day, seed, providers, places, versions, cells }: RunHeader, run: number): string {
  const whose =
    providers === 'real'
      ? 'the real providers'
      : 'the stand-in providers, whose behaviour this is, not that of the real ones';
  const which = places === 'all' ? 'every request' : 'every request but GET and HEAD';
  return `${run} of ${cells} cells (${which}), chosen by seed ${seed}; ${day}, ${versions.join(', ')}, with ${whose}.`;
}

/** What did not end well, the most frequent first. */
function problemsOf(cells: readonly CellResult[]): string[] {
  const counts = new Map<string, number>();
  for (const { way, phase, fault, problems } of cells) {
    if (problems.length === 0) continue;
    const what = problems
      .at(-1)!
      .replace(/ with \S+, on .*$/, '')
      .replaceAll('|', '\\|');
    const key = `| ${way} | ${phase} | ${fault} | ${what} |`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (counts.size === 0) return ['', 'All of them ended well.'];
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([row, count]) => `| ${count} ${row}`);
  return [
    '',
    'What did not end well:',
    '',
    '| cells | how | in | fault | with |',
    '| ---: | --- | --- | --- | --- |',
    ...rows,
  ];
}
