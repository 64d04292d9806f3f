import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CellResult } from '../../judges/matrix/cell';
import { cellsOf, FAULTS, keyOf, placesOf, type Place } from '../../judges/matrix/cells';
import { reliabilityPage } from '../../judges/matrix/reliability';
import { Results, type RunHeader } from '../../judges/matrix/results';

const HOST = 'management.azure.com';
const place = (path: string, nth = 1): Place => ({ method: 'PUT', host: HOST, path, nth });
const header: RunHeader = {
  stack: 'small',
  seed: 7,
  providers: 'stand-in',
  places: 'all',
  day: '2026-01-31',
  versions: ['Terraform v1.11.4'],
  cells: 40,
};
const result = (changes: Partial<CellResult>): CellResult => ({
  phase: 'deploy',
  fault: 'killed',
  ...place('/a'),
  way: 'rerun',
  problems: [],
  surplus: [],
  seconds: 1,
  ...changes,
});

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'results-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('requests are counted by route, whatever chance is in their path; those of local Azure itself are none', () => {
  const seen = (path: string, from: 'outside' | 'inside' = 'outside') =>
    ({ number: 1, method: 'PUT', host: HOST, path, from, faults: [] }) as const;
  const role = '/roleAssignments/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0';
  expect(placesOf([seen(`${role}1`), seen('/hook', 'inside'), seen(`${role}2`), seen('/b')])).toEqual([
    place('/roleassignments/*'),
    place('/roleassignments/*', 2),
    place('/b'),
  ]);
});

test('the same seed gives the same order, another another, and each cell is there once', () => {
  const places = { deploy: ['/a', '/b', '/c'].map((path) => place(path)), destroy: [place('/a')] };
  const order = (seed: number) => cellsOf(places, FAULTS, seed).map(keyOf);
  expect(order(1)).toEqual(order(1));
  expect(order(2)).not.toEqual(order(1));
  expect(new Set(order(1)).size).toBe(4 * FAULTS.length);
  expect([...order(2)].sort()).toEqual([...order(1)].sort());
});

test('results are kept over a stop, and not mixed with those of another matrix', () => {
  Results.open(folder, header).add(result({}));
  const again = Results.open(folder, { ...header, day: '2026-02-01' });
  expect([...again.known]).toEqual([keyOf(result({}))]);
  expect(() => Results.open(folder, { ...header, seed: 8 })).toThrow('is of a matrix with seed 7, got 8');
});

test('the page counts how cells ended, and tells what did not end well and whose behaviour it is', () => {
  const results = Results.open(folder, header);
  results.add(result({}));
  results.add(result({ ...place('/b'), way: 'by itself', surplus: ['1 × some/delete /a'] }));
  results.add(result({ ...place('/c'), way: 'stuck', problems: ['recover: exit code 1', 'left over: /c'] }));
  const page = reliabilityPage(Results.readAll(folder));
  const row = (text: string) => text.replace(/\s+/g, ' ');
  expect(row(page)).toContain(
    '| SIGKILL of who deploys, the request done | deploy | 3 | 1 | 1 | 0 | 0 | 1 | 0 |',
  );
  expect(page).toContain('3 of 40 cells (every request), chosen by seed 7; 2026-01-31, Terraform v1.11.4');
  expect(page).toContain('whose behaviour this is, not that of the real ones');
  expect(row(page)).toContain('| 1 | stuck | deploy | killed | left over: /c |');
  expect(page).toContain('1 cells deleted something');
});
