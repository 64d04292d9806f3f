// Bundles what `cdktf-acs-push/testing` deploys with: local Azure, the stand-in providers and the host of Function Apps.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';
import { recordPackages } from './bundling.mjs';
import { bundleLocal, LOCAL_DATA } from './bundling-local.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(project, 'dist', 'local');
/** By what they are bundled from; the host is a program of its own. */
const BUNDLES = { 'kit.cjs': 'testing/local/kit.ts', 'functions/host.cjs': 'local/functions/host.ts' };

// What tsc wrote of local Azure's types stays.
for (const path of ['functions', 'page', 'terraform', 'kit.cjs']) {
  rmSync(join(target, path), { recursive: true, force: true });
}
await Promise.all(
  Object.entries(BUNDLES).map(async ([outfile, source]) => {
    const { metafile } = await bundleLocal({ project, target, source, outfile });
    recordPackages(project, `local/${outfile}`, metafile);
  }),
);
recordPackages(project, 'local/page/page.js', await buildPage(join(target, 'page')));
LOCAL_DATA.copy(project, target);
