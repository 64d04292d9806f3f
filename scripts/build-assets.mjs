// Writes the files that a deployment uploads or runs, which are made from sources: the relay's zip, the program
// that publishes it, what puts other templates into it, and the command that verifies the link. Quick enough to run
// before each synthesis.
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildRelay, RELAY_ZIP } from '../relay/build.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');

await Promise.all([
  replace(RELAY_ZIP, buildRelay),
  program('constructs/publishing/publish-function-app.ts', 'dist/publishing/publish-function-app.cjs'),
  program('cli/acs-push.ts', 'dist/cli/acs-push.cjs'),
  program('relay/with-templates.mjs', 'dist/relay/with-templates.cjs'),
]);

/** Bundles a program into one file that runs wherever Node does. */
function program(source, target) {
  return replace(join(project, target), (outfile) =>
    build({
      absWorkingDir: project,
      entryPoints: [source],
      outfile,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      // A module of Azure's storage SDK asks for its own address, which a bundle of this format does not have.
      define: { 'import.meta.url': 'bundleUrl' },
      banner: { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
      legalComments: 'none',
      logLevel: 'silent',
    }),
  );
}

/** Another process may be reading the file that is replaced: it sees the whole old one or the whole new one. */
async function replace(target, write) {
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  await write(fresh);
  renameSync(fresh, target);
}
