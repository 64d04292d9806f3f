import { join } from 'node:path';
import { PROJECT } from '../../testing/local/deployment';

const Times = require('../../scripts/jest-times.cjs') as new () => {
  onRunComplete(contexts: unknown, results: object): void;
};

function printed(testResults: object[]): string {
  let text = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => Boolean((text += chunk)));
  try {
    new Times().onRunComplete(undefined, { testResults, startTime: Date.now() });
  } finally {
    write.mockRestore();
  }
  return text;
}

/** The result of a file that took so many seconds, and half of them of processor time. */
const took = (name: string, seconds: number, displayName?: object) => ({
  testFilePath: join(PROJECT, `${name}.test.ts`),
  displayName,
  perfStats: { start: 0, end: seconds * 1000 },
  processorTime: seconds / 2,
});

test('the fifteen files that took longest are told, and the sum of all', () => {
  const files = Array.from({ length: 20 }, (_, at) => took(`test/${at}`, at));
  const lines = printed([...files, took('test/again', 30, { name: 'cdktn' })])
    .trim()
    .split('\n');
  expect(lines[1]).toBe('    30.0    15.0  test/again.test.ts, cdktn');
  expect(lines[2]).toBe('    19.0     9.5  test/19.test.ts');
  expect(lines.slice(1, -1)).toHaveLength(15);
  expect(lines.at(-1)).toMatch(/^21 files: 220 s, 110 s of processor time; the run took \d+ s$/);
});

test('a run of one file has none', () => {
  expect(printed([took('test/one', 1)])).toBe('');
});
