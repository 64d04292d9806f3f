import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Leftovers } from './leftovers';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Stops the command and everything that it started. */
  readonly signal?: AbortSignal;
  /** Is told of the command while it runs. */
  readonly leftovers?: Leftovers;
  /** Takes each line of output as it comes, without terminal control sequences. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly exitCode: number;
  /** Standard output and standard error in the order in which they came, without terminal control sequences. */
  readonly output: string;
  /** Standard output alone. */
  readonly stdout: string;
}

/** A command that was stopped by its signal. */
export class StoppedError extends Error {
  constructor() {
    super('stopped');
  }
}

/** How long a stopped command may take to put things in order before it is killed, in milliseconds. */
const GRACE_MS = 3_000;

/**
 * Runs a command to its end.
 * @throws StoppedError when the signal was aborted; nothing that the command started is left then
 * @throws Error when the command cannot be started
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  if (options.signal?.aborted) throw new StoppedError();
  // A process group of its own: a Ctrl-C at the terminal reaches this program first, which then stops the rest.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid) options.leftovers?.started(child.pid);
  const output: string[] = [];
  const stdout: string[] = [];
  const lines = new Lines(options.onLine);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout.push(text);
    output.push(text);
    lines.add(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.push(text);
    lines.add(text);
  });

  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  let stopping: Promise<void> | undefined;
  const stop = () => void (stopping ??= child.pid ? stopTree(child.pid) : Promise.resolve());
  options.signal?.addEventListener('abort', stop, { once: true });
  // When this process ends first there is no time to ask: cdktf's end takes Terraform's terminal away with it.
  const abandon = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.once('exit', abandon);
  const exitCode = await ended.finally(() => {
    process.removeListener('exit', abandon);
    if (child.pid) options.leftovers?.ended(child.pid);
    options.signal?.removeEventListener('abort', stop);
  });
  if (stopping) {
    await stopping;
    throw new StoppedError();
  }
  lines.end();
  return { exitCode, output: plain(output.join('')), stdout: plain(stdout.join('')) };
}

/**
 * Ends a process and all that descends from it: first by SIGTERM, then by SIGKILL. Descendants are looked up
 * before each signal, since cdktf runs Terraform on a terminal, in a session of its own.
 */
export async function stopTree(pid: number): Promise<void> {
  const ours = new Set([pid]);
  const deadline = Date.now() + GRACE_MS;
  const asked = new Set<number>();
  for (;;) {
    const alive = await membersOf(ours);
    if (alive.length === 0) return;
    const overdue = Date.now() > deadline;
    for (const member of alive) {
      if (asked.has(member) && !overdue) continue;
      asked.add(member);
      try {
        process.kill(member, overdue ? 'SIGKILL' : 'SIGTERM');
      } catch {
        // It ended in between.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The living members of the tree; `ours` grows by those found. */
async function membersOf(ours: Set<number>): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, group, state]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      zombie: state?.startsWith('Z') ?? false,
    }));
  for (let size = -1; size !== ours.size;) {
    size = ours.size;
    // The leader of a group may be gone while its group lives on.
    for (const row of rows) if (ours.has(row.parent) || ours.has(row.group)) ours.add(row.pid);
  }
  return rows.filter((row) => ours.has(row.pid) && !row.zombie).map((row) => row.pid);
}

/** Text without colours and cursor movements. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r/g, '');
}

class Lines {
  private rest = '';

  constructor(private readonly take: ((line: string) => void) | undefined) {}

  add(text: string): void {
    if (!this.take) return;
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.take(plain(line));
  }

  end(): void {
    if (this.rest) this.take?.(plain(this.rest));
    this.rest = '';
  }
}
