import { resolve } from 'node:path';
import { AzureError } from '../link';
import { BadInput } from './bad-input';
import type { Command } from './command';
import { EXIT } from './exit-code';
import type { Io } from './io';
import { OUTPUT_VARIABLE } from './stack-folder';

const EVERYWHERE = `In every command that takes an environment:
  --output DIR  the folder that cdktf wrote to; default is ${OUTPUT_VARIABLE}, else that of cdktf.json, else cdktf.out
`;

/** Runs one of the commands with the words after `acs-push`; answers the exit code and never throws. */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  io: Io,
): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(overview(commands));
    return name === undefined ? EXIT.badInput : EXIT.ok;
  }
  const command = commands.find((candidate) => candidate.name === name);
  try {
    if (!command) {
      const known = commands.map((candidate) => candidate.name).join(', ');
      throw new BadInput(`unknown command '${name}'; known are: ${known}`);
    }
    const { args, output } = withoutOutput(rest);
    if (args.includes('--help') || args.includes('-h')) {
      io.out(command.usage);
      return EXIT.ok;
    }
    return await command.run(args, output === undefined ? io : inOutput(output, io));
  } catch (error) {
    const { message } = error as Error;
    io.err(`acs-push: ${message}\n`);
    if (error instanceof BadInput) return EXIT.badInput;
    if (error instanceof AzureError && error.kind === 'credentials') return EXIT.badInput;
    if (error instanceof AzureError && error.transient) return EXIT.notProved;
    return io.signal.aborted ? EXIT.notProved : EXIT.failed;
  }
}

/** `--output DIR`, which means the same in every command, and the words without it. @throws BadInput */
function withoutOutput(words: readonly string[]): { args: string[]; output?: string } {
  const at = words.findIndex((word) => word === '--output' || word.startsWith('--output='));
  if (at < 0) return { args: [...words] };
  const joined = words[at]!.includes('=');
  const output = joined ? words[at]!.slice('--output='.length) : words[at + 1];
  if (!output || output.startsWith('-')) throw new BadInput('--output takes the folder that cdktf wrote to');
  return { args: [...words.slice(0, at), ...words.slice(at + (joined ? 1 : 2))], output };
}

function inOutput(output: string, io: Io): Io {
  return { ...io, environment: { ...io.environment, [OUTPUT_VARIABLE]: resolve(io.folder, output) } };
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `acs-push {command} [options]; 'acs-push {command} --help' tells more\n\n${lines.join('\n')}\n\n${EVERYWHERE}`;
}
