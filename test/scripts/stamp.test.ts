import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { isCurrent, stamp } = require('../../scripts/stamp.cjs') as {
  isCurrent(folder: string, file: string, of: string): boolean;
  stamp(folder: string, file: string, made: { of: string; paths: string[]; since: number }): void;
};

let folder: string;
let file: string;
const current = (of = 'app by Node 20') => isCurrent(folder, file, of);
const LONG_AGO = new Date('2026-01-01');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'));
  file = join(folder, 'made/stamp.json');
  mkdirSync(join(folder, 'sources'));
  for (const name of ['a.ts', 'package-lock.json']) {
    writeFileSync(join(folder, 'sources', name), name);
    utimesSync(join(folder, 'sources', name), LONG_AGO, LONG_AGO);
  }
  utimesSync(join(folder, 'sources'), LONG_AGO, LONG_AGO);
  const paths = ['sources', 'sources/a.ts', 'sources/package-lock.json'];
  stamp(folder, file, { of: 'app by Node 20', paths, since: Date.now() });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('holds while nothing changes, and when a file was only touched', () => {
  expect(current()).toBe(true);
  utimesSync(join(folder, 'sources/a.ts'), new Date(), new Date());
  expect(current()).toBe(true);
});

test.each([
  ['a source', () => appendFileSync(join(folder, 'sources/a.ts'), ' ')],
  ['as many bytes of a source', () => writeFileSync(join(folder, 'sources/a.ts'), 'b.ts')],
  ['the lock file', () => appendFileSync(join(folder, 'sources/package-lock.json'), ' ')],
  ['a source that is gone', () => rmSync(join(folder, 'sources/a.ts'))],
  ['a file that was added to a folder', () => writeFileSync(join(folder, 'sources/b.ts'), '')],
])('does not hold after a change of %s', (_, change) => {
  change();
  expect(current()).toBe(false);
});

test('does not hold for another Node', () => expect(current('app by Node 22')).toBe(false));

test('is not written when a source changed after it was read', () => {
  rmSync(file);
  const paths = ['sources/a.ts'];
  stamp(folder, file, { of: 'app by Node 20', paths, since: LONG_AGO.getTime() });
  expect(current()).toBe(false);
});

test('that was not written whole does not hold', () => {
  writeFileSync(file, '{"of":"app by');
  expect(current()).toBe(false);
});
