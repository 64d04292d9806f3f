// Runs jest with the environment that keeps every tool under test quiet and offline.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const summary = fileURLToPath(new URL('jest-summary.cjs', import.meta.url));
const args = [jest, '--reporters=default', `--reporters=${summary}`, ...process.argv.slice(2)];
const run = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, CHECKPOINT_DISABLE: '1', FORCE_COLOR: process.env.FORCE_COLOR ?? '0' },
});
if (run.error) throw run.error;
process.exitCode = run.status ?? 1;
