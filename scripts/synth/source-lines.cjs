// Stack traces that name the lines of the sources, for a file that was bundled. Its map is read when the first trace is
// asked for, which a synthesis without errors never does.
const { SourceMap } = require('node:module');
const { resolve } = require('node:path');

/**
 * @param {string} bundle path of the bundled file
 * @param {() => Uint8Array} readMap its map; throws when that is gone, and the lines are those of the bundle
 * @param {string} folder which the sources in the map start from
 */
function nameSourceLines(bundle, readMap, folder) {
  /** @type {Pick<SourceMap, 'findEntry'> | undefined} */
  let known;
  const place = (/** @type {NodeJS.CallSite} */ site) => {
    const text = site.toString();
    const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
    if (site.getFileName() !== bundle || line === null || column === null) return text;
    known ??= mapOf(readMap);
    const { originalSource, originalLine, originalColumn } = known.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return text;
    const source = `${resolve(folder, originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
    return text.replace(`${bundle}:${line}:${column}`, () => source);
  };
  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites.map((site) => `    at ${place(site)}`)].join('\n');
}

/** An error of the app is never replaced by one about its lines. */
function mapOf(readMap) {
  try {
    return new SourceMap(JSON.parse(Buffer.from(readMap()).toString('utf8')));
  } catch {
    return { findEntry: () => ({}) };
  }
}

module.exports = { nameSourceLines };
