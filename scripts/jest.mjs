// Runs jest with the environment that keeps every tool under test quiet and offline.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const [times, summary, witnesses] = ['jest-times.cjs', 'jest-summary.cjs', 'jest-witnesses.cjs'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
);
// Paths first: jest takes what follows --reporters for further reporters.
const given = process.argv.slice(2);
// Both flavours in one run, and what only their tests can witness, unless a configuration is named.
const whole = given.includes('--config')
  ? []
  : ['--projects', 'jest.config.js', 'jest.cdktn.config.js', '--maxWorkers=2', `--reporters=${witnesses}`];
const args = [
  jest,
  ...given,
  ...whole,
  '--reporters=default',
  `--reporters=${times}`,
  `--reporters=${summary}`,
];
const run = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, CHECKPOINT_DISABLE: '1', FORCE_COLOR: process.env.FORCE_COLOR ?? '0' },
});
if (run.error) throw run.error;
process.exitCode = run.status ?? 1;
