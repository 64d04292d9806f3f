import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

function log(environment: Readonly<Record<string, string>> = {}) {
  const args = ['--import', 'tsx', join(__dirname, 'app/steps.ts')];
  const { stderr } = spawnSync(process.execPath, args, {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return stderr.replace(/\d+\.\d s/g, 'T s').split('\n');
}

test('without a terminal there are whole lines, and no colours or movements of a cursor', () => {
  const lines = log();
  expect(lines).toEqual(
    expect.arrayContaining(['  + Push/Hub  azapi_resource, T s', '✓ cdktf deploy dev  (T s)', 'the end']),
  );
  expect(lines.join()).not.toContain('\u001b');
});
