import { strToU8, unzipSync, zipSync } from 'fflate';

/**
 * Writes the relay's package. The same files give the same bytes: Unix, a fixed date and mode, names in order, so that
 * nothing of the machine gets into the archive and a deployment publishes only what changed.
 *
 * @param {Record<string, Uint8Array>} files
 */
export function writePackage(files) {
  const attributes = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16, level: 9 };
  const entries = Object.keys(files)
    .sort()
    .map((name) => [name, [files[name], attributes]]);
  return zipSync(Object.fromEntries(entries));
}

/**
 * The same package with other templates.
 *
 * @param {Uint8Array} zip
 * @param {object} templates as `readTemplates` gives them
 */
export function replaceTemplates(zip, templates) {
  return writePackage({ ...unzipSync(zip), 'templates.json': json(templates) });
}

/** @param {unknown} value */
export function json(value) {
  return strToU8(`${JSON.stringify(value, null, 2)}\n`);
}
