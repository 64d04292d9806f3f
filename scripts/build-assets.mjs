// Writes the files that a deployment uploads or runs, which are made from sources: the relay's zip, the program
// that publishes it, what puts other templates into it, and the command that verifies the link. Runs before each
// synthesis, and builds only those whose sources have changed.
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ofAsset, PROGRAMS, RELAY_ZIP, staleAssets, stampOfAsset } from './assets.cjs';
import { PROGRAM, recordPackages } from './bundling.mjs';
import { below, stamp } from './stamp.cjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
/** What makes them, and the packages as they are installed. */
const MAKERS = [
  'scripts/assets.cjs',
  'scripts/build-assets.mjs',
  'scripts/bundling.mjs',
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
].filter((path) => existsSync(join(project, path)));
/** What of the zip is in no bundle: its makers, and the templates. */
const ZIP_SOURCES = [
  'relay/build.mjs',
  'relay/package.mjs',
  ...below(project, 'relay/templates'),
  ...readdirSync(join(project, 'relay'))
    .filter((name) => name.endsWith('.cjs'))
    .map((name) => `relay/${name}`),
];

await Promise.all(staleAssets(project).map(build));

async function build(target) {
  const since = Date.now();
  const path = join(project, target);
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  const { metafile } = target === RELAY_ZIP ? await zip(fresh) : await bundle(PROGRAMS[target], fresh);
  // Another process may be reading the file that is replaced: it sees the whole old one or the whole new one.
  renameSync(fresh, path);
  recordPackages(project, target.replace(/^dist\//, ''), metafile);
  const inputs = Object.keys(metafile.inputs).filter((input) => existsSync(join(project, input)));
  const own = inputs.filter((input) => !input.startsWith('node_modules/'));
  stamp(project, stampOfAsset(project, target), {
    of: ofAsset(target),
    paths: [...MAKERS, ...own, ...(target === RELAY_ZIP ? ZIP_SOURCES : [])],
    since,
  });
}

async function zip(path) {
  const { buildRelay } = await import('../relay/build.mjs');
  return buildRelay(path);
}

async function bundle(source, outfile) {
  const esbuild = await import('esbuild');
  return esbuild.build({ absWorkingDir: project, entryPoints: [source], outfile, ...PROGRAM });
}
