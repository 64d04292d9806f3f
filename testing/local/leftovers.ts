import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Waits in a process of its own until the other end of its input is closed, however that process came to its end, and puts
 * in order what it left. A second time, since what ends by itself then may still write.
 */
const PROGRAM = `
const { existsSync, rmSync } = require('node:fs');
const running = new Set();
let rest = '';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) running[line[0] === '+' ? 'add' : 'delete'](Number(line.slice(1)));
}).on('end', () => {
  for (const pid of running) try { process.kill(-pid, 'SIGKILL'); } catch {}
  if (running.size === 0 && !process.argv.slice(1).some((folder) => existsSync(folder))) return;
  const remove = () => {
    for (const folder of process.argv.slice(1)) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  };
  try { remove(); } finally { setTimeout(remove, 3000); }
});
`;

/**
 * Sees to it that commands and folders are gone when this process is: a runner of tests ends its workers without a word,
 * and Jest's tests never hear of the `exit` of their process.
 */
export class Leftovers {
  private readonly child: ChildProcess;

  /** @param folders removed at the end */
  constructor(folders: readonly string[]) {
    // A group of its own: a Ctrl-C at the terminal is not for it.
    this.child = spawn(process.execPath, ['-e', PROGRAM, ...folders], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    this.child.on('error', () => undefined);
    this.child.stdin!.on('error', () => undefined);
    // Keeps nobody waiting.
    this.child.unref();
    (this.child.stdin as Socket).unref();
  }

  /** @param pid of the leader of a process group */
  started(pid: number): void {
    this.child.stdin!.write(`+${pid}\n`);
  }

  ended(pid: number): void {
    this.child.stdin!.write(`-${pid}\n`);
  }

  close(): void {
    this.child.stdin!.end();
  }
}
