import { cdkCommand } from './cdk-command';
import type { Io } from './io';
import { redact } from './redact';
import { runProgram } from './run-program';
import { OUTPUT_VARIABLE, outputFolder } from './stack-folder';

/** How a run of cdktf, or of what deploys in its place, is made. */
export interface CdkRun {
  /** Variables beside those of the command. @default - none */
  readonly environment?: NodeJS.ProcessEnv;
  /** A line for a shell. @default - the project's cdktf or cdktn, without a shell */
  readonly command?: string;
}

/**
 * Has cdktf deploy or destroy a stack, with everything it prints passed on to standard error. Interrupted, it has the
 * time that Terraform needs to come to an end.
 * @param options of that command beside `--auto-approve`
 * @throws Error when it fails
 */
export async function runCdk(
  word: 'deploy' | 'destroy',
  stack: string,
  io: Io,
  { environment = {}, command }: CdkRun = {},
  options: readonly string[] = [],
): Promise<void> {
  const args = [cdkCommand(io.folder), word, stack, '--auto-approve', ...outputOption(io), ...options];
  const { code } = await runProgram(command ?? 'npx', command === undefined ? args : [], {
    shell: command !== undefined,
    folder: io.folder,
    signal: io.signal,
    endWithin: 'whatever it takes',
    onPrint: (text) => io.err(redact(text)),
    environment: { ...io.environment, CHECKPOINT_DISABLE: '1', ...environment },
  });
  const line = command ?? `npx ${args.join(' ')}`;
  if (code === undefined) throw new Error(`'${line}' cannot be run: there is no npx`);
  if (code === 0) return;
  throw new Error(
    `'${line}' ended with exit code ${code}; where it says that something ${IN_THE_WAY[word]}, or was killed, ` +
      `'npx acs-push recover ${stack}' takes what is there into the state`,
  );
}

/** What Azure says of resources that the state does not know. */
const IN_THE_WAY = { deploy: 'already exists', destroy: 'still contains resources' } as const;

/** The cdktf command line does not read the variable itself. */
function outputOption(io: Io): string[] {
  return io.environment[OUTPUT_VARIABLE] ? ['--output', outputFolder(io)] : [];
}
