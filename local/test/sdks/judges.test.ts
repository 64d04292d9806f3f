import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..', '..');

/** Rows `| `package`, … | version, … | what it drives |` of the page's last part. */
function rowsOfPage(): [name: string, version: string][] {
  const page = readFileSync(join(PROJECT, 'docs/local-azure.md'), 'utf8');
  const [, part = ''] = page.split('\n## Judged by\n');
  return [...part.matchAll(/^\| (`@azure\/[^|]+) \| ([\d., ]+) \|/gm)].flatMap(([, names, versions]) => {
    const each = versions!.split(', ');
    return names!
      .split(', ')
      .map((name, at): [string, string] => [name.replaceAll('`', ''), each[at]!.trim()]);
  });
}

test('docs/local-azure.md names each SDK that judges, in the version that does', () => {
  const lockfile = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const rows = rowsOfPage();
  expect(rows).toEqual(rows.map(([name]) => [name, lockfile.packages[`node_modules/${name}`]?.version]));

  const tests = readdirSync(__dirname).filter(
    (name) => name.endsWith('.test.ts') && name !== 'judges.test.ts',
  );
  const judging = tests.flatMap((name) => [
    ...readFileSync(join(__dirname, name), 'utf8').matchAll(
      /(?:describe|test)(?:\.each\([^]+?\))?\(\s*'(@azure\/[\w-]+)/g,
    ),
  ]);
  expect([...new Set(judging.map(([, name]) => name))].sort()).toEqual(rows.map(([name]) => name).sort());
});
