// Runs a bundled app, with what V8 compiled of it the last time.
const { readFileSync } = require('node:fs');
const { createRequire, Module } = require('node:module');
const { dirname, join } = require('node:path');
const { cachedDataVersionTag } = require('node:v8');
const { constants, Script } = require('node:vm');
const { writeWhole } = require('../stamp.cjs');
const { nameSourceLines } = require('./source-lines.cjs');

/**
 * @param {import('./kept-app.cjs').KeptApp | undefined} app undefined when it cannot be bundled
 * @param {string} entry path of its main file, which it is run as
 */
function runApp(app, entry) {
  if (app) runBundle(app, entry);
  else runSources(entry);
}

/** What is wrong is told by who loads it file by file; and what is right, but cannot be bundled, runs. */
function runSources(entry) {
  const load = createRequire(entry);
  load('tsx/cjs');
  load(entry);
}

function runBundle({ folder, name, text, map }, entry) {
  const filename = join(folder, `${name}.cjs`);
  // V8 takes what it compiled for a text of the same length: the name is the text's hash. The tag is of V8 and its flags.
  const compiled = join(folder, `${name}.${cachedDataVersionTag()}.v8`);
  const cachedData = readIfThere(compiled);
  const script = new Script(text, {
    filename,
    cachedData,
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  nameSourceLines(filename, () => map ?? readFileSync(join(folder, `${name}.map`)), folder);
  if (!cachedData || script.cachedDataRejected) {
    // By then the functions that a synthesis calls are compiled too.
    process.once('exit', (code) => code === 0 && writeWhole(compiled, script.createCachedData()));
  }
  const module = new Module(entry);
  module.filename = entry;
  module.paths = Module._nodeModulePaths(dirname(entry));
  const require = createRequire(entry);
  require.main = module;
  script.runInThisContext()(module.exports, require, module, entry, dirname(entry));
}

/** Another process may remove it at any moment. */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

module.exports = { runApp };
