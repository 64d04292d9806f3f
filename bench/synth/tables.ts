import type { Name } from './contenders';
import type { Result } from './index';

const CONTENDERS: Readonly<Record<Name, string>> = {
  empty: 'empty stack, plain Node',
  before: 'four environments, before',
  now: 'four environments',
  unbundledOne: 'one environment, before',
  one: 'one environment',
  ten: 'ten environments',
  hundred: 'a hundred environments',
  assets: '`build-assets.mjs` alone, nothing changed',
  cliNow: '`npx cdktf synth`, four environments',
  cliTemplate: "`npx cdktf synth`, the template's own set-up",
  cliPlain: '`npx cdktf synth`, plain template',
};

/** Markdown tables by the names that README.md asks for them by. */
export function tablesOf({ figures, run }: Result): Record<string, string> {
  const median = (name: Name) => figures[name]?.seconds.median ?? NaN;
  const by = (name: Name, other: Name) => median(name) / median(other);
  const further = (from: Name, to: Name, n: number) => (median(to) - median(from)) / n / median('empty');
  const memory = (from: Name, to: Name, n: number) =>
    ((figures[to]?.megabytes ?? NaN) - (figures[from]?.megabytes ?? NaN)) / n;
  const told = (value: number, digits = 2) => (Number.isNaN(value) ? 'not measured' : value.toFixed(digits));
  const goal = (what: string, most: number, found: number) =>
    `| ${what} | at most ${most} | ${told(found)} | ${found <= most ? 'met' : found > most ? 'missed' : ''} |`;
  return {
    goals: [
      '| processor time | goal | measured | |',
      '| --- | --- | --- | --- |',
      goal('four environments by an empty stack', 2.5, by('now', 'empty')),
      goal('one environment by an empty stack', 1.5, by('one', 'empty')),
      goal("`npx cdktf synth` by the template's own set-up", 0.5, by('cliNow', 'cliTemplate')),
      goal('`npx cdktf synth` by a plain template', 1, by('cliNow', 'cliPlain')),
    ].join('\n'),
    figures: [
      `Node ${run.node}, ${run.cores} cores, load ${run.load.before} before and ${run.load.after} after.`,
      '',
      '| what | processor time, s | by an empty stack | memory at most, MB |',
      '| --- | --- | --- | --- |',
      ...(Object.keys(figures) as Name[]).map((name) => {
        const { seconds: all, megabytes } = figures[name]!;
        const { median: middle, q1, q3 } = all;
        const seconds = `${middle.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`;
        return `| ${CONTENDERS[name]} | ${seconds} | ${by(name, 'empty').toFixed(2)} | ${megabytes} |`;
      }),
    ].join('\n'),
    further: [
      '| each further environment | from 1 to 10 | from 10 to 100 |',
      '| --- | --- | --- |',
      `| processor time by an empty stack | ${told(further('one', 'ten', 9))} | ${told(further('ten', 'hundred', 90))} |`,
      `| memory, MB | ${told(memory('one', 'ten', 9), 1)} | ${told(memory('ten', 'hundred', 90), 1)} |`,
    ].join('\n'),
  };
}
