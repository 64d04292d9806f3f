// Makes the page of local Azure, which the browser runs: one script, one stylesheet, one document, in local/dist/page. Runs
// before `npm start` and `npm run local`, and builds only when something that the page is made from has changed.
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stampOf } from './assets.cjs';
import { below, isCurrent, stamp } from './stamp.cjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = [
  'local/page/browser',
  'local/page/model.ts',
  'local/azure/services/communication/ringing.ts',
  'scripts/build-page.mjs',
  'package-lock.json',
];
const PAGE = join(project, 'local/dist/page');
const STAMP = stampOf(project, 'local+page');
/** Another Node makes another one, as far as anybody can know. */
const OF = `the page by Node ${process.version}`;
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

/**
 * Makes it where local Azure of this checkout looks for it.
 *
 * @returns {Promise<import('esbuild').Metafile>} of the script
 */
export async function makePage() {
  const since = Date.now();
  const metafile = await buildPage(PAGE);
  stamp(project, STAMP, { of: OF, paths: SOURCES.flatMap((path) => below(project, path)), since });
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isThere = Object.keys(FILES).every((name) => existsSync(join(PAGE, name)));
  if (!isThere || !isCurrent(project, STAMP, OF)) await makePage();
}
