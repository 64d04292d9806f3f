import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Watched } from '../support/terminal';

const APP = 'test/terminal/app/colours.ts';
const GREEN = '\u001b[32mgreen\u001b[39m';

/** What is written into a pipe. */
function piped(environment: Readonly<Record<string, string>>): string {
  const { NO_COLOR: _, FORCE_COLOR: __, ...machine } = process.env;
  return spawnSync(process.execPath, ['--import', 'tsx', APP], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    env: { ...machine, TERM: 'xterm-256color', ...environment },
  }).stdout;
}

// Both at once are as Node itself has them.
test.each<[Record<string, string>, string]>([
  [{}, 'green'],
  [{ FORCE_COLOR: '1' }, GREEN],
  [{ FORCE_COLOR: '0' }, 'green'],
  [{ NO_COLOR: '1' }, 'green'],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, GREEN],
])('into a pipe with %j', (environment, expected) => {
  expect(piped(environment)).toBe(expected);
});

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
])('at a terminal with %j', async (environment, coloured) => {
  const program = new Watched(APP, [], { environment });
  await program.exitCode();
  expect(program.raw.includes(GREEN)).toBe(coloured);
});
