// Makes dist/cdktn of what was compiled for CDKTF: the same rooms for CDK Terrain, whose modules have other names.
// Rooms that know neither exist once, in dist.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cdktnText } from './cdktn/rewrite.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(project, 'dist');
/** Rooms that are written with CDKTF and made anew for CDK Terrain. */
const FLAVOURED = ['constructs', 'testing'];

try {
  rmSync(join(dist, 'cdktn'), { recursive: true, force: true });
  for (const room of FLAVOURED) {
    for (const ending of ['.js', '.d.ts']) make(join(room, `index${ending}`), ending);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Makes a file, and all of these rooms that it needs. */
function make(path, ending) {
  const target = join(dist, 'cdktn', path);
  if (existsSync(target)) return;
  const { text, modules } = cdktnText(join('dist', path), readFileSync(join(dist, path), 'utf8'), (module) =>
    relocated(path, module),
  );
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  const map = `${join(dist, path)}.map`;
  if (existsSync(map)) writeFileSync(`${target}.map`, relocatedMap(path, readFileSync(map, 'utf8')));
  for (const module of modules) {
    if (module.startsWith('.') && isFlavoured(module, path)) make(fileOf(path, module, ending), ending);
  }
}

function isFlavoured(module, path) {
  return FLAVOURED.includes(normalize(join(dirname(path), module)).split(sep)[0]);
}

/** The file that a module's name stands for, relative to dist. */
function fileOf(path, module, ending) {
  const base = join(dirname(path), module);
  const found = [`${base}${ending}`, join(base, `index${ending}`)].find((each) =>
    existsSync(join(dist, each)),
  );
  if (found === undefined) throw new Error(`${join('dist', path)} needs '${module}', which is not built`);
  return found;
}

/** Rooms that exist once are one folder further away. */
function relocated(path, module) {
  return isFlavoured(module, path) ? module : `../${module}`;
}

/** Sources stay where they are; what was rewritten is of the same length but for the way to another room. */
function relocatedMap(path, text) {
  const map = JSON.parse(text);
  const from = join(dist, 'cdktn', dirname(path));
  map.sources = map.sources.map((source) =>
    relative(from, join(dist, dirname(path), source)).replaceAll(sep, '/'),
  );
  return JSON.stringify(map);
}
