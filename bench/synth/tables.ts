import type { Table } from '../../scripts/markdown';
import type { Name } from './contenders';
import type { Result } from './result';

const CONTENDERS: Readonly<Record<Name, string>> = {
  empty: 'empty stack, plain Node',
  before: 'four environments, before',
  now: 'four environments',
  unbundledOne: 'one environment, before',
  one: 'one environment',
  ten: 'ten environments',
  assets: '`build-assets.mjs` alone, nothing changed',
  importCdktf: "`require('cdktf')` alone",
  importPackage: "`require('cdktf-acs-push')` alone, as packed and installed",
  hundred: 'a hundred environments',
  cliNow: '`npx cdktf synth`, four environments',
  cliTemplate: "`npx cdktf synth`, the template's own set-up",
  cliPlain: '`npx cdktf synth`, plain template',
};

/** Tables by the names that README.md asks for them by. */
export function tablesOf({ figures, run }: Result): Readonly<Record<string, Table>> {
  const median = (name: Name) => figures[name]?.seconds.median ?? NaN;
  const by = (name: Name, other: Name) => median(name) / median(other);
  const further = (from: Name, to: Name, n: number) => (median(to) - median(from)) / n / median('empty');
  const memory = (from: Name, to: Name, n: number) =>
    ((figures[to]?.megabytes ?? NaN) - (figures[from]?.megabytes ?? NaN)) / n;
  const told = (value: number, digits = 2) => (Number.isNaN(value) ? 'not measured' : value.toFixed(digits));
  const goal = (what: string, most: number, found: number) => [
    what,
    `at most ${most}`,
    told(found),
    found <= most ? 'met' : found > most ? 'missed' : '',
  ];
  return {
    goals: [
      ['processor time', 'goal', 'measured', ''],
      [
        goal('four environments by an empty stack', 2.5, by('now', 'empty')),
        goal('one environment by an empty stack', 1.5, by('one', 'empty')),
        goal("`npx cdktf synth` by the template's own set-up", 0.5, by('cliNow', 'cliTemplate')),
        goal('`npx cdktf synth` by a plain template', 1, by('cliNow', 'cliPlain')),
      ],
    ],
    run: [
      ['Node', 'cores', 'load before → after'],
      [[run.node, String(run.cores), `${run.load.before} → ${run.load.after}`]],
    ],
    figures: [
      ['what', 'rounds', 'processor time, s', 'by an empty stack', 'memory at most, MB'],
      (Object.keys(figures) as Name[]).map((name) => {
        const { seconds, megabytes } = figures[name]!;
        const { median: middle, q1, q3, n } = seconds;
        return [
          CONTENDERS[name],
          String(n),
          `${middle.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`,
          by(name, 'empty').toFixed(2),
          String(megabytes),
        ];
      }),
    ],
    further: [
      ['each further environment', 'from 1 to 10', 'from 10 to 100'],
      [
        [
          'processor time by an empty stack',
          told(further('one', 'ten', 9)),
          told(further('ten', 'hundred', 90)),
        ],
        ['memory, MB', told(memory('one', 'ten', 9), 1), told(memory('ten', 'hundred', 90), 1)],
      ],
    ],
  };
}
