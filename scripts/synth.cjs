// Synthesizes an app of this project: `node scripts/synth.cjs [main.ts]`, which cdktf.json names. It makes the assets
// whose sources have changed, and runs the app from one file that is bundled anew only when something in it changed.
// Plain Node, since loading and compiling hundreds of files is what a synthesis would spend its time on.
const { join, resolve } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { staleAssets } = require('./assets.cjs');
const { keptApp } = require('./synth/kept-app.cjs');
const { onlyStacks } = require('./synth/only-stacks.cjs');
const { runApp } = require('./synth/run-app.cjs');

// V8 optimizes later, by the count of what ran: at its usual 66 kB, a synthesis of some environments pays for more code than it
// then runs.
setFlagsFromString('--interrupt-budget=4000000');

const project = join(__dirname, '..');
const [, , entry = 'main.ts', ...rest] = process.argv;
// As when the app is started by itself.
process.argv = [process.argv[0], resolve(project, entry), ...rest];

const stale = staleAssets(project);
const app = keptApp(project, entry);
if (stale.length === 0 && app) start(app);
else void prepared().then(start);

async function prepared() {
  if (stale.length > 0) await import('./build-assets.mjs');
  return app ?? require('./synth/bundle-app.cjs').bundleApp(project, entry);
}

/** @param {import('./synth/kept-app.cjs').KeptApp | undefined} app undefined when it cannot be bundled */
function start(app) {
  if (app) onlyStacks(project, app);
  runApp(app, resolve(project, entry));
}
