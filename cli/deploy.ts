import type { KeyName } from '../link';
import { linkKeyContext } from '../link/stack-outputs';
import { cdkCommand } from './cdk-command';
import { setContext } from './cdktf-config';
import type { Io } from './io';
import { redact } from './redact';
import { runProgram } from './run-program';
import { OUTPUT_VARIABLE, outputFolder } from './stack-folder';

/** Environment variable that goes before `--level`: a deploy inside a rotation has nothing to wait for. */
export const LEVEL_VARIABLE = 'ACS_PUSH_VERIFY_LEVEL';

/** How long a deploy inside a rotation waits for one of somebody else that came before it. */
const LOCK_TIMEOUT = '-lock-timeout=10m';

/** Writes down that a stack links with that key from now on. @throws BadInput */
export function setLinkKey(stack: string, prefix: string, key: KeyName, io: Io): void {
  setContext(io.folder, linkKeyContext(stack, prefix), key);
}

/**
 * Deploys a stack, with everything it prints passed on to standard error. Interrupted, it has the time that Terraform
 * needs to come to an end.
 * @param command a line for a shell @default - the project's cdktf or cdktn, without a shell
 * @throws Error when it fails
 */
export async function deploy(stack: string, io: Io, command?: string): Promise<void> {
  const args = [cdkCommand(io.folder), 'deploy', stack, '--auto-approve', ...outputOption(io)];
  const { code } = await runProgram(command ?? 'npx', command === undefined ? args : [], {
    shell: command !== undefined,
    folder: io.folder,
    signal: io.signal,
    endWithin: 'whatever it takes',
    onPrint: (text) => io.err(redact(text)),
    // The rotation waits for the window itself, once.
    environment: {
      ...io.environment,
      CHECKPOINT_DISABLE: '1',
      [LEVEL_VARIABLE]: 'config',
      ...waiting(io.environment, 'TF_CLI_ARGS_plan'),
      ...waiting(io.environment, 'TF_CLI_ARGS_apply'),
    },
  });
  const line = command ?? `npx ${args.join(' ')}`;
  if (code === undefined) throw new Error(`'${line}' cannot be run: there is no npx`);
  if (code !== 0) throw new Error(`'${line}' ended with exit code ${code}`);
}

/** Arguments that Terraform adds to one of its commands. What the caller says of locks goes before. */
function waiting(environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  const given = environment[name] ?? '';
  return /-lock(-timeout)?\b/.test(given) ? {} : { [name]: `${given} ${LOCK_TIMEOUT}`.trim() };
}

/** The cdktf command line does not read the variable itself. */
function outputOption(io: Io): string[] {
  return io.environment[OUTPUT_VARIABLE] ? ['--output', outputFolder(io)] : [];
}
