import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(__dirname, '..', '..');

/** A program of this project, run as npm runs it, in a process group of its own. */
export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  private readonly ended: Promise<number | null>;

  constructor(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Exit code; null when a signal ended it. */
  exitCode(): Promise<number | null> {
    return this.ended;
  }

  /** Resolves when standard output matches. Rejects when the program ends before it does. */
  async prints(pattern: RegExp): Promise<void> {
    const over = this.ended.then(() => 'over');
    while (!pattern.test(this.stdout)) {
      const next = new Promise((resolve) => this.child.stdout!.once('data', resolve));
      if ((await Promise.race([next, over])) === 'over' && !pattern.test(this.stdout)) {
        throw new Error(`ended without printing ${pattern}:\n${this.stdout}\n${this.stderr}`);
      }
    }
  }

  /** As Ctrl-C at a terminal: to the whole group. */
  interrupt(): void {
    process.kill(-this.child.pid!, 'SIGINT');
  }

  /** Waits until such a command runs below the program; answers all that descend from the program then. */
  async descendantsWith(command: RegExp): Promise<number[]> {
    for (;;) {
      const found = this.descendants();
      if (found.some((row) => command.test(row.command))) return found.map(({ pid }) => pid);
      if (this.child.exitCode !== null)
        throw new Error(`ended before ${command} ran:\n${this.stdout}\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private descendants() {
    const rows = processes();
    const found = new Set([this.child.pid]);
    for (let size = 0; size !== found.size;) {
      size = found.size;
      for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
    }
    return rows.filter(({ pid }) => pid !== this.child.pid && found.has(pid));
  }
}

/** Those of these processes that still live. */
export function living(pids: readonly number[]): string[] {
  return processes()
    .filter(({ pid, state }) => pids.includes(pid) && !state.startsWith('Z'))
    .map(({ pid, command }) => `${pid} ${command}`);
}

function processes() {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state, ...command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      state: state ?? '',
      command: command.join(' '),
    }));
}
