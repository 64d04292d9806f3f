import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const PROJECT = join(__dirname, '..', '..', '..');
const SKIPPED = new Set([
  'node_modules',
  'dist',
  '.git',
  'cdktf.out',
  'local/dist',
  'local/docs',
  'local/test',
]);
/** In this checkout they stand for those of a registry. */
const LINKED = ['azurite', 'typescript', '@types/node'];

export interface Packed {
  readonly tarball: string;
  /** What is in it, relative to the package's root. */
  readonly files: readonly string[];
}

/** The package as `npm pack -w local` makes it of a copy of the sources, so that nothing built earlier gets into it. */
export function pack(folder: string): Packed {
  const checkout = join(folder, 'checkout');
  cpSync(PROJECT, checkout, {
    recursive: true,
    filter: (source) => !SKIPPED.has(relative(PROJECT, source)),
  });
  symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
  const said = npm(checkout, 'pack', '--workspace', 'local', '--json', '--pack-destination', folder);
  const [{ filename, files }] = JSON.parse(said) as [{ filename: string; files: { path: string }[] }];
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

/** Installs it as anybody does, without a network: what it needs is linked from this checkout. */
export function install({ tarball }: Packed, folder: string): void {
  const linked = LINKED.map((name) => [name, `file:${join(PROJECT, 'node_modules', name)}`]);
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'project', private: true, dependencies: Object.fromEntries(linked) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  // npm would build what is linked anew, as one does with a checkout.
  npm(folder, 'install', '--offline', '--no-package-lock', '--ignore-scripts', tarball);
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
