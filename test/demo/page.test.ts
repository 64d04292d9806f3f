import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const URL = 'http://127.0.0.1:1/page/#token=a&b=c';
const OPENER = process.platform === 'darwin' ? 'open' : 'xdg-open';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'open-page-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the page on a machine that has no programs but this one, and ends: once that file of its folder is there. */
function opened(script?: string, once?: string) {
  if (script) writeFileSync(join(folder, OPENER), script, { mode: 0o700 });
  const args = ['--import', 'tsx', 'test/demo/app/open-page.ts', URL, ...(once ? [join(folder, once)] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    env: { ...process.env, PATH: folder },
  });
  return { status, stdout, stderr };
}

/** An opener that writes down what it gets: its arguments, and the file and its folder while they are there. */
const WRITES_DOWN = `#!${process.execPath}
  const { readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
  const { dirname, join } = require('node:path');
  const args = process.argv.slice(2);
  const file = require('node:url').fileURLToPath(args[0]);
  const modes = [dirname(file), file].map((path) => (statSync(path).mode & 0o777).toString(8));
  const [begun, got] = ['begun', 'got'].map((name) => join(__dirname, name));
  writeFileSync(begun, JSON.stringify({ args, modes, text: readFileSync(file, 'utf8') }));
  renameSync(begun, got);
`;

test('what is opened is a file that leads to the page: the token is in no argument and for no other user', () => {
  expect(opened(WRITES_DOWN, 'got')).toEqual({ status: 0, stdout: `  opened ${URL}\n`, stderr: '' });
  const { args, modes, text } = JSON.parse(readFileSync(join(folder, 'got'), 'utf8'));
  expect(args).toEqual([expect.stringMatching(/^file:\/\/\/.*\.html$/)]);
  expect(args[0]).not.toContain('token');
  expect(modes).toEqual(['700', '600']);
  expect(text).toContain('http://127.0.0.1:1/page/#token=a&amp;b=c');
  expect(existsSync(join(fileURLToPath(args[0]), '..'))).toBe(false);
});

test.each([
  ['fails', '#!/bin/sh\nexit 3\n', `${OPENER} ended with exit code 3`],
  ['is not there', undefined, `there is no ${OPENER}`],
])('an opener that %s is no error: the address is told', (_, script, problem) => {
  expect(opened(script)).toEqual({
    status: 0,
    stdout: `  no browser could be opened (${problem}): open ${URL} yourself\n`,
    stderr: '',
  });
});
