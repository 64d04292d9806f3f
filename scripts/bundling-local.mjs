// How programs are bundled that have local Azure in them: its own package, and the kit of cdktf-acs-push/testing. What
// local Azure reads from disk is copied beside them, and lies to them as it does in the sources.
import { cpSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { PROGRAM } from './bundling.mjs';

/** What local Azure and the providers read: schemas, and the protocol between Terraform and a provider. */
const EXTENSIONS = new Set(['.json', '.proto']);
export const LOCAL_DATA = {
  copy: (/** @type {string} */ project, /** @type {string} */ target) =>
    cpSync(join(project, 'local/terraform'), join(target, 'terraform'), {
      recursive: true,
      filter: (path) => extname(path) === '' || EXTENSIONS.has(extname(path)),
    }),
};

/**
 * @param {object} options
 * @param {string} options.project its folder
 * @param {string} options.target the folder that stands for local/
 * @param {string} options.source in the project
 * @param {string} options.outfile in the target
 * @param {Readonly<Record<string, string>>} [options.siblings] what is a bundle of its own, by how a source names it
 */
export async function bundleLocal({ project, target, source, outfile, siblings = {} }) {
  const depth = outfile.split('/').slice(1).fill('..').join('/');
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [join(project, source)],
    outfile: join(target, outfile),
    ...PROGRAM,
    // Found at run time: what is installed beside the package, and what only the sources are run with.
    external: ['azurite', 'azurite/*', 'tsx', 'cdktf-cli', 'cdktf-cli/*'],
    plugins: [foldersOfSources(join(project, 'local'), depth), bundlesBeside(siblings)],
  });
  return { name: outfile, metafile };
}

/**
 * A file of local/ finds what lies beside it, wherever the bundle is.
 *
 * @param {string} sources
 * @param {string} depth from the bundle's folder to the target
 * @returns {import('esbuild').Plugin}
 */
function foldersOfSources(sources, depth) {
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

/**
 * @param {Readonly<Record<string, string>>} siblings
 * @returns {import('esbuild').Plugin}
 */
function bundlesBeside(siblings) {
  return {
    name: 'bundles-beside',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path }) =>
        Object.hasOwn(siblings, path) ? { path: siblings[path], external: true } : undefined,
      );
    },
  };
}
