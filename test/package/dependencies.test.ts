import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Rows `| \`package\` | major | what for | why |`. */
const ROW = /^\| `([^`]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm;

it('docs/dependencies.md has every package that the two package.json name, with its major and the reason for it', () => {
  const manifests = ['package.json', 'local/package.json'].map(
    (path) => JSON.parse(readFileSync(join(PROJECT, path), 'utf8')) as Manifest,
  );
  const ranges = manifests.flatMap(({ peerDependencies, dependencies, devDependencies }) => [
    peerDependencies,
    dependencies,
    devDependencies,
  ]);
  const wanted = Object.entries(Object.assign({}, ...ranges) as Record<string, string>).map(
    ([name, range]) => [name, /\d+/.exec(range)![0]] as const,
  );
  const page = readFileSync(join(PROJECT, 'docs/dependencies.md'), 'utf8');
  const told = [...page.matchAll(ROW)].map(([, name, major]) => [name, major]);
  expect(told).toEqual([...wanted].sort(([one], [other]) => (one < other ? -1 : 1)));
});
