import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown, withTables } from '../../scripts/markdown';
import { spread } from '../statistics';
import { otherContenders, quickContenders, type Contenders } from './contenders';
import { peakMemory, processorTime } from './cost';
import type { Result } from './result';
import { tablesOf } from './tables';

const LAST_RUN = join(__dirname, 'last-run.json');
const README = join(__dirname, 'README.md');

const USAGE = `usage: npm run bench synth -- [options]

  --rounds n      rounds that are counted (default 3); before them each contender runs once
  --long n        of these, rounds of npx cdktf synth and of a hundred environments (default 1); 0 leaves out both, and
                  the import of the package, which has to be packed first
  --write         keep the figures and write the tables of README.md anew
  --tables        write the tables anew from the figures that are kept
`;

function measure(rounds: number, long: number): Result {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const before = load();
  try {
    const contenders: Contenders = { ...quickContenders(folder), ...(long > 0 && otherContenders(folder)) };
    const all = Object.entries(contenders).map(([name, contender]) => ({
      name,
      contender,
      rounds: contender.long ? Math.min(long, rounds) : rounds,
      seconds: [] as number[],
    }));
    // Takes turns, so that what else the machine does falls upon all; the first round makes what is kept.
    for (let round = 0; round <= rounds; round++) {
      for (const one of all.filter((one) => round <= one.rounds)) {
        const seconds = processorTime(one.contender);
        if (round > 0) one.seconds.push(seconds);
      }
      process.stderr.write(`round ${round} of ${rounds}\n`);
    }
    const figures = all.map(({ name, contender, seconds }) => {
      const megabytes = Math.round(peakMemory(contender));
      return [name, { seconds: spread(seconds), megabytes }];
    });
    return {
      run: { node: process.version, cores: cpus().length, load: { before, after: load() } },
      figures: Object.fromEntries(figures) as Result['figures'],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const load = () => Number(loadavg()[0]!.toFixed(1));

function main(): void {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      long: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
      tables: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !(Number(values.rounds) > 0) || !(Number(values.long) >= 0)) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const result = values.tables
    ? (JSON.parse(readFileSync(LAST_RUN, 'utf8')) as Result)
    : measure(Number(values.rounds), Number(values.long));
  const tables = tablesOf(result);
  process.stdout.write(`${Object.values(tables).map(markdown).join('\n\n')}\n`);
  if (values.write) writeFileSync(LAST_RUN, `${JSON.stringify(result, undefined, 2)}\n`);
  if (values.write || values.tables) writeFileSync(README, withTables(readFileSync(README, 'utf8'), tables));
}

main();
