import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');

/** The command as npm links it, in a checkout of its own. */
function run(built?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  try {
    cpSync(join(PROJECT, 'bin'), join(folder, 'bin'), { recursive: true });
    if (built !== undefined) {
      mkdirSync(join(folder, 'dist/cli'), { recursive: true });
      writeFileSync(join(folder, 'dist/cli/acs-push.cjs'), built);
    }
    const { status, stdout, stderr } = spawnSync(join(folder, 'bin/acs-push.cjs'), ['verify', 'dev'], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr: stderr.replaceAll(folder, 'FOLDER') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('acs-push runs what is built, with its arguments', () => {
  expect(run('console.log(process.argv.slice(2).join(" "))')).toEqual({
    status: 0,
    stdout: 'verify dev\n',
    stderr: '',
  });
});

it('acs-push in a checkout that is not built says how to build it', () => {
  expect(run()).toEqual({
    status: 2,
    stdout: '',
    stderr: "acs-push: not built yet: run 'npm ci && npm run build' in FOLDER\n",
  });
});
