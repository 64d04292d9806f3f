import { spawn } from 'node:child_process';
import type { KeyName } from '../link';
import { linkKeyContext } from '../link/stack-outputs';
import { setContext } from './cdktf-config';
import type { Io } from './io';
import { redact } from './redact';
import { OUTPUT_VARIABLE, outputFolder } from './stack-folder';

/** Environment variable that goes before `--level`: a deploy inside a rotation has nothing to wait for. */
export const LEVEL_VARIABLE = 'ACS_PUSH_VERIFY_LEVEL';

/** How long a deploy inside a rotation waits for one of somebody else that came before it. */
const LOCK_TIMEOUT = '-lock-timeout=10m';

/** Writes down that a stack links with that key from now on. @throws BadInput */
export function setLinkKey(stack: string, prefix: string, key: KeyName, io: Io): void {
  setContext(io.folder, linkKeyContext(stack, prefix), key);
}

/** Deploys a stack, with everything it prints passed on to standard error. @throws Error when it fails */
export async function deploy(stack: string, io: Io, command?: string): Promise<void> {
  const line = command ?? `npx cdktf deploy ${stack} --auto-approve${outputOption(io)}`;
  const child = spawn(line, {
    shell: true,
    cwd: io.folder,
    // The rotation waits for the window itself, once.
    env: {
      ...io.environment,
      CHECKPOINT_DISABLE: '1',
      [LEVEL_VARIABLE]: 'config',
      ...waiting(io.environment, 'TF_CLI_ARGS_plan'),
      ...waiting(io.environment, 'TF_CLI_ARGS_apply'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGINT');
  io.signal.addEventListener('abort', stop, { once: true });
  const pass = (chunk: Buffer) => io.err(redact(chunk.toString('utf8')));
  child.stdout.on('data', pass);
  child.stderr.on('data', pass);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => io.signal.removeEventListener('abort', stop));
  io.signal.throwIfAborted();
  if (code !== 0) throw new Error(`'${line}' ended with exit code ${code}`);
}

/** Arguments that Terraform adds to one of its commands. What the caller says of locks goes before. */
function waiting(environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  const given = environment[name] ?? '';
  return /-lock(-timeout)?\b/.test(given) ? {} : { [name]: `${given} ${LOCK_TIMEOUT}`.trim() };
}

/** The cdktf command line does not read the variable itself. */
function outputOption(io: Io): string {
  return io.environment[OUTPUT_VARIABLE] ? ` --output ${JSON.stringify(outputFolder(io))}` : '';
}
