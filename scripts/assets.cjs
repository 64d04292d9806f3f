// The files that a deployment uploads or runs, and which of them are not as their sources would make them.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { isCurrent } = require('./stamp.cjs');

const RELAY_ZIP = 'dist/relay/relay.zip';

/** By what they are bundled from. */
const PROGRAMS = {
  'dist/publishing/publish-function-app.cjs': 'constructs/publishing/publish-function-app.ts',
  'dist/cli/acs-push.cjs': 'cli/acs-push.ts',
  'dist/relay/with-templates.cjs': 'relay/with-templates.mjs',
};

/** Another Node makes another file, as far as anybody can know; paths in them start from the project. */
const ofAsset = (/** @type {string} */ target) => `${target} by Node ${process.version}`;

/** Where it is kept what something was made from; nothing of it gets into the package. */
const stampOf = (project, name) => join(project, 'dist/.stamps', `${name}.json`);
const stampOfAsset = (project, target) => stampOf(project, target.slice('dist/'.length).replaceAll('/', '+'));

/** Where a list of the packages in a file of dist is, in the project; nothing of it gets into the package. */
const BUNDLED = 'dist/.bundled';
const listOf = (/** @type {string} */ name) => `${BUNDLED}/${name.replaceAll('/', '+')}.json`;

/** @returns {string[]} the assets that are missing, or whose sources have changed since */
function staleAssets(project) {
  return [RELAY_ZIP, ...Object.keys(PROGRAMS)].filter(
    (target) =>
      !existsSync(join(project, target)) ||
      !existsSync(join(project, listOf(target.slice('dist/'.length)))) ||
      !isCurrent(project, stampOfAsset(project, target), ofAsset(target)),
  );
}

module.exports = { BUNDLED, listOf, ofAsset, PROGRAMS, RELAY_ZIP, staleAssets, stampOf, stampOfAsset };
