import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalRunner } from './contract';

/** Where `npm run build` puts local Azure, with all that it is made of. */
const BUNDLE = join('dist', 'local', 'kit.cjs');

/**
 * Local Azure and the stand-in providers, as the package carries them: what they are made of is no dependency of it.
 * @throws Error when they are not built
 */
export function localRunner(): LocalRunner {
  const path = join(packageRoot(), BUNDLE);
  if (existsSync(path)) return require(path) as LocalRunner;
  throw new Error(
    `local Azure is not there: no ${path}\n` +
      "run 'npm run build' in the folder of cdktf-acs-push, or leave it out of bundles (external) and install it",
  );
}

/** The nearest folder with a package.json: the sources' and the package's own. */
function packageRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || folder === dirname(folder)) return folder;
  }
}
