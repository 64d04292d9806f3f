import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Rows `| \`package\` | major | what for | why |`. */
const ROW = /^\| `([^`]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm;

it('docs/dependencies.md has every package that a package.json names, with its major and the reason for it', () => {
  const wanted = new Map(
    ['.', 'local'].flatMap((folder) => {
      const manifest = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8')) as Manifest;
      return Object.entries({
        ...manifest.peerDependencies,
        ...manifest.dependencies,
        ...manifest.devDependencies,
      }).map(([name, range]) => [name, /\d+/.exec(range)![0]] as const);
    }),
  );
  const page = readFileSync(join(PROJECT, 'docs/dependencies.md'), 'utf8');
  const told = [...page.matchAll(ROW)].map(([, name, major]) => [name, major]);
  expect(told).toEqual([...wanted].sort(([one], [other]) => (one < other ? -1 : 1)));
});
