import { Log } from '../../terminal';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientSecretCredential } from '@azure/identity';
import { COMMANDS } from '../../cli/commands';
import { printable } from '../../cli/redact';
import { runCommand } from '../../cli/run';
import { ArmReader, RestHubClient, systemClock } from '../../link';
import { transportOf } from '../../link/transport';
import { DEPLOYER, TENANT_ID } from '../../local/azure';
import type { Ended, Session } from './run';
import { STACK } from './template';
import type { World } from './world';

/** Writes down which process deploys, for whoever kills it. */
const PROCESS_FILE = 'deploying.pid';

/** `acs-push rotate`, whose waiting takes no time. */
export function rotate(world: World, session: Session): Promise<Ended> {
  const file = `cdktf.out/stacks/${STACK}/cdk.tf.json`;
  const command =
    `if grep -q '"secondary"' cdktf.json; then cp variants/rotated.json ${file}; ` +
    `else cp variants/first.json ${file}; fi; echo $$ > ${PROCESS_FILE}; ` +
    `exec terraform -chdir=cdktf.out/stacks/${STACK} apply -auto-approve -input=false -no-color`;
  return acsPush(world, session, ['rotate', STACK, '--deploy-command', command]);
}

/** `acs-push recover`; undefined where there is no such command. */
export async function recover(world: World, session: Session): Promise<Ended | undefined> {
  if (!COMMANDS.some(({ name }) => name === 'recover')) return undefined;
  return acsPush(world, session, ['recover', STACK]);
}

/** Runs the command in this process. Killed, it reaches nothing any more, and the Terraform that it runs is killed. */
async function acsPush(world: World, session: Session, words: readonly string[]): Promise<Ended> {
  let printed = '';
  const write = (text: string) => {
    printed += printable(text);
  };
  const { hostname, port } = new URL(session.proxy);
  const reach = {
    proxy: { host: hostname, port: Number(port) },
    ca: readFileSync(world.azure.endpoints.certificateFile, 'utf8'),
  };
  const credential = new ClientSecretCredential(
    TENANT_ID,
    DEPLOYER.clientId,
    DEPLOYER.clientSecret,
    transportOf(reach),
  );
  const clock = {
    now: () => world.clock.now(),
    sleep: (milliseconds: number) => world.clock.skip(milliseconds),
  };
  const kill = () => killDeploy(world);
  session.killed.addEventListener('abort', kill, { once: true });
  const code = await runCommand(COMMANDS, [...words, '--output', join(world.project, 'cdktf.out')], {
    out: write,
    err: write,
    environment: session.environment,
    folder: world.project,
    progress: new Log(write),
    signal: session.killed,
    connect: () => ({
      azure: new ArmReader({ credential, clock, ...reach }),
      // Signatures are judged by the machine's clock.
      hub: new RestHubClient({ clock: systemClock, ...reach }),
      clock,
    }),
  });
  return { code: session.killed.aborted ? undefined : code, printed };
}

function killDeploy(world: World): void {
  try {
    process.kill(Number(readFileSync(join(world.project, PROCESS_FILE), 'utf8')), 'SIGKILL');
  } catch {
    // None was begun, or it has ended by itself.
  }
}
