import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { POLLING } from '../../link/schedule';
import { markdown, withTables } from '../../scripts/markdown';
import { KINDS, rowOf, type Row } from './rows';
import { tableOf } from './table';

const USAGE = `npm run bench verify -- [--seeds 20] [--json] [--write]

  --seeds   runs of each row; each has its own time of day, start of the verification, lags and calls
  --json    print JSON in place of the table
  --write   put the table into README.md, and write last-run.json beside it
`;

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
  for (const kind of KINDS) for (const window of kind.windows) rows.push(await rowOf(kind, window, seeds));
  const { rows: before } = JSON.parse(readFileSync(join(__dirname, 'before.json'), 'utf8')) as {
    rows: Row[];
  };
  const result = { seeds, intervalSeconds: POLLING.longest / 1000, rows };
  const figures = tableOf(rows, before);
  process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${markdown(figures)}\n`);
  if (!values.write) return;
  const readme = join(__dirname, 'README.md');
  writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), { figures }));
  writeFileSync(join(__dirname, 'last-run.json'), `${JSON.stringify(result, undefined, 2)}\n`);
}

void main();
