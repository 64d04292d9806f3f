import { spawn } from 'node:child_process';
import type { Surroundings } from './surroundings';

/** Milliseconds that a program has to end in when it is interrupted. */
const END_WITHIN = 10_000;

export interface ProgramResult {
  /** Undefined when there is no such program. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program, with what it starts, to its end, which comes early when the command is interrupted.
 * @throws the reason of the signal when it was, once the program has ended
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: Pick<Surroundings, 'environment' | 'signal'> & {
    readonly folder: string;
    /** Whether the program is a line for a shell. @default false */
    readonly shell?: boolean;
  },
): Promise<ProgramResult> {
  const { environment: env, signal, folder: cwd, shell = false } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // A group of its own, so that what a shell has started ends with it.
    const child = spawn(program, args, {
      cwd,
      env,
      shell,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.err += text));
    const end = (name: 'SIGINT' | 'SIGKILL') => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // It has ended by itself.
      }
    };
    let late: NodeJS.Timeout | undefined;
    const stop = () => {
      end('SIGINT');
      late = setTimeout(() => end('SIGKILL'), END_WITHIN);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      if (error.code === 'ENOENT') resolve({ code: undefined, ...printed });
      else reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code: code ?? 1, ...printed });
    });
  });
}
