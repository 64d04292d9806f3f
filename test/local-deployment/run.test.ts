import { tmpdir } from 'node:os';
import { run, StoppedError } from '../../testing/local/processes';
import { living } from './processes';

const node = (script: string, options: { signal?: AbortSignal; onLine?: (line: string) => void } = {}) =>
  run(process.execPath, ['-e', script], { cwd: tmpdir(), env: { PATH: process.env.PATH! }, ...options });

it('answers the exit code and what was printed, without colours', async () => {
  const result = await node("console.log('\\u001b[31mred\\u001b[0m'); console.error('bad'); process.exit(3)");
  expect(result.exitCode).toBe(3);
  expect(result.stdout).toBe('red\n');
  expect(result.output.split('\n').sort()).toEqual(['', 'bad', 'red']);
});

it('hands on each line once it is whole', async () => {
  const lines: string[] = [];
  await node("process.stdout.write('a\\nb'); process.stdout.write('c\\nd')", {
    onLine: (line) => lines.push(line),
  });
  expect(lines).toEqual(['a', 'bc', 'd']);
});

it('stops what a command started, in whatever session or group it runs, and however deaf it is', async () => {
  const stop = new AbortController();
  const pids: number[] = [];
  // The command starts a child in a group of its own, which starts one that ignores SIGTERM.
  const deaf =
    "process.on('SIGTERM', () => undefined); console.log('pid', process.pid); setInterval(() => undefined, 1000)";
  const middle = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: 'inherit' }); console.log('pid', process.pid); setInterval(() => undefined, 1000)`;
  const top = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(middle)}], { stdio: 'inherit', detached: true }); setInterval(() => undefined, 1000)`;
  const running = node(top, {
    signal: stop.signal,
    onLine: (line) => {
      pids.push(Number(line.split(' ')[1]));
      if (pids.length === 2) stop.abort();
    },
  });
  await expect(running).rejects.toThrow(StoppedError);
  expect(pids).toHaveLength(2);
  expect(living(pids)).toEqual([]);
});

it('does not even start once it is stopped', async () => {
  await expect(node('', { signal: AbortSignal.abort() })).rejects.toThrow(StoppedError);
});
