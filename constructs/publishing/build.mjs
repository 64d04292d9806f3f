import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Bundles the publishing script into one file that runs wherever Node does. */
export async function buildPublishingScript(target = join(root, 'dist/publishing/publish-function-app.cjs')) {
  await build({
    absWorkingDir: root,
    entryPoints: ['constructs/publishing/publish-function-app.ts'],
    outfile: target,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'silent',
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildPublishingScript();
}
