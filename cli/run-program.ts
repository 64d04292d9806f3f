import { spawn } from 'node:child_process';
import type { Surroundings } from './surroundings';

/** Milliseconds that a program has to end in when it is interrupted, where nothing else is said. */
const END_WITHIN = 10_000;

export interface ProgramResult {
  /** Undefined when there is no such program, or it may not be run. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program, with what it starts, to its end, which comes early when the command is interrupted, and at once when
 * the process ends before it.
 * @throws the reason of the signal when it was, once the program has ended
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: Pick<Surroundings, 'environment' | 'signal'> & {
    readonly folder: string;
    /** Whether the program is a line for a shell. @default false */
    readonly shell?: boolean;
    /** Milliseconds that it has to end in when it is interrupted. @default 10 seconds */
    readonly endWithin?: number | 'whatever it takes';
    /** Hears what it prints, as it does: whole lines, since half a secret or half a control sequence looks like none. */
    readonly onPrint?: (text: string) => void;
  },
): Promise<ProgramResult> {
  const { environment: env, signal, folder: cwd, shell = false } = options;
  const { endWithin = END_WITHIN, onPrint } = options;
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
    for (const [name, stream] of [
      ['out', child.stdout],
      ['err', child.stderr],
    ] as const) {
      let begun = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
        const end = text.lastIndexOf('\n') + 1;
        if (end > 0) onPrint?.(`${begun}${text.slice(0, end)}`);
        begun = end > 0 ? text.slice(end) : `${begun}${text}`;
      });
      stream.once('end', () => begun && onPrint?.(`${begun}\n`));
    }
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
      if (typeof endWithin === 'number') late = setTimeout(kill, endWithin);
    };
    const kill = () => end('SIGKILL');
    const ended = () => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      process.off('exit', kill);
    };
    signal.addEventListener('abort', stop, { once: true });
    process.once('exit', kill);
    child.once('error', (error: NodeJS.ErrnoException) => {
      ended();
      if (error.syscall?.startsWith('spawn')) resolve({ code: undefined, ...printed });
      else reject(error);
    });
    child.once('close', (code) => {
      ended();
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code: code ?? 1, ...printed });
    });
  });
}
