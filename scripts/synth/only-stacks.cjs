// `cdktf deploy dev` needs one stack. The others are left out of a synthesis when it is certain that the output folder
// ends up as if they were not: it has none of them, or has them as this very app wrote them.
const { createHash } = require('node:crypto');
const { readdirSync, realpathSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { RELAY_ZIP, PROGRAMS } = require('../assets.cjs');
const { readJson, writeWhole } = require('../stamp.cjs');
const { OUTPUTS } = require('./kept-app.cjs');
const { askingCommand, stacksAskedBy } = require('./asking-command.cjs');

/** What the app finds the names in, with commas between them: environments/only.ts reads it. */
const ONLY = 'ACS_PUSH_ONLY_ENVIRONMENTS';

/** Variables that cdktf itself reads. */
const OF_CDKTF = ['CDKTF_CONTEXT_JSON', 'CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS', 'SYNTH_HCL_OUTPUT'];

/**
 * Tells the app which stacks are wanted, and keeps in the manifest those that it then leaves out.
 *
 * @param {string} project
 * @param {import('./kept-app.cjs').KeptApp} app
 */
function onlyStacks(project, app) {
  delete process.env[ONLY];
  const outdir = process.env.CDKTF_OUTDIR;
  // Without it cdktf did not start this, and the app writes where it wants.
  if (outdir === undefined) return;
  const manifest = join(outdir, 'manifest.json');
  const before = readJson(manifest)?.stacks ?? {};
  const key = keyOf(project, app);
  const asked = stacksAskedBy(askingCommand() ?? []);
  const kept = asked && keptStacks(app, outdir, asked, before, key);
  if (kept) process.env[ONLY] = asked.join(',');
  process.once('exit', (code) => {
    const written = code === 0 ? readJson(manifest) : undefined;
    if (!written) return;
    const missing = Object.keys(kept ?? {}).filter((name) => !written.stacks[name]);
    if (missing.length > 0) {
      written.stacks = sorted({ ...kept, ...written.stacks });
      writeWhole(manifest, textOf(written));
    }
    remember(app, outdir, written.stacks, key);
  });
}

/**
 * The stacks of the output folder that are not asked for, when each is what this app would write.
 *
 * @returns {Record<string, unknown> | undefined} undefined when one of them may be another
 */
function keptStacks(app, outdir, asked, before, key) {
  const others = foldersIn(join(outdir, 'stacks')).filter((name) => !asked.includes(name));
  if (others.length === 0) return Object.keys(before).every((name) => asked.includes(name)) ? {} : undefined;
  const known = app.selfContained ? readJson(markOf(app, outdir)) : undefined;
  const listed = Object.keys(before).filter((name) => !asked.includes(name));
  const same =
    known?.key === key &&
    listed.length === others.length &&
    others.every((name) => before[name] && known.stacks[name] === seen(outdir, before[name]));
  return same ? Object.fromEntries(others.map((name) => [name, before[name]])) : undefined;
}

/** The same for an app that writes the same: its code, its assets, what it was told. */
function keyOf(project, app) {
  const hash = createHash('sha256').update(app.name);
  for (const name of [...OF_CDKTF, ...app.variables]) hash.update(`${name}=${process.env[name]}\n`);
  for (const asset of [RELAY_ZIP, ...Object.keys(PROGRAMS)]) {
    const { size, mtimeMs } = statSync(join(project, asset));
    hash.update(`${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function remember(app, outdir, stacks, key) {
  const known = Object.entries(stacks).map(([name, stack]) => [name, seen(outdir, stack)]);
  writeWhole(markOf(app, outdir), JSON.stringify({ key, stacks: Object.fromEntries(known) }));
}

const markOf = (app, outdir) =>
  join(
    app.folder,
    OUTPUTS,
    `${createHash('sha256').update(realpathSync(outdir)).digest('hex').slice(0, 16)}.json`,
  );

function seen(outdir, { synthesizedStackPath }) {
  const found = statSync(join(outdir, synthesizedStackPath), { throwIfNoEntry: false });
  return found && `${found.size} ${found.mtimeMs}`;
}

const sorted = (stacks) => Object.fromEntries(Object.entries(stacks).sort(([a], [b]) => (a < b ? -1 : 1)));

/** As cdktf writes it, to the byte: `json-stable-stringify` breaks the line in an empty list. */
function textOf(manifest) {
  return JSON.stringify(manifest, undefined, 2).replace(/^( *)(.*)\[\](,?)$/gm, '$1$2[\n$1]$3');
}

function foldersIn(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

module.exports = { onlyStacks };
