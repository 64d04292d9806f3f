import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spread, type Spread } from '../relay/statistics';
import { contendersIn, type Name } from './contenders';
import { peakMemory, processorTime } from './cost';
import { tablesOf } from './tables';

const LAST_RUN = join(__dirname, 'last-run.json');
const README = join(__dirname, 'README.md');

const USAGE = `usage: npm run bench synth -- [options]

  --rounds n      rounds that are counted (default 3); before them each contender runs once
  --cli n         rounds of npx cdktf synth and of a hundred environments (default 1); 0 leaves out what takes minutes
  --write         keep the figures and write the tables of README.md anew
  --tables        write the tables anew from the figures that are kept
`;

/** What a run kept. */
export interface Result {
  readonly run: {
    readonly node: string;
    readonly cores: number;
    readonly load: { before: number; after: number };
  };
  /** Processor time in seconds, and the most memory in megabytes. */
  readonly figures: Readonly<Partial<Record<Name, { readonly seconds: Spread; readonly megabytes: number }>>>;
}

function measure(rounds: number, ofCli: number): Result {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const before = load();
  try {
    const contenders = contendersIn(folder, ofCli > 0);
    const names = (Object.keys(contenders) as Name[]).filter((name) => !contenders[name].cli || ofCli > 0);
    const found = new Map<Name, number[]>(names.map((name) => [name, []]));
    // Takes turns, so that what else the machine does falls upon all; the first round makes what is kept.
    for (let round = 0; round <= rounds; round++) {
      for (const name of names.filter((name) => round <= (contenders[name].cli ? ofCli : rounds))) {
        const seconds = processorTime(contenders[name]);
        if (round > 0) found.get(name)!.push(seconds);
      }
      process.stderr.write(`round ${round} of ${rounds}\n`);
    }
    const figures = names.map((name) => {
      const megabytes = Math.round(peakMemory(contenders[name]));
      return [name, { seconds: spread(found.get(name)!), megabytes }];
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
      cli: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
      tables: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !(Number(values.rounds) > 0) || !(Number(values.cli) >= 0)) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const result = values.tables
    ? (JSON.parse(readFileSync(LAST_RUN, 'utf8')) as Result)
    : measure(Number(values.rounds), Number(values.cli));
  const tables = tablesOf(result);
  process.stdout.write(`${Object.values(tables).join('\n\n')}\n`);
  if (values.write) writeFileSync(LAST_RUN, `${JSON.stringify(result, undefined, 2)}\n`);
  if (values.write || values.tables) {
    const text = readFileSync(README, 'utf8').replace(
      /(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
      (_, begin: string, name: string, end: string) => `${begin}\n${tables[name] ?? ''}\n\n${end}`,
    );
    writeFileSync(README, text);
  }
}

main();
