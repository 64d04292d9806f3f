// Puts the sources that the maps name into dist/sources, so that an editor's "go to definition" and a debugger lead into
// TypeScript. Beside what is compiled of them they would be taken for it: TypeScript looks for .ts before .d.ts.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(project, 'dist');
const SOURCES = join(dist, 'sources');

rmSync(SOURCES, { recursive: true, force: true });
for (const map of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!map.endsWith('.map') || map.startsWith('.')) continue;
  const path = join(dist, map);
  const content = JSON.parse(readFileSync(path, 'utf8'));
  content.sources = content.sources.map((source) => copied(map, source, dirname(path)));
  writeFileSync(path, JSON.stringify(content));
}

/** Copies a source; its path from the folder of the map. */
function copied(map, source, folder) {
  // Whatever folder of dist the map is in, the source's path ends with the one in the project.
  const inProject = source.replace(/^(\.\.\/)+(sources\/)?/, '');
  if (!existsSync(join(project, inProject))) {
    throw new Error(
      `dist/${map} is made of ${source}, expected a source of this project such as ../../link/index.ts`,
    );
  }
  const copy = join(SOURCES, inProject);
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(join(project, inProject), copy);
  return relative(folder, copy).replaceAll('\\', '/');
}
