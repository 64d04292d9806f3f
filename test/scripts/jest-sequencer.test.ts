import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../testing/local/deployment';

const Sequencer = require('../../scripts/jest-sequencer.cjs') as {
  LONGEST: readonly string[];
  new (options: object): {
    cacheResults(tests: readonly object[], results: object): void;
    sort(tests: readonly { path: string }[]): { path: string }[];
  };
};

let cacheDirectory: string;

beforeAll(() => (cacheDirectory = mkdtempSync(join(tmpdir(), 'sequencer-'))));
afterAll(() => rmSync(cacheDirectory, { recursive: true }));

test('the files that take longest are there', () => {
  expect(Sequencer.LONGEST.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
});

type Numbers = Readonly<Record<string, number>>;

/**
 * The order in which files run, which are given from the last one on.
 *
 * @param took milliseconds, of what an earlier run left
 */
function sorted(names: readonly string[], id: string, sizes: Numbers = {}, took: Numbers = {}) {
  const sizeOf = (path: string) => sizes[path.slice(PROJECT.length + 1)] ?? 10;
  const context = { config: { cacheDirectory, id, haste: {} }, hasteFS: { getSize: sizeOf } };
  const given = [...names].reverse().map((name) => ({ path: join(PROJECT, name), context }));
  const sequencer = new Sequencer({ contexts: [context], globalConfig: {} });
  const testResults = Object.entries(took).map(([name, runtime]) => ({
    testFilePath: join(PROJECT, name),
    perfStats: { runtime },
    numFailingTests: 0,
  }));
  sequencer.cacheResults(given, { testResults });
  return sequencer.sort(given).map(({ path }) => path.slice(PROJECT.length + 1));
}

test('where no earlier run left anything, the files that take longest come first, and then the largest', () => {
  const sizes = { 'small.test.ts': 1, 'large.test.ts': 1_000_000 };
  const names = [...Sequencer.LONGEST.slice(0, 2), 'large.test.ts', 'small.test.ts'];
  expect(sorted(names, 'fresh', sizes)).toEqual(names);
});

test('files that jest knows come by how long they took, whatever the list says', () => {
  const [first, second, third] = Sequencer.LONGEST as [string, string, string];
  const names = [third, 'new.test.ts', 'other.test.ts', second, first];
  const took = { [first]: 1_000, 'other.test.ts': 60_000, [second]: 2_000 };
  expect(sorted(names, 'known', {}, took)).toEqual(names);
});
