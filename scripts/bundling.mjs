// What all bundles of the package share: how programs are bundled, and a list of what went into each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED, listOf } from './assets.cjs';

export { BUNDLED, listOf };

/** One file that runs wherever Node does; dist/THIRD-PARTY-NOTICES.txt has the notices. @type {import('esbuild').BuildOptions} */
export const PROGRAM = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Modules of Azure's SDKs ask for their own address, which a bundle of this format does not have.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
};

/** The folder of the package that a file of a bundle is of; undefined for what is of this project. */
const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The folders of the packages that went into a bundle.
 *
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]}
 */
export function packagesOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return [...new Set(inputs.flatMap(([path]) => PACKAGE.exec(path)?.[1] ?? []))].sort();
}

/**
 * @param {string} project its folder
 * @param {string} name of the file that was bundled, in dist
 * @param {import('esbuild').Metafile} metafile
 */
export function recordPackages(project, name, metafile) {
  mkdirSync(join(project, BUNDLED), { recursive: true });
  writeFileSync(join(project, listOf(name)), JSON.stringify({ name, packages: packagesOf(metafile) }));
}
