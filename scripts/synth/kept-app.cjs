// Where a bundled app is kept, and whether it still is what its sources say.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { isCurrent, readJson } = require('../stamp.cjs');

/**
 * @typedef {object} KeptApp
 * @property {string} folder
 * @property {string} name of the file without its extension: the hash of its text, so that a file is never another one
 * @property {boolean} selfContained whether what the app writes is decided by its code and the variables that it names
 * @property {string[]} variables of the environment
 * @property {string} text a function expression that takes what Node gives a module
 * @property {Uint8Array} [map] of its lines, when it was bundled just now: its file may be nowhere
 */

/** Nothing of it gets into the package. */
const folderOf = (project, entry) =>
  join(project, 'dist/.synth', entry.replace(/\.[cm]?[jt]s$/, '').replace(/[\\/]/g, '+'));

/** The bundle holds absolute paths, and what it was built for. */
const ofApp = (project, entry) => `${entry} in ${project} by Node ${process.version}`;

const STAMP = 'stamp.json';
const CURRENT = 'current.json';
/** Folder of what was written where. */
const OUTPUTS = 'outputs';

/** @returns {KeptApp | undefined} undefined when there is none, or something that it was made from has changed */
function keptApp(project, entry) {
  const folder = folderOf(project, entry);
  const { name, selfContained, variables } = readJson(join(folder, CURRENT)) ?? {};
  if (
    typeof name !== 'string' ||
    !isCurrent(project, join(folder, `${name}.${STAMP}`), ofApp(project, entry))
  ) {
    return undefined;
  }
  try {
    // The bundle is ASCII: one byte is one character.
    return {
      folder,
      name,
      selfContained,
      variables,
      text: readFileSync(join(folder, `${name}.cjs`), 'latin1'),
    };
  } catch {
    // Another process has just replaced it.
    return undefined;
  }
}

module.exports = { CURRENT, folderOf, keptApp, ofApp, OUTPUTS, STAMP };
