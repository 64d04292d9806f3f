import { AzureError } from '../link';
import { BadInput } from './bad-input';
import type { Command } from './command';
import { EXIT } from './exit-code';
import type { Io } from './io';

/** Runs one of the commands with the words after `acs-push`; answers the exit code and never throws. */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  io: Io,
): Promise<number> {
  const [name, ...args] = words;
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
    if (args.includes('--help') || args.includes('-h')) {
      io.out(command.usage);
      return EXIT.ok;
    }
    return await command.run(args, io);
  } catch (error) {
    const { message } = error as Error;
    io.err(`acs-push: ${message}\n`);
    if (error instanceof BadInput) return EXIT.badInput;
    if (error instanceof AzureError && error.kind === 'credentials') return EXIT.badInput;
    if (error instanceof AzureError && error.transient) return EXIT.notProved;
    return io.signal.aborted ? EXIT.notProved : EXIT.failed;
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `acs-push {command} [options]; 'acs-push {command} --help' tells more\n\n${lines.join('\n')}\n`;
}
