// Makes the page of local Azure, which the browser runs: one script, one stylesheet, one document, in local/dist/page. Runs
// before `npm start` and `npm run local`, and builds only when something that the page is made from has changed.
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = [
  'local/page/browser',
  'local/page/model.ts',
  'local/azure/services/communication/ringing.ts',
  'scripts/build-page.mjs',
  'package-lock.json',
];
/** By what they are made from, in local/page/browser. */
const FILES = { 'page.js': 'main.tsx', 'page.css': 'page.css', 'index.html': 'index.html' };

/**
 * @param {string} target folder, made when it is not there
 * @returns {Promise<import('esbuild').Metafile>} of the script
 */
export async function buildPage(target) {
  const { build } = await import('esbuild');
  mkdirSync(target, { recursive: true });
  const metafiles = await Promise.all(
    Object.entries(FILES).map(async ([name, source]) => {
      // Somebody may be reading the one that is replaced.
      const fresh = join(target, `.${process.pid}.${name}`);
      const from = join(project, 'local/page/browser', source);
      if (name === 'index.html') copyFileSync(from, fresh);
      const built =
        name === 'index.html' ? undefined : await build({ ...BROWSER, entryPoints: [from], outfile: fresh });
      renameSync(fresh, join(target, name));
      return built?.metafile;
    }),
  );
  return metafiles[0];
}

const BROWSER = {
  absWorkingDir: project,
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  tsconfig: join(project, 'local/page/browser/tsconfig.json'),
  legalComments: 'none',
  metafile: true,
  logLevel: 'silent',
};

/** True when each of the page's files is newer than all that it is made from. */
function isBuilt(target) {
  const files = Object.keys(FILES).map((name) => join(target, name));
  if (!files.every((file) => existsSync(file))) return false;
  const oldest = Math.min(...files.map((file) => statSync(file).mtimeMs));
  return SOURCES.flatMap(filesOf).every((file) => statSync(file).mtimeMs <= oldest);
}

/** Of a folder, itself included: a file that is gone changes it. */
function filesOf(path) {
  const absolute = join(project, path);
  if (!statSync(absolute).isDirectory()) return [absolute];
  const names = readdirSync(absolute, { recursive: true, encoding: 'utf8' });
  return [absolute, ...names.map((name) => join(absolute, name))];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = join(project, 'local/dist/page');
  if (!isBuilt(target)) await buildPage(target);
}
