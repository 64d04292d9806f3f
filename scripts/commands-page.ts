import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../cli/commands';
import { EXIT } from '../cli/exit-code';
import type { ProcessIo } from '../cli/io';
import { runCommand } from '../cli/run';
import { markdown } from './markdown';

const PATH = join(__dirname, '../docs/commands.md');

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, or proved',
  failed: 'a check failed, or the command could not do its work',
  badInput: 'unknown stack, malformed id or option, nobody to sign in as, or the sign-in was refused',
  notProved:
    'nothing is wrong, but it is not proved: the window is open, or something could not be read or reached',
};

/** The page of all commands: what each prints when it is asked for help. */
export async function commandsPage(): Promise<string> {
  const codes = Object.entries(EXIT).map(([name, code]) => [
    String(code),
    MEANINGS[name as keyof typeof EXIT],
  ]);
  const parts = [
    '# Commands',
    'What `npx acs-push --help` and `npx acs-push {command} --help` print. `npm run api` writes this page; a test fails while\n' +
      'it is not what the commands say. What verdicts mean: [verification](verification.md).',
    await printed('--help'),
    '## Exit codes',
    markdown([['code', 'of every command'], codes]),
  ];
  for (const { name } of COMMANDS) parts.push(`## ${name}`, await printed(name, '--help'));
  return `${parts.join('\n\n')}\n`;
}

async function printed(...words: string[]): Promise<string> {
  let text = '';
  await runCommand(COMMANDS, words, { out: (some: string) => (text += some) } as unknown as ProcessIo);
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}

if (require.main === module) void commandsPage().then((page) => writeFileSync(PATH, page));
