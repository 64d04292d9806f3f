import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tables, type Result as Scale } from '../../bench/scale/report';
import type { Result as Synth } from '../../bench/synth/result';
import { tablesOf } from '../../bench/synth/tables';
import type { Row } from '../../bench/verify/rows';
import { tableOf } from '../../bench/verify/table';
import { withTables, type Table } from '../../scripts/markdown';

const BENCH = join(__dirname, '../../bench');

function kept<T>(file: string): T {
  return JSON.parse(readFileSync(join(BENCH, file), 'utf8')) as T;
}

const rowsOf = (file: string) => kept<{ rows: Row[] }>(file).rows;

test.each<[bench: string, made: () => Readonly<Record<string, Table | string>>]>([
  ['scale', () => ({ figures: tables(kept<{ results: Scale[] }>('scale/results.json').results) })],
  ['synth', () => tablesOf(kept<Synth>('synth/last-run.json'))],
  ['verify', () => ({ figures: tableOf(rowsOf('verify/last-run.json'), rowsOf('verify/before.json')) })],
])('the tables of bench/%s are those of its last run', (bench, made) => {
  const page = readFileSync(join(BENCH, bench, 'README.md'), 'utf8');
  const all = made();
  expect(withTables(page, all)).toBe(page);
  for (const name of Object.keys(all)) expect(page).toContain(`<!-- table ${name} -->`);
});
