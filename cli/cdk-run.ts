import { ApplyProgress, type Applied } from './apply-progress';
import { cdkCommand } from './cdk-command';
import { withoutControls } from './control-characters';
import type { Io } from './io';
import { runProgram } from './run-program';
import { OUTPUT_VARIABLE, outputFolder } from './stack-folder';

/** How a run of cdktf, or of what deploys in its place, is made. */
interface CdkRun {
  /** Variables beside those of the command. @default - none */
  readonly environment?: NodeJS.ProcessEnv;
  /** A line for a shell. @default - the project's cdktf or cdktn, without a shell */
  readonly command?: string;
  /** Whether everything that it prints is passed on to standard error. @default false */
  readonly verbose?: boolean;
}

/**
 * Has cdktf deploy or destroy a stack, and tells what becomes of each resource. Interrupted, it has the time that
 * Terraform needs to come to an end.
 * @param options of that command beside `--auto-approve`
 * @throws Error when it fails
 */
export async function runCdk(
  word: 'deploy' | 'destroy',
  stack: string,
  io: Io,
  { environment = {}, command, verbose = false }: CdkRun = {},
  options: readonly string[] = [],
): Promise<Applied> {
  const args = [cdkCommand(io.folder), word, stack, '--auto-approve', ...outputOption(io), ...options];
  const line = command ?? `npx ${args.join(' ')}`;
  return io.progress.step(line, async (step) => {
    const apply = new ApplyProgress(step);
    let printed = '';
    let code: number | undefined;
    try {
      ({ code } = await runProgram(command ?? 'npx', command === undefined ? args : [], {
        shell: command !== undefined,
        folder: io.folder,
        signal: io.signal,
        endWithin: 'whatever it takes',
        onPrint: (lines) => {
          const plain = withoutControls(lines);
          if (verbose) io.err(plain);
          for (const each of plain.split('\n')) apply.read(each);
          printed += plain;
        },
        environment: { ...io.environment, CHECKPOINT_DISABLE: '1', ...environment },
      }));
    } finally {
      // Also of what was interrupted, which may say where the state is; and warnings of what went well, which are no
      // progress, which --quiet leaves out.
      const told = diagnostics(printed) || (code === 0 ? '' : lastOf(printed));
      if (told && !verbose) io.err(`${told}\n`);
    }
    if (code === undefined) throw new Error(`'${line}' cannot be run: there is no npx`);
    if (code === 0) return apply.applied;
    throw new Error(
      `'${line}' ended with exit code ${code}; where it says that something ${IN_THE_WAY[word]}, or was killed, ` +
        `'npx acs-push recover ${stack}' takes what is there into the state`,
    );
  });
}

/** What Azure says of resources that the state does not know. */
const IN_THE_WAY = { deploy: 'already exists', destroy: 'still contains resources' } as const;

/** The frame that Terraform draws around its errors and warnings, in an output of cdktf with the stack's name before it. */
const FRAMED = /^(?:\S+ )?\s*[╷│╵]/;

/** What Terraform warns of and fails by, as it words it. */
function diagnostics(output: string): string {
  return output
    .split('\n')
    .filter((line) => FRAMED.test(line))
    .join('\n');
}

/** How many lines are shown of what ended badly and said nothing in a frame. */
const LAST_LINES = 40;

function lastOf(output: string): string {
  return output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

/** The cdktf command line does not read the variable itself. */
function outputOption(io: Io): string[] {
  return io.environment[OUTPUT_VARIABLE] ? ['--output', outputFolder(io)] : [];
}
