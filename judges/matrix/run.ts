import { spawn } from 'node:child_process';
import { startStandInProviders, type StandInProviders } from '../../local/terraform';
import { machineEnvironment } from '../../testing/local/deployment';
import { Line } from './line';
import type { World } from './world';

/** How a command ended. */
export interface Ended {
  /** 0 when it says that all is well; undefined when it was killed. */
  readonly code: number | undefined;
  /** All that it printed. */
  readonly printed: string;
}

/** What a command is run with: a way to Azure of its own, and providers of its own. */
export interface Session {
  /** As SIGKILL, or a machine that loses its power: nothing of it does anything from now on. */
  kill(): void;
  /** Azure cannot be reached any more. */
  cut(): void;
  readonly environment: Readonly<Record<string, string>>;
  /** `http://127.0.0.1:{port}`, the way to Azure. */
  readonly proxy: string;
  /** Aborted by `kill`. */
  readonly killed: AbortSignal;
}

/**
 * Opens a way to Azure and providers of its own for one command, so that both can be taken away under it.
 * @param tell gets the session before anything is asked of Azure
 */
export async function inSession<T>(
  world: World,
  variables: Readonly<Record<string, string>>,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const line = await Line.to(world.azure.endpoints.proxy);
  const killed = new AbortController();
  const toAzure = Object.fromEntries(
    Object.entries(world.azure.environment).map(([name, value]) => [
      name,
      value === world.azure.endpoints.proxy ? line.url : value,
    ]),
  );
  let standIns: StandInProviders | undefined;
  try {
    if (world.template.providers === 'stand-in') {
      standIns = await startStandInProviders({ environment: toAzure });
    }
    return await use({
      environment: {
        ...machineEnvironment(),
        ...toAzure,
        ...(standIns && { TF_REATTACH_PROVIDERS: standIns.reattach }),
        ...variables,
        TF_INPUT: '0',
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
        NO_COLOR: '1',
        CI: 'true',
        ACS_PUSH_VERIFY_LEVEL: 'config',
      },
      proxy: line.url,
      killed: killed.signal,
      cut: () => line.cut(),
      kill: () => {
        line.cut();
        killed.abort();
      },
    });
  } finally {
    line.cut();
    await standIns?.close();
  }
}

/** Runs a program in a process group of its own, which `killed` ends by SIGKILL. */
export function runProgram(
  command: string,
  args: readonly string[],
  { environment, killed }: Pick<Session, 'environment' | 'killed'>,
  folder: string,
): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  killed.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.removeListener('exit', kill);
      resolve({ code: killed.aborted ? undefined : (code ?? 1), printed });
    });
  });
}
