// Runs when npm has installed the packages. Links the project's own commands among theirs, as npm does it where the project is
// a dependency: `npx acs-push` finds no such command here, takes the project for a package, and builds all of it first.
import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(project, 'node_modules');

// Windows has no links without rights to make them; another project's folder has its own commands.
if (process.platform !== 'win32' && !lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
  const { bin } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const [name, file] of Object.entries(bin)) {
    const link = join(modules, '.bin', name);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(join('..', '..', file), link);
  }
}
