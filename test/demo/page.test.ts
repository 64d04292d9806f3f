import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const URL = 'http://127.0.0.1:1/page/#token=a&b=c';
const OPENER = process.platform === 'darwin' ? 'open' : 'xdg-open';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'open-page-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the page on a machine that has no programs but this one. */
function opened(script?: string) {
  if (script) writeFileSync(join(folder, OPENER), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const args = ['--import', 'tsx', 'test/demo/app/open-page.ts', URL];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    env: { ...process.env, PATH: folder },
  });
  return { status, stdout, stderr };
}

test('the opener of the system gets the whole address, and it is told', () => {
  expect(opened(`printf '%s' "$*" > '${join(folder, 'got')}'`)).toEqual({
    status: 0,
    stdout: `  opened ${URL}\n`,
    stderr: '',
  });
  expect(readFileSync(join(folder, 'got'), 'utf8')).toBe(URL);
});

test.each([
  ['fails', 'exit 3', `${OPENER} ended with exit code 3`],
  ['is not there', undefined, `there is no ${OPENER}`],
])('an opener that %s is no error: the address is told', (_, script, problem) => {
  expect(opened(script)).toEqual({
    status: 0,
    stdout: `  no browser could be opened (${problem}): open ${URL} yourself\n`,
    stderr: '',
  });
});
