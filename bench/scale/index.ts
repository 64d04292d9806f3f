import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withTables } from '../../scripts/markdown';
import { picture, tables, type Result } from './report';
import { CASES } from './settings';
import { simulate, type Outcome } from './simulation';

const USAGE = `npm run bench scale -- [--seconds 10] [--seed 1] [--case 10,000] [--json] [--write]

  --seconds  virtual seconds that events come for
  --seed     of the moments at which they come
  --case     those alone whose name has this in it
  --json     print JSON in place of tables
  --write    put the tables into README.md, and write results.json and scale.svg beside it
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      case: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  if (values.help || !(seconds > 0) || !Number.isInteger(seed)) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const results: Result[] = [];
  for (const { name, settings } of CASES.filter((one) => one.name.includes(values.case))) {
    const outcomes: Outcome[] = [];
    for (const setting of settings) {
      const outcome = await simulate(setting, seconds, seed);
      process.stderr.write(`${name}: ${JSON.stringify(outcome)}\n`);
      outcomes.push(outcome);
    }
    results.push({ name, outcomes });
  }
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : `${tables(results)}\n`);
  if (!values.write) return;
  const readme = join(__dirname, 'README.md');
  writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), { figures: tables(results) }));
  writeFileSync(join(__dirname, 'results.json'), `${JSON.stringify({ seconds, seed, results }, null, 2)}\n`);
  writeFileSync(join(__dirname, 'scale.svg'), picture(results));
}

void main();
