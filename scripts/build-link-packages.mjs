// What `cdktf-acs-push/link` takes of the Azure SDKs goes into one file of the package, so that a stack, which loads none
// of them, does not have them installed: dist/link/packages.cjs, with the parts that are used and no more.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PROGRAM, recordPackages } from './bundling.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const LINK = 'dist/link';
const TARGET = `${LINK}/packages.cjs`;
/** How tsc writes an import of a package, and any way in which one may be loaded. */
const IMPORT = /^const (\w+) = require\("((?![.]|node:)[^"]+)"\);$/gm;
const ANY_LOAD = /\b(?:require|import)\(["'](?![.]|node:)[^"']+["']\)/;

/** The names that are used, by package. @type {Map<string, Set<string>>} */
const used = new Map();
for (const file of readdirSync(join(project, LINK), { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.js')) continue;
  const path = join(project, LINK, file);
  const source = readFileSync(path, 'utf8');
  const taken = source.replaceAll(IMPORT, (_, variable, name) => {
    const names = used.get(name) ?? used.set(name, new Set()).get(name);
    for (const [, member] of source.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))) names.add(member);
    return `const ${variable} = require("${toTarget(file)}");`;
  });
  const other = ANY_LOAD.exec(taken);
  if (other) {
    throw new Error(
      `${LINK}/${file} has ${other[0]}, expected \`import { … } from\`: by name alone, what is used of a package can be told`,
    );
  }
  if (taken !== source) writeFileSync(path, taken);
}

const names = [...used.values()].flatMap((members) => [...members]);
const twice = names.filter((name, at) => names.indexOf(name) !== at);
if (twice.length > 0) throw new Error(`two packages that ./link imports have ${twice.join(', ')}`);

const { metafile } = await build({
  absWorkingDir: project,
  stdin: {
    contents: [...used]
      .map(([name, members]) => `export { ${[...members].join(', ')} } from '${name}';`)
      .join('\n'),
    resolveDir: project,
  },
  outfile: TARGET,
  ...PROGRAM,
});
recordPackages(project, 'link/packages.cjs', metafile);

/** From a file below dist/link. */
function toTarget(file) {
  const path = relative(dirname(file), 'packages.cjs').replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
