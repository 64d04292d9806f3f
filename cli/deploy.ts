import type { KeyName } from '../link';
import { linkKeyContext } from '../link/stack-outputs';
import { runCdk } from './cdk-run';
import { setContext } from './cdktf-config';
import type { Io } from './io';

/** Environment variable that goes before `--level`: a deploy inside a rotation has nothing to wait for. */
export const LEVEL_VARIABLE = 'ACS_PUSH_VERIFY_LEVEL';

/** How long a deploy inside a rotation waits for one of somebody else that came before it. */
const LOCK_TIMEOUT = '-lock-timeout=10m';

/** Writes down that a stack links with that key from now on. @throws BadInput */
export function setLinkKey(stack: string, prefix: string, key: KeyName, io: Io): void {
  setContext(io.folder, linkKeyContext(stack, prefix), key);
}

/**
 * Deploys a stack within a rotation.
 * @param command a line for a shell @default - the project's cdktf or cdktn, without a shell
 * @throws Error when it fails
 */
export async function deploy(stack: string, io: Io, command?: string): Promise<void> {
  await runCdk('deploy', stack, io, {
    command,
    // The rotation waits for the window itself, once.
    environment: {
      [LEVEL_VARIABLE]: 'config',
      ...waiting(io.environment, 'TF_CLI_ARGS_plan'),
      ...waiting(io.environment, 'TF_CLI_ARGS_apply'),
    },
  });
}

/** Arguments that Terraform adds to one of its commands. What the caller says of locks goes before. */
function waiting(environment: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  const given = environment[name] ?? '';
  return /-lock(-timeout)?\b/.test(given) ? {} : { [name]: `${given} ${LOCK_TIMEOUT}`.trim() };
}
