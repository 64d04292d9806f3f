// Writes the files that a deployment uploads or runs, which are made from sources: the relay's zip, the program
// that publishes it, what puts other templates into it, and the command that verifies the link. Runs before each
// synthesis, and builds only when something that they are made from has changed.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listOf, PROGRAM, recordPackages } from './bundling.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const RELAY_ZIP = 'dist/relay/relay.zip';
/** By what they are bundled from. */
const PROGRAMS = {
  'dist/publishing/publish-function-app.cjs': 'constructs/publishing/publish-function-app.ts',
  'dist/cli/acs-push.cjs': 'cli/acs-push.ts',
  'dist/relay/with-templates.cjs': 'relay/with-templates.mjs',
};
/** What any of them is made from: rooms of this project, and the packages as they are installed. */
const SOURCES = [
  'cli',
  'constructs/publishing',
  'link',
  'relay',
  'scripts/build-assets.mjs',
  'scripts/bundling.mjs',
  'package.json',
  'package-lock.json',
];
const STAMP = join(project, 'dist/.assets');

const signature = signatureOf(SOURCES);
if (!isBuilt(signature)) {
  const [{ build }, { buildRelay }] = await Promise.all([import('esbuild'), import('../relay/build.mjs')]);
  await Promise.all([
    replace(RELAY_ZIP, async (zip) => record(RELAY_ZIP, await buildRelay(zip))),
    ...Object.entries(PROGRAMS).map(([target, source]) =>
      replace(target, async (outfile) => record(target, await bundle(build, source, outfile))),
    ),
  ]);
  writeFileSync(STAMP, signature);
}

/** The same for the same files: by name, size and time of change. */
function signatureOf(paths) {
  const hash = createHash('sha256').update(process.version);
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(project, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const path of paths) {
    if (!statSync(join(project, path)).isDirectory()) add(path);
    else {
      const entries = readdirSync(join(project, path), { recursive: true, withFileTypes: true });
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(project.length + 1))
        .sort()
        .forEach(add);
    }
  }
  return hash.digest('hex');
}

function isBuilt(wanted) {
  const targets = [RELAY_ZIP, ...Object.keys(PROGRAMS)];
  return (
    targets.every(
      (target) => existsSync(join(project, target)) && existsSync(join(project, listOf(inDist(target)))),
    ) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === wanted
  );
}

function bundle(build, source, outfile) {
  return build({
    absWorkingDir: project,
    entryPoints: [source],
    outfile,
    ...PROGRAM,
  });
}

function record(target, { metafile }) {
  recordPackages(project, inDist(target), metafile);
}

function inDist(target) {
  return target.replace(/^dist\//, '');
}

/** Another process may be reading the file that is replaced: it sees the whole old one or the whole new one. */
async function replace(name, write) {
  const target = join(project, name);
  mkdirSync(dirname(target), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  await write(fresh);
  renameSync(fresh, target);
}
