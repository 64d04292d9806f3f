import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionAppStart, FunctionHost, RunningFunctionApp } from './function-host';
import { IdentityEndpoint } from './identity-endpoint';
import { CONSOLE_CATEGORY, readLogLevels, type LogLevels } from './log-levels';

type FromHost =
  | { kind: 'ready'; port: number; functions: { name: string; type: string }[] }
  | { kind: 'log'; line: string };

/** How long a package may take to load, in milliseconds. Generous: a busy machine is not an error. */
const START_TIMEOUT_MS = 120_000;

/** How much is told of what a process that does not come up wrote to standard error, in characters. */
const LAST_WORDS = 2_000;

/** Runs each Function App in a process of its own, as Azure does. */
export class LocalFunctionHost implements FunctionHost {
  private readonly program = hostProgram();

  /** @throws Error when the app's process does not come up; a package that fails to load has no functions instead */
  async start(app: FunctionAppStart): Promise<RunningFunctionApp> {
    const levels = readLogLevels(app.folder);
    const endpoint = app.identity && new IdentityEndpoint(app.identity);
    const identity = endpoint ? await endpoint.start() : {};
    const child = spawn(process.execPath, [...this.program, app.folder], {
      cwd: app.folder,
      env: {
        PATH: process.env['PATH'],
        ...app.environment,
        ...app.settings,
        ...identity,
        FUNCTIONS_WORKER_RUNTIME: 'node',
        WEBSITE_SITE_NAME: app.siteId.split('/').pop(),
        // Event Grid and the tests speak to the app itself; nothing on loopback goes by way of the proxy.
        NO_PROXY: '127.0.0.1,localhost',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = (line: string) => app.log?.(line);
    forwardLines(child, levels, log);
    const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
      await ended(child, signal);
      await endpoint?.stop();
    };
    const stop = () => end('SIGKILL');
    try {
      const { port, functions } = await ready(child, log);
      return { functions, baseUrl: `http://127.0.0.1:${port}`, stop, terminate: () => end('SIGTERM') };
    } catch (error) {
      await stop();
      throw new Error(`function app ${app.siteId} did not start: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** The host's program, compiled or as source, which a script of the checkout compiles. */
function hostProgram(): string[] {
  const compiled = join(__dirname, 'host.cjs');
  if (existsSync(compiled)) return [compiled];
  return [join(__dirname, '../../scripts/run.cjs'), join(__dirname, 'host.ts')];
}

/** What the process prints is information on standard output, and more than that on standard error. */
function forwardLines(child: ChildProcess, levels: LogLevels, log: (line: string) => void): void {
  for (const [stream, level] of [
    [child.stdout, 'information'],
    [child.stderr, 'error'],
  ] as const) {
    if (!levels.writes(CONSOLE_CATEGORY, level)) {
      stream?.resume();
      continue;
    }
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim()) log(line);
    });
  }
}

function ready(
  child: ChildProcess,
  log: (line: string) => void,
): Promise<Extract<FromHost, { kind: 'ready' }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer after ${START_TIMEOUT_MS / 1000} s`)),
      START_TIMEOUT_MS,
    );
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    child.once('error', fail);
    let said = '';
    child.stderr?.on('data', (text: string | Buffer) => (said = `${said}${text}`.slice(-LAST_WORDS)));
    // Not before its last line was read.
    child.once('close', (code, signal) =>
      fail(new Error(`its process ended with ${signal ?? `code ${code}`}${said && `: ${said.trim()}`}`)),
    );
    child.on('message', (message: FromHost) => {
      if (message.kind === 'log') return log(message.line);
      clearTimeout(timer);
      resolve(message);
    });
  });
}

/** Ends the process and waits for it; the host's program sets itself a limit after a SIGTERM. */
function ended(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => {
    // Not before its last line was read.
    child.once('close', () => resolve());
    child.kill(signal);
  });
}
