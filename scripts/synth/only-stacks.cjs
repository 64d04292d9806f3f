// `cdktf deploy dev` needs one stack. The others are left out of a synthesis when the output folder has all of them as
// this very app wrote them and nobody else is writing there; else all are written.
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, realpathSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { RELAY_ZIP, PROGRAMS } = require('../assets.cjs');
const { createOnce, readJson, remove, writeWhole } = require('../stamp.cjs');
const { OUTPUTS } = require('./kept-app.cjs');
const { askingCommand, stacksAskedBy } = require('./asking-command.cjs');

/** What the app finds those in that are left out, as the manifest has them: environments/stacks.ts reads it. */
const KEPT = 'ACS_PUSH_KEPT_STACKS';

/** Variables that cdktf itself reads. */
const OF_CDKTF = ['CDKTF_CONTEXT_JSON', 'CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS', 'SYNTH_HCL_OUTPUT'];

/**
 * Tells the app which stacks it need not make, and remembers what it wrote.
 *
 * @param {string} project
 * @param {import('./kept-app.cjs').KeptApp} app
 */
function onlyStacks(project, app) {
  delete process.env[KEPT];
  const outdir = process.env.CDKTF_OUTDIR;
  // Without it cdktf did not start this, and the app writes where it wants.
  if (outdir === undefined) return;
  const output = outputOf(project, app, outdir);
  const kept = output.begin(stacksAskedBy(askingCommand() ?? []));
  if (Object.keys(kept).length > 0) process.env[KEPT] = JSON.stringify(kept);
  process.once('exit', (code) => output.end(code === 0));
}

/**
 * An output folder, and what is known of it.
 *
 * @param {string} project
 * @param {Pick<import('./kept-app.cjs').KeptApp, 'folder' | 'name' | 'selfContained' | 'variables'>} app
 * @param {string} outdir
 */
function outputOf(project, app, outdir) {
  mkdirSync(outdir, { recursive: true });
  const place = createHash('sha256').update(realpathSync(outdir)).digest('hex').slice(0, 16);
  const mark = join(app.folder, OUTPUTS, `${place}.json`);
  const lock = join(app.folder, OUTPUTS, `${place}.lock`);
  const key = keyOf(project, app);
  const id = randomUUID();
  /** Of those that are left out, what was known. */
  let left = {};
  let alone = false;
  return {
    /**
     * @param {readonly string[] | undefined} asked undefined for all
     * @returns {Record<string, unknown>} the stacks to leave out, as the manifest has them
     */
    begin(asked) {
      alone = createOnce(lock, id);
      // Of another synthesis that runs, or of one that was killed: neither knows afterwards who wrote what.
      if (!alone) remove(lock);
      const stacks = readJson(join(outdir, 'manifest.json'))?.stacks ?? {};
      const known = readJson(mark);
      // Until this one has ended well.
      remove(mark);
      if (!alone || !asked || !app.selfContained || known?.key !== key) return {};
      if (!asked.every((name) => stacks[name]) || !whole(outdir, stacks)) return {};
      const others = Object.keys(stacks).filter((name) => !asked.includes(name));
      if (!others.every((name) => known.stacks[name] === seen(outdir, stacks[name]))) return {};
      left = Object.fromEntries(others.map((name) => [name, known.stacks[name]]));
      return Object.fromEntries(others.map((name) => [name, stacks[name]]));
    },
    /** @param {boolean} written whether the synthesis came to its end */
    end(written) {
      if (!alone || textOf(lock) !== id) return;
      const stacks = written ? readJson(join(outdir, 'manifest.json'))?.stacks : undefined;
      if (stacks) {
        const known = Object.keys(stacks).map((name) => [name, left[name] ?? seen(outdir, stacks[name])]);
        writeWhole(mark, JSON.stringify({ key, stacks: Object.fromEntries(known) }));
      }
      remove(lock);
    },
  };
}

/** Whether the manifest has each stack that has a folder, and none that another one needs. */
function whole(outdir, stacks) {
  const names = Object.keys(stacks).sort().join('\n');
  const independent = Object.values(stacks).every(({ dependencies }) => dependencies.length === 0);
  return independent && names === foldersIn(join(outdir, 'stacks')).sort().join('\n');
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

function seen(outdir, { synthesizedStackPath }) {
  const found = statSync(join(outdir, synthesizedStackPath), { throwIfNoEntry: false });
  return found && `${found.size} ${found.mtimeMs}`;
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function foldersIn(folder) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

module.exports = { onlyStacks, outputOf };
