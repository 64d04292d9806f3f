import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, packed } from './packed';

const PROJECT = join(__dirname, '..', '..');

/**
 * Installs the packed package into a folder as anybody does, without a network: what it depends on, and what goes with
 * it, is linked from this checkout.
 * @param companions names of packages that a project has beside it
 */
export function installInto(folder: string, companions: readonly string[]): void {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const linked = [...companions, ...Object.keys(dependencies)].map((name) => [
    name,
    `file:${join(PROJECT, 'node_modules', name)}`,
  ]);
  const manifest = { name: 'project', private: true, dependencies: Object.fromEntries(linked) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  // npm would build what is linked anew, as one does with a checkout.
  npm(folder, 'install', '--offline', '--no-package-lock', '--ignore-scripts', packed().tarball);
}
