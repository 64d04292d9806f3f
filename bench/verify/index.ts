import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { POLLING } from '../../link/schedule';
import { MINUTE, mostReadsInAWindow, runScene, tellableAt, type Scene } from '../../test/link/support/runs';

const USAGE = `npm run bench verify -- [--seeds 20] [--json] [--write]

  --seeds   runs of each row; each has its own time of day, start of the verification, lags and calls
  --json    print JSON in place of the table
  --write   put the table into README.md, and write last-run.json beside it
`;

const FIGURES = /(<!-- figures -->\n)[\s\S]*?(<!-- end of figures -->)/;
const WINDOWS = [0, 1, 5, 10];

type Kind = { readonly what: string; readonly windows: readonly number[] } & Omit<Scene, 'seed' | 'window'>;

const KINDS: readonly Kind[] = [
  { what: 'first link, nobody calls', windows: [0], situation: 'first link', level: 'settled' },
  { what: 'new hub, nobody calls', windows: WINDOWS, situation: 'new hub', level: 'settled' },
  { what: 'other key, nobody calls', windows: WINDOWS, situation: 'same hub', level: 'settled' },
  { what: 'new hub, people call', windows: WINDOWS, situation: 'new hub', level: 'live', calls: 'often' },
  { what: 'other key, people call', windows: WINDOWS, situation: 'same hub', level: 'live', calls: 'often' },
  {
    what: 'linked once more meanwhile',
    windows: WINDOWS,
    situation: 'same hub',
    level: 'settled',
    recorded: false,
  },
];

interface Row {
  readonly what: string;
  /** Minutes until the link is in force. */
  readonly window: number;
  /** Seconds from when Azure shows what the verdict needs. */
  readonly lateness: { readonly median: number; readonly most: number };
  /** Requests to ARM within any ten minutes. */
  readonly armReads: { readonly mean: number; readonly most: number };
  /** Requests to the hub, over the whole wait. */
  readonly hubRequests: number;
  readonly verdicts: readonly string[];
}

async function row({ what, windows: _, ...scene }: Kind, window: number, seeds: number): Promise<Row> {
  const lateness: number[] = [];
  const reads: number[] = [];
  const verdicts = new Set<string>();
  let hubRequests = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const again = what.startsWith('linked once more') ? { replacedAfter: (2 + (seed % 5)) * MINUTE } : {};
    const run = await runScene({ ...scene, ...again, seed, window: window * MINUTE });
    lateness.push((run.answeredAt - (tellableAt(run) ?? Number.NaN)) / 1000);
    reads.push(mostReadsInAWindow(run));
    hubRequests = Math.max(hubRequests, run.azure.hubRequests);
    verdicts.add(run.report.verdict);
  }
  lateness.sort((a, b) => a - b);
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    what,
    window,
    lateness: { median: tenth(lateness[lateness.length >> 1]!), most: tenth(lateness.at(-1)!) },
    armReads: { mean: tenth(reads.reduce((sum, n) => sum + n, 0) / seeds), most: Math.max(...reads) },
    hubRequests,
    verdicts: [...verdicts].sort(),
  };
}

/** @param before of the schedule that the goals were set against, by row */
function table(rows: readonly Row[], before: readonly Row[]): string {
  const lines = rows.map((one, i) => {
    const old = before[i]?.armReads;
    return [
      one.what,
      `${one.window} min`,
      one.verdicts.join(', '),
      `${one.lateness.median} / ${one.lateness.most}`,
      `${one.armReads.mean} / ${one.armReads.most}`,
      old ? `${old.mean} / ${old.most}` : '',
      String(one.hubRequests),
    ].join(' | ');
  });
  return [
    '| the link | in force after | verdict | late by, s: median / most | ARM reads in 10 min: mean / most | … before | requests to the hub |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const seeds = Number(values.seeds);
  if (values.help || !Number.isInteger(seeds) || seeds < 1) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const rows: Row[] = [];
  for (const kind of KINDS) for (const window of kind.windows) rows.push(await row(kind, window, seeds));
  const { rows: before } = JSON.parse(readFileSync(join(__dirname, 'before.json'), 'utf8')) as {
    rows: Row[];
  };
  const result = { seeds, intervalSeconds: POLLING.longest / 1000, rows };
  process.stdout.write(
    values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${table(rows, before)}\n`,
  );
  if (!values.write) return;
  const readme = join(__dirname, 'README.md');
  const old = readFileSync(readme, 'utf8');
  writeFileSync(
    readme,
    old.replace(FIGURES, (_, start: string, end: string) => `${start}\n${table(rows, before)}\n\n${end}`),
  );
  writeFileSync(join(__dirname, 'last-run.json'), `${JSON.stringify(result, undefined, 2)}\n`);
}

void main();
