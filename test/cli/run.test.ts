import type { Command } from '../../cli/command';
import { runCommand } from '../../cli/run';
import { OUTPUT_VARIABLE } from '../../cli/stack-folder';
import { progressTo } from '../support/progress-told';

/** Tells how it goes, prints what it was given, and fails where it is told to. */
const WORK: Command = {
  name: 'work',
  summary: 'works',
  usage: 'acs-push work',
  run: async (args, io) => {
    await io.progress.step('working', async (step) => step.line('Push/Hub', '+'));
    if (args.includes('fail')) throw new Error('Azure says no');
    io.err('a warning\n');
    io.out(`${JSON.stringify([args, io.environment[OUTPUT_VARIABLE]])}\n`);
    return 3;
  },
};

async function run(...words: string[]) {
  let out = '';
  let err = '';
  const tell = (text: string) => (err += text.replace(/\d+\.\d s/g, 'T s'));
  const code = await runCommand([WORK], words, {
    out: (text) => (out += text),
    err: tell,
    progress: progressTo(tell),
    environment: {},
    folder: '/project',
    signal: new AbortController().signal,
    connect: () => {
      throw new Error('nothing of Azure is asked');
    },
  });
  return { code, out, err };
}

test('how it goes is told on standard error', async () => {
  expect(await run('work', 'dev')).toEqual({
    code: 3,
    out: '[["dev"],null]\n',
    err: '  + Push/Hub\n✓ working  (T s)\na warning\n',
  });
});

test.each([
  [['--quiet', 'work', 'dev', '--json']],
  [['work', '--quiet', 'dev', '--json']],
  [['work', 'dev', '--json', '--quiet']],
])('%j: warnings and what was asked for alone, and the same exit code', async (words) => {
  expect(await run(...words)).toEqual({ code: 3, out: '[["dev","--json"],null]\n', err: 'a warning\n' });
});

test('--quiet leaves errors and their exit code', async () => {
  expect(await run('work', 'fail', '--quiet')).toEqual({
    code: 1,
    out: '',
    err: 'acs-push: Azure says no\n',
  });
});

test.each([
  [['--output', 'there', 'work', 'dev']],
  [['--output=there', 'work', 'dev']],
  [['work', 'dev', '--output', 'there']],
])('%j: the folder is the same before and after the command', async (words) => {
  expect((await run(...words)).out).toBe('[["dev"],"/project/there"]\n');
});

test('what stands behind -- is for somebody else', async () => {
  const { out, err } = await run('work', 'dev', '--', '--quiet', '--output', 'x', '--help');
  expect(out).toBe('[["dev","--","--quiet","--output","x","--help"],null]\n');
  expect(err).toContain('✓ working');
});

test.each([
  [[], 2],
  [['--quiet'], 2],
  [['--help'], 0],
  [['--quiet', '--help'], 0],
])('%j lists the commands, with exit code %d', async (words, code) => {
  expect(await run(...words)).toMatchObject({ code, out: expect.stringContaining('work  works'), err: '' });
});

test.each([
  [['--output', '--quiet', 'work'], '--output takes a value'],
  [['play'], "unknown command 'play'; known are: work"],
  [['--loud', 'work'], "unknown command '--loud'"],
])('%j is refused', async (words, problem) => {
  expect(await run(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(problem) });
});
