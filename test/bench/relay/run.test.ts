import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Result } from '../../../bench/relay/result';

const PROJECT = join(__dirname, '../../..');

function bench(...options: string[]): Result {
  const program = join(PROJECT, 'bench/relay/index.ts');
  const args = ['--import', 'tsx', program, '--json', ...options];
  return JSON.parse(
    execFileSync(process.execPath, args, {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as Result;
}

test('redeliveries are looked up in the table, whatever the process remembers', () => {
  const { redelivery } = bench('--only', 'redelivery', '--rounds', '1', '--events', '100');
  expect(redelivery!.map(({ share }) => share)).toEqual([0, 0.01, 0.1, 1]);
  const again = redelivery!.find(({ share }) => share === 1)!;
  expect(again.changes.median + again.reads.median).toBeGreaterThanOrEqual(1);
  // No event is given up on, and a fresh one is put down and finished.
  expect(redelivery![0]!.changes.median).toBeGreaterThanOrEqual(1);
});

test('a first push is made by the deployed package in the local host', () => {
  const { coldStart } = bench('--only', 'cold-start', '--runs', '1');
  const { ms, hostMs, loadingMs, firstEventMs } = coldStart!;
  for (const part of [hostMs, loadingMs, firstEventMs]) expect(part.median).toBeGreaterThan(0);
  const sum = hostMs.median + loadingMs.median + firstEventMs.median;
  expect(sum / ms.median).toBeCloseTo(1, 2);
});
