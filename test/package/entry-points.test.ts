import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packed } from './packed';

interface Findings {
  /** What publint says. */
  readonly published: unknown[];
  /** What arethetypeswrong says. */
  readonly problems: unknown[];
  /** By entry point, the ways of TypeScript to resolve modules that find it. */
  readonly resolved: Readonly<Record<string, readonly string[]>>;
}

const { exports } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
const ENTRY_POINTS = Object.keys(exports).filter((name) => !name.endsWith('.json'));
let found: Findings;

beforeAll(() => {
  const program = join(__dirname, 'check-entry-points.mjs');
  found = JSON.parse(
    execFileSync(process.execPath, [program, packed().tarball], { encoding: 'utf8' }),
  ) as Findings;
}, 900_000);

it('publint finds nothing to say of the package', () => {
  expect(found.published).toEqual([]);
});

it('arethetypeswrong finds no types that are wrong', () => {
  expect(found.problems).toEqual([]);
});

it.each(ENTRY_POINTS)('%s is found by every way to resolve modules', (name) => {
  expect(found.resolved[name]).toEqual(['node10', 'node16-cjs', 'node16-esm', 'bundler']);
});
