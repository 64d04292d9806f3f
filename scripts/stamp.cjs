// What a file was made from, so that it is made again when that changed and only then. Sizes and times are looked at
// first; where only times differ (a checkout, a touch), contents decide.
const { createHash } = require('node:crypto');
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join, resolve } = require('node:path');

/** @typedef {{ of: string, files: Record<string, [size: number, mtimeMs: number, ctimeMs: number, content: string]> }} Stamp */

/** Codes of a folder that nothing can be written into. */
const READ_ONLY = ['EACCES', 'EPERM', 'EROFS'];

/**
 * Whether that stamp is there, speaks of the same thing, and of files and folders as they are.
 *
 * @param {string} folder which paths of the stamp start from
 * @param {string} file the stamp
 * @param {string} of what was made, and by what: a Node version, options
 */
function isCurrent(folder, file, of) {
  /** @type {Stamp | undefined} */
  const stamp = readJson(file);
  if (stamp?.of !== of) return false;
  let later = false;
  for (const [path, known] of Object.entries(stamp.files)) {
    const found = statSync(resolve(folder, path), { throwIfNoEntry: false });
    if (!found) return false;
    const [size, mtimeMs, ctimeMs, content] = known;
    if (found.size === size && found.mtimeMs === mtimeMs && found.ctimeMs === ctimeMs) continue;
    if (contentOf(resolve(folder, path), found) !== content) return false;
    stamp.files[path] = entryOf(found, content);
    later = true;
  }
  if (later) writeWhole(file, JSON.stringify(stamp));
  return true;
}

/**
 * Writes down what something was made from; nothing when one of it was changed meanwhile, so that the next one makes it
 * again.
 *
 * @param {string} folder
 * @param {string} file
 * @param {{ of: string, paths: Iterable<string>, since: number }} made since: milliseconds of the epoch, before it was read
 */
function stamp(folder, file, { of, paths, since }) {
  /** @type {Stamp['files']} */
  const files = {};
  for (const path of [...new Set(paths)].sort()) {
    const found = statSync(resolve(folder, path), { throwIfNoEntry: false });
    if (!found || found.mtimeMs >= since) return;
    files[path] = entryOf(found, contentOf(resolve(folder, path), found));
  }
  writeWhole(file, JSON.stringify({ of, files }));
}

/**
 * That path, and of a folder all in it: the folders too, so that a file that is added is seen.
 *
 * @param {string} folder which paths start from
 * @param {string} path
 * @returns {string[]}
 */
function below(folder, path) {
  const found = resolve(folder, path);
  if (!statSync(found).isDirectory()) return [path];
  return [path, ...readdirSync(found, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))];
}

/** @returns {Stamp['files'][string]} */
function entryOf({ size, mtimeMs, ctimeMs }, content) {
  return [size, mtimeMs, ctimeMs, content];
}

/** Of a folder the names in it, of a file its bytes. */
function contentOf(path, found) {
  const content = found.isDirectory() ? readdirSync(path).sort().join('\n') : readFileSync(path);
  return createHash('sha256').update(content).digest('base64url');
}

/** @returns {any} what the file holds; undefined when it is not there or was not written whole */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Replaces a file: whoever reads it meanwhile has the whole old one or the whole new one. In a folder that nothing can be
 * written into nothing is, for what is kept here only saves time.
 *
 * @param {string} file
 * @param {string | Uint8Array} content
 */
function writeWhole(file, content) {
  const fresh = `${file}.${process.pid}`;
  orLetBe(READ_ONLY, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  });
}

/**
 * @param {string} file
 * @param {string} content
 * @returns {boolean} whether it was not there and now is
 */
function createOnce(file, content) {
  return orLetBe([...READ_ONLY, 'EEXIST'], () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { flag: 'wx' });
  });
}

/** Removes a file, where anything can be removed. */
function remove(file) {
  orLetBe(READ_ONLY, () => rmSync(file, { force: true }));
}

/** @returns {boolean} whether it was done */
function orLetBe(codes, change) {
  try {
    change();
    return true;
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
    return false;
  }
}

module.exports = { below, createOnce, isCurrent, readJson, remove, stamp, writeWhole };
