import { Watched } from '../support/terminal';

const APP = 'test/terminal/app/steps.ts';
/** Of colours; a terminal is also told to erase, to hide its cursor and to draw at once. */
const COLOUR = /\u001b\[[0-9;]*m/;
const SHOWS_CURSOR = /\u001b\[\?25h(?![^]*\u001b\[\?25l)/;

const masked = (rows: readonly string[]) => rows.map((row) => row.replace(/\d+\.\d s/g, 'T s'));

test('what goes on is drawn below the lines that stay, and nothing of it is left at the end', async () => {
  const program = new Watched(APP);
  await program.prints(/terraform_data: creating, .*settling until 12:34/);
  expect(await program.exitCode()).toBe(0);
  expect(masked(await program.rows())).toEqual([
    '  + Push/Hub  azapi_resource, T s',
    '✔ cdktf deploy dev  (T s)',
    'the end',
  ]);
  expect(program.raw).toMatch(COLOUR);
  expect(program.raw).toMatch(SHOWS_CURSOR);
});

test('NO_COLOR takes the colours away, and leaves the rest', async () => {
  const program = new Watched(APP, [], { environment: { NO_COLOR: '1' } });
  expect(await program.exitCode()).toBe(0);
  expect(program.raw).not.toMatch(COLOUR);
  expect(program.raw).toContain('✔ cdktf deploy dev');
});

test('in 40 columns nothing that is redrawn is wrapped, and nothing of it is left', async () => {
  const program = new Watched(APP, [], { columns: 40 });
  await program.prints(/…/);
  expect(await program.exitCode()).toBe(0);
  expect(masked(await program.rows())).toEqual([
    '  + Push/Hub  azapi_resource, T s',
    '✔ cdktf deploy dev  (T s)',
    'the end',
  ]);
});

test('an error in the middle leaves the step that broke, its words and the cursor', async () => {
  const program = new Watched(APP, ['fails']);
  expect(await program.exitCode()).toBe(1);
  expect(masked(await program.rows()).slice(1)).toEqual(['✖ cdktf deploy dev  (T s)', 'Azure says no']);
  expect(program.raw).toMatch(SHOWS_CURSOR);
});

test('Ctrl-C in the middle leaves the cursor, and nothing that runs', async () => {
  const program = new Watched(APP, ['waits']);
  await program.prints(/settling until/);
  program.interrupt();
  expect(await program.exitCode()).toBe(130);
  expect(program.raw).toMatch(SHOWS_CURSOR);
  expect(() => process.kill(program.pid, 0)).toThrow('ESRCH');
});
