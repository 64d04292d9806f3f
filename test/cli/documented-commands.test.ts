import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { DOCUMENTS, ROOT } from '../documents/markdown';

/** Every `acs-push …` in code of the documents, with lines that are continued put together. */
function documented(): { where: string; text: string; name: string; options: string[] }[] {
  return DOCUMENTS.flatMap((where) => {
    const text = readFileSync(join(ROOT, where), 'utf8').replace(/\\\n\s*/g, ' ');
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
    const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, span]) => span!);
    return [...blocks, ...spans].flatMap((code) => {
      const [, name, rest = ''] =
        /^(?:npx )?acs-push ([a-z][a-z-]*)([^#]*)/.exec(code.replace(/\s+/g, ' ')) ?? [];
      if (name === undefined) return [];
      return [{ where, text: code.trim(), name, options: rest.match(/--[a-z][a-z-0-9]*/g) ?? [] }];
    });
  });
}

test('every command in the docs exists, with every option that is shown', () => {
  const usages = new Map(COMMANDS.map(({ name, usage }) => [name, usage]));
  const wrong = documented().flatMap(({ where, text, name, options }) => {
    const usage = usages.get(name);
    if (usage === undefined) return [`${where}: ${text}: no such command`];
    return options
      .filter((option) => !new RegExp(`${option}(?![a-z-])`).test(usage))
      .map((option) => `${where}: ${text}: no option ${option}`);
  });
  expect(wrong).toEqual([]);
});

test('every command is shown in the docs', () => {
  const shown = new Set(documented().map(({ name }) => name));
  expect(COMMANDS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});
