// Bundles what `cdktf-acs-push/testing` deploys with: local Azure, the stand-in providers and the host of Function Apps.
// What they read from disk is copied beside them, and lies to them as it does in the sources.
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PROGRAM, recordPackages } from './bundling.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(project, 'local');
const target = join(project, 'dist', 'local');
/** By what they are bundled from; the host is a program of its own. */
const BUNDLES = { 'kit.cjs': 'testing/local/kit.ts', 'functions/host.cjs': 'local/functions/host.ts' };
/** What local Azure and the providers read: schemas, and the protocol between Terraform and a provider. */
const DATA = new Set(['.json', '.proto']);

for (const path of ['functions', 'terraform', 'kit.cjs']) {
  rmSync(join(target, path), { recursive: true, force: true });
}
await Promise.all(Object.entries(BUNDLES).map(([outfile, source]) => bundle(source, outfile)));
cpSync(join(sources, 'terraform'), join(target, 'terraform'), {
  recursive: true,
  filter: (path) => extname(path) === '' || DATA.has(extname(path)),
});

/**
 * @param {string} source
 * @param {string} outfile
 */
async function bundle(source, outfile) {
  const depth = outfile.split('/').slice(1).fill('..').join('/');
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [join(project, source)],
    outfile: join(target, outfile),
    ...PROGRAM,
    // Found at run time: a peer of the package, and what only the sources are run with.
    external: ['azurite', 'azurite/*', 'tsx', 'cdktf-cli', 'cdktf-cli/*'],
    plugins: [foldersOfSources(depth)],
  });
  recordPackages(project, `local/${outfile}`, metafile);
}

/**
 * A file of this project finds what lies beside it, wherever the bundle is.
 *
 * @param {string} depth from the bundle's folder to dist/local
 * @returns {import('esbuild').Plugin}
 */
function foldersOfSources(depth) {
  return {
    name: 'folders-of-sources',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(sources + sep)) return undefined;
        const text = readFileSync(path, 'utf8');
        const folder = [depth, ...relative(sources, dirname(path)).split(sep)].join('/');
        const own = `require('node:path').join(__dirname, ${JSON.stringify(folder)})`;
        return { contents: text.replaceAll(/\b__dirname\b/g, `(${own})`), loader: 'ts' };
      });
    },
  };
}
