import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../testing/local/deployment';

const Sequencer = require('../../scripts/jest-sequencer.cjs') as {
  LONGEST: readonly string[];
  new (options: object): { sort(tests: readonly { path: string }[]): { path: string }[] };
};

let cacheDirectory: string;

beforeAll(() => (cacheDirectory = mkdtempSync(join(tmpdir(), 'sequencer-'))));
afterAll(() => rmSync(cacheDirectory, { recursive: true }));

test('the files that take longest are there', () => {
  expect(Sequencer.LONGEST.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
});

test('where no earlier run left anything, the files that take longest come first, and then the largest', () => {
  const sizes: Record<string, number> = { 'small.test.ts': 1, 'large.test.ts': 1_000_000 };
  const sizeOf = (path: string) => sizes[path.slice(PROJECT.length + 1)] ?? 10;
  const context = {
    config: { cacheDirectory, id: 'fresh', haste: {} },
    hasteFS: { getSize: sizeOf },
  };
  const names = [...Sequencer.LONGEST.slice(0, 2), 'large.test.ts', 'small.test.ts'];
  const given = [...names].reverse().map((name) => ({ path: join(PROJECT, name), context }));
  const sequencer = new Sequencer({ contexts: [context], globalConfig: {} });
  expect(sequencer.sort(given).map(({ path }) => path.slice(PROJECT.length + 1))).toEqual(names);
});
