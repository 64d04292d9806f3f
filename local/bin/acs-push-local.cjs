#!/usr/bin/env node
// In the repository, so that npm finds something to link to before anything is built.
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const folder = dirname(__dirname);
const program = join(folder, 'dist', 'cli.cjs');
if (existsSync(program)) {
  require(program);
} else {
  process.stderr.write(
    `acs-push-local: not built yet: run 'npm ci && npm run build' in ${dirname(folder)}\n`,
  );
  process.exitCode = 2;
}
