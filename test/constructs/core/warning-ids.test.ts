import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** Of every `warn(scope, 'id', …)` and `warnLast` in the sources. */
function idsInSources(): string[] {
  const files = readdirSync(join(ROOT, 'constructs'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, 'constructs', file), 'utf8').matchAll(
        /\bwarn(?:Last)?\(\s*\w+,\s*'([^']+)'/g,
      ),
    ])
    .map(([, id]) => id!);
}

test('every warning is in docs/mistakes.md by its id, and nothing else is', () => {
  const page = readFileSync(join(ROOT, 'docs/mistakes.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id!);
  const ids = [...new Set(idsInSources())].sort();
  expect(ids.length).toBeGreaterThan(0);
  expect(documented.sort()).toEqual(ids);
});
