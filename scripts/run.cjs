// Runs a program of this project: `node scripts/run.cjs local/cli/main.ts --version`. Its sources are bundled into one file,
// anew only when something in them changed: compiling and loading hundreds of them is most of what a start takes.
const { join, relative, resolve } = require('node:path');
const { keptApp } = require('./synth/kept-app.cjs');
const { runApp } = require('./synth/run-app.cjs');

const project = join(__dirname, '..');
const [, , given, ...rest] = process.argv;
const file = resolve(given);
const entry = relative(project, file);
process.argv = [process.argv[0], file, ...rest];

const kept = keptApp(project, entry);
if (kept) runApp(kept, file);
else
  void require('./synth/bundle-app.cjs')
    .bundleApp(project, entry)
    .then((app) => runApp(app, file));
