// Bundled into the file that constructs load at synth time, and so the one place where JSON may be imported.
import { replaceTemplates } from './package.mjs';
import parameters from './templates/parameters.json';
import { readTemplates } from './templates/read-templates.mjs';

/**
 * The relay's package with the templates of a folder, checked as the build checks its own.
 *
 * @param {Uint8Array} zip
 * @param {string} folder
 * @param {readonly string[]} [optionalEvents] the optional events that become pushes
 * @throws {Error} naming everything that is wrong, with its file
 */
export function withTemplates(zip, folder, optionalEvents) {
  return replaceTemplates(zip, readTemplates(folder, undefined, parameters, optionalEvents));
}
