// Writes the files that a deployment uploads or runs, which are made from sources: the relay's zip and the program
// that publishes it. Quick enough to run before each synthesis.
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildRelay, RELAY_ZIP } from '../relay/build.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');

await Promise.all([
  replace(RELAY_ZIP, buildRelay),
  replace(join(project, 'dist/publishing/publish-function-app.cjs'), (target) =>
    build({
      absWorkingDir: project,
      entryPoints: ['constructs/publishing/publish-function-app.ts'],
      outfile: target,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      legalComments: 'none',
      logLevel: 'silent',
    }),
  ),
]);

/** Another process may be reading the file that is replaced: it sees the whole old one or the whole new one. */
async function replace(target, write) {
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  await write(fresh);
  renameSync(fresh, target);
}
