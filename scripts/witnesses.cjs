/**
 * Witnesses of docs/local-azure.md: for each row the tests that show it, as docs/witnesses.json names them: by file, by
 * full name. Of a test.each, the name is the template (`refuses %s`), which stands for each of its rows.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const PROJECT = join(__dirname, '..');
const FILE = 'docs/witnesses.json';

/** All witnesses, one by one: `{ row, file, name }`. */
function readWitnesses() {
  const rows = JSON.parse(readFileSync(join(PROJECT, FILE), 'utf8'));
  return Object.entries(rows).flatMap(([row, files]) =>
    Object.entries(files).flatMap(([file, names]) => names.map((name) => ({ row, file, name }))),
  );
}

/** Whether a test of that name is one that the witness names. */
function isNamed(witness, fullName) {
  const literals = witness
    .split(/%[sdifjop#]|\$\{?[\w.]+\}?/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's').test(fullName);
}

module.exports = { FILE, PROJECT, isNamed, readWitnesses };
