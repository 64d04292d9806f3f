import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

const FOLDERS = ['docs', 'bench', 'samples', 'examples'];

/** The documents of the project, by their path. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  ),
].sort();

/** A block of code in a document. */
export interface Block {
  /** Path of the document. */
  readonly document: string;
  /** Line of the document in which the code begins, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** What the comment `<!-- ts: … -->` right before the block says. */
  readonly declarations: string;
}

/** The blocks of a text in any of these languages. Blocks in lists are moved to the left. */
export function blocksOf(document: string, text: string, languages: readonly string[]): Block[] {
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].flatMap((match) => {
    const [, indent = '', language = '', code = ''] = match;
    if (!languages.includes(language)) return [];
    const before = text.slice(0, match.index);
    const [, declarations = ''] = /<!-- ts:((?:(?!-->)[\s\S])*)-->\s*$/.exec(before) ?? [];
    return {
      document,
      line: before.split('\n').length + 1,
      language,
      code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
      declarations: declarations.trim(),
    };
  });
}

/** The blocks of all documents in any of these languages. */
export function allBlocks(...languages: string[]): Block[] {
  return DOCUMENTS.flatMap((path) => blocksOf(path, readFileSync(join(ROOT, path), 'utf8'), languages));
}
