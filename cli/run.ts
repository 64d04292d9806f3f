import { resolve } from 'node:path';
import { AzureError, ResourceIdError } from '../link';
import { silent } from '../terminal';
import { BadInput } from './bad-input';
import type { Command } from './command';
import { EXIT } from './exit-code';
import type { ProcessIo } from './io';
import { atDashes } from './options';
import { OUTPUT_VARIABLE } from './stack-folder';
import { Stacks } from './stacks';

const EVERYWHERE = `In every command that takes a stack, which is any of the cdktf project in this folder:
  --outputs PREFIX  of several PushNotifications in the stack, the one whose outputs have that prefix; '' is none
  --output DIR      the folder that cdktf wrote to; default is ${OUTPUT_VARIABLE}, else that of cdktf.json, else cdktf.out;
                    where nothing is written, the app of cdktf.json is run into a temporary folder

In every command:
  --quiet           print what was asked for, warnings and errors, and nothing of how it goes
How it goes is told on standard error: redrawn at a terminal, whole lines elsewhere. NO_COLOR=1 takes the colours away.
`;

const QUIET = '--quiet';

/** Runs one of the commands with the words after `acs-push`, of which those that every command takes may stand anywhere; answers the exit code and never throws. */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  io: ProcessIo,
): Promise<number> {
  let stacks: Stacks | undefined;
  try {
    const { own, passed } = atDashes(words);
    const { args: some, value: output } = without('output', own);
    if (output === '') throw new BadInput('--output takes the folder that cdktf wrote to');
    const { args: most, value: outputs } = without('outputs', some);
    const [name, ...args] = most.filter((word) => word !== QUIET);
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      io.out(overview(commands));
      return name === undefined ? EXIT.badInput : EXIT.ok;
    }
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) {
      const known = commands.map((candidate) => candidate.name).join(', ');
      throw new BadInput(`unknown command '${name}'; known are: ${known}`);
    }
    if (args.includes('--help') || args.includes('-h')) {
      io.out(command.usage);
      return EXIT.ok;
    }
    const placed = output === undefined ? io : inOutput(output, io);
    const there = most.includes(QUIET) ? { ...placed, progress: silent } : placed;
    stacks = new Stacks(there, outputs);
    return await command.run([...args, ...passed], { ...there, stacks });
  } catch (error) {
    const { message } = error as Error;
    if (io.signal.aborted && (error === io.signal.reason || (error as Error).name === 'AbortError')) {
      io.err('acs-push: interrupted\n');
      return EXIT.notProved;
    }
    io.err(`acs-push: ${message}\n`);
    if (error instanceof BadInput || error instanceof ResourceIdError) return EXIT.badInput;
    if (error instanceof AzureError && error.kind === 'credentials') return EXIT.badInput;
    if (error instanceof AzureError && error.transient) return EXIT.notProved;
    return io.signal.aborted ? EXIT.notProved : EXIT.failed;
  } finally {
    stacks?.close();
  }
}

/** An option that means the same in every command, and the words without it. @throws BadInput when it has no value */
function without(option: string, words: readonly string[]): { args: string[]; value?: string } {
  const at = words.findIndex((word) => word === `--${option}` || word.startsWith(`--${option}=`));
  if (at < 0) return { args: [...words] };
  const joined = words[at]!.includes('=');
  const value = joined ? words[at]!.slice(`--${option}=`.length) : words[at + 1];
  if (value === undefined || value.startsWith('-')) throw new BadInput(`--${option} takes a value`);
  return { args: [...words.slice(0, at), ...words.slice(at + (joined ? 1 : 2))], value };
}

function inOutput(output: string, io: ProcessIo): ProcessIo {
  return { ...io, environment: { ...io.environment, [OUTPUT_VARIABLE]: resolve(io.folder, output) } };
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `acs-push {command} [options]; 'acs-push {command} --help' tells more\n\n${lines.join('\n')}\n\n${EVERYWHERE}`;
}
