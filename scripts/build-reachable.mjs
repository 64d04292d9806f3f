// Takes out of dist/ what tsc writes and nobody can reach: programs of files that hold types alone, declarations of what
// is used inside. What is reached is found by whoever knows: esbuild for programs, TypeScript for declarations.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const COMPILED = /\.(js|d\.ts)$/;
/** What the browser runs is served, and nobody's import. */
const SERVED = 'dist/local/page/page.js';

const { exports } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const entries = Object.values(exports).filter((entry) => typeof entry === 'object');
const reached = new Set([
  ...(await programs(entries.map((entry) => entry.default))),
  ...declarations(entries.map((entry) => entry.types)),
]);
for (const path of filesOf('dist')) {
  const compiled = path.replace(/\.map$/, '');
  if (path !== SERVED && COMPILED.test(compiled) && !reached.has(compiled)) rmSync(join(project, path));
}
removeEmpty(join(project, 'dist'));

/** @param {string[]} entryPoints */
async function programs(entryPoints) {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints,
    outdir: 'nowhere',
    write: false,
    bundle: true,
    packages: 'external',
    platform: 'node',
    metafile: true,
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}

/** @param {string[]} entryPoints */
function declarations(entryPoints) {
  const program = ts.createProgram(
    entryPoints.map((path) => join(project, path)),
    {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: [],
      noLib: true,
    },
  );
  return program.getSourceFiles().map(({ fileName }) => relative(project, resolve(fileName)));
}

/** Files below a folder of the project, but for what the package leaves out. */
function filesOf(folder) {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !entry.name.startsWith('.')) removeEmpty(join(folder, entry.name));
  }
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
