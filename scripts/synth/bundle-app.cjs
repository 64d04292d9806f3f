// Bundles an app with the packages that it loads.
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { dirname, extname, join } = require('node:path');
const { remove, stamp, writeWhole } = require('../stamp.cjs');
const { CURRENT, folderOf, ofApp, STAMP } = require('./kept-app.cjs');

/** What decides beside the files of the bundle. */
const BESIDE = ['package.json', 'tsconfig.json', 'package-lock.json', 'node_modules/.package-lock.json'];
const SCRIPTS = ['scripts/stamp.cjs', ...readdirSync(__dirname).map((name) => `scripts/synth/${name}`)];

/** What has an address of its own in Node keeps it in the bundle. */
const ADDRESS = /\b__(?:dirname|filename)\b/;
const OWN_ADDRESS = /\b(?:const|let|var)\s+__(?:dirname|filename)\b/;
const STRICT = /^(?:#!.*\n)?\s*(['"])use strict\1;?/;

const LATER = 'loaded when it is called';

/** @type {import('esbuild').Plugin} */
const parts = {
  name: 'parts',
  setup({ onLoad, onResolve, resolve }) {
    // cdktf writes a stack trace for each token, which takes a fifth of a synthesis and is read in errors alone.
    onResolve({ filter: /\/stack-trace$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]cdktf[\\/]lib[\\/]/.test(importer)
        ? { path: join(__dirname, 'creation-stack.cjs') }
        : undefined,
    );
    // Only a process of its own makes zips, and what makes them is a fifth of what there is to load.
    onResolve({ filter: /^archiver$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === LATER) return undefined;
      const found = await resolve(path, { ...from, pluginData: LATER });
      return found.errors.length > 0 ? undefined : { path: found.path, namespace: 'later' };
    });
    onLoad({ filter: /^/, namespace: 'later' }, ({ path }) => ({
      contents: `module.exports = (...made) => require(${JSON.stringify(path)})(...made);`,
      resolveDir: dirname(path),
    }));
    onLoad({ filter: /\.(?:c?js|[cm]?ts)$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!ADDRESS.test(text) || OWN_ADDRESS.test(text)) return undefined;
      const address = `var __filename=${JSON.stringify(path)},__dirname=${JSON.stringify(dirname(path))};`;
      const begin = STRICT.exec(text)?.[0] ?? '';
      return {
        contents: begin + address + text.slice(begin.length),
        loader: /ts$/.test(extname(path)) ? 'ts' : 'js',
      };
    });
  },
};

/**
 * Bundles the app and keeps it, where anything can be kept.
 *
 * @param {string} project its folder
 * @param {string} entry path of the app's main file in it
 * @returns {Promise<import('./kept-app.cjs').KeptApp | undefined>} undefined when it cannot be bundled
 */
async function bundleApp(project, entry) {
  const since = Date.now();
  const folder = folderOf(project, entry);
  /** @type {import('esbuild').BuildResult | undefined} */
  const result = await require('esbuild')
    .build({
      absWorkingDir: project,
      entryPoints: [entry],
      outfile: join(folder, 'app.cjs'),
      write: false,
      bundle: true,
      platform: 'node',
      target: `node${process.versions.node}`,
      format: 'cjs',
      banner: { js: '(function(exports,require,module,__filename,__dirname){' },
      footer: { js: '})' },
      // Constructs are told apart, and errors named, by the names of their classes.
      keepNames: true,
      minifyWhitespace: true,
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      metafile: true,
      plugins: [parts],
      logLevel: 'silent',
    })
    .catch(() => undefined);
  // What a bundle has no counterpart for: `import.meta`, a request for whatever a variable names.
  if (!result || result.warnings.some(({ id }) => UNLIKE_NODE.includes(id))) return undefined;
  const text = result.outputFiles.find(({ path }) => path.endsWith('.cjs')).text;
  const map = result.outputFiles.find(({ path }) => path.endsWith('.map')).contents;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeWhole(join(folder, `${name}.cjs`), text);
  writeWhole(join(folder, `${name}.map`), map);
  stamp(project, join(folder, `${name}.${STAMP}`), {
    of: ofApp(project, entry),
    paths: [...BESIDE, ...SCRIPTS, ...Object.keys(result.metafile.inputs)].filter((path) =>
      existsSync(join(project, path)),
    ),
    since,
  });
  const reads = whatItReads(project, entry, result.metafile.inputs);
  writeWhole(join(folder, CURRENT), JSON.stringify({ name, ...reads }));
  removeOthers(folder, name);
  return { folder, name, text, map, ...reads };
}

/** What an app is told by variables is known when it names them; what it reads elsewhere is not. */
function whatItReads(project, entry, inputs) {
  const own = Object.keys(inputs).filter((path) => !path.includes('node_modules/'));
  const loaded = loadedBy(entry, inputs);
  const texts = new Map([...own, ...loaded].map((path) => [path, textOf(join(project, path))]));
  const variables = [...texts.values()].flatMap((text) =>
    [...text.matchAll(NAMED)].map(([, dotted, quoted]) => dotted ?? quoted),
  );
  const unnamed = [...texts.values()].some((text) => UNNAMED.test(text.replace(NAMED, '')));
  const elsewhere = loaded.some(
    (path) => inputs[path].imports.some((found) => OUTSIDE.test(found.path)) || READS.test(texts.get(path)),
  );
  return { selfContained: !elsewhere && !unnamed, variables: [...new Set(variables)].sort() };
}

/** Empty for what is in no file: it only loads one that is. */
const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** The files that the app's main file loads, helpers and packages too; without what is below those that are known. */
function loadedBy(entry, inputs) {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    const next = inputs[path].imports
      .map((found) => found.path)
      .filter((found) => Object.hasOwn(inputs, found));
    for (const found of next) if (!KNOWN.test(found)) loaded.add(found);
  }
  return [...loaded];
}

const NAMED = /process\.env(?:\.(\w+)|\[(?:'|")(\w+)(?:'|")\])/g;
/** All variables at once, or one that is worked out; `process` that is taken as a whole. */
const UNNAMED = /\bprocess(?:\?\.|\.)env\b|=\s*process\b(?!\s*\??\.)/;
/** What they read are the assets, which count by themselves. */
const KNOWN =
  /^constructs\/publishing\/|(?:^|\/)node_modules\/(?:constructs|cdktf|@cdktf\/provider-[\w-]+)\//;
const OUTSIDE = /^(?:node:)?(?:child_process|dns|fs|http|http2|https|net|os|process|worker_threads)(?:\/|$)/;

/** The same without an import: by Node's globals, and by cdktf for its caller. */
const READS = /\b(?:fetch|getBuiltinModule|TerraformAsset|TerraformHclModule)\(/;

const UNLIKE_NODE = ['empty-import-meta', 'unsupported-dynamic-import'];

const WHOLE = /^[0-9a-f]{16}\.(?:cjs|map|stamp\.json|\d+\.v8)$/;

/** A process that runs one of them has read it. What another process is still writing ends in its number, and is let be. */
function removeOthers(folder, name) {
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    if (WHOLE.test(file) && !file.startsWith(`${name}.`)) remove(join(folder, file));
  }
}

module.exports = { bundleApp };
