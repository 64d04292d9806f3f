import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { allBlocks, ROOT } from './markdown';

const name = ({ document, line }: { document: string; line: number }) => `${document}:${line}`;

test('JSON blocks are JSON', () => {
  const wrong = allBlocks('json').flatMap((block) => {
    try {
      JSON.parse(block.code);
      return [];
    } catch (error) {
      return [`${name(block)}: ${String(error)}`];
    }
  });
  expect(wrong).toEqual([]);
});

test('JavaScript blocks are JavaScript', () => {
  const wrong = allBlocks('js', 'javascript').flatMap((block) => {
    const { diagnostics } = ts.transpileModule(block.code, {
      reportDiagnostics: true,
      fileName: 'block.mjs',
    });
    return (diagnostics ?? []).map(
      ({ messageText }) => `${name(block)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
  expect(wrong).toEqual([]);
});

test('every script that is run by npm is one of the package, or of an example beside the document', () => {
  const wrong = allBlocks('sh', 'bash').flatMap((block) => {
    const packages = [ROOT, join(ROOT, dirname(block.document))].map((folder) =>
      join(folder, 'package.json'),
    );
    const scripts = packages.filter(existsSync).flatMap((path) => {
      const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8')) as { scripts?: Record<string, string> };
      return Object.keys(scripts);
    });
    return [...block.code.matchAll(/\bnpm (?:run (?:--?[\w-]+ )*([\w:-]+)|(start|test)\b)/g)].flatMap(
      ([text, run, short]) => (scripts.includes(run ?? short!) ? [] : [`${name(block)}: ${text}`]),
    );
  });
  expect(wrong).toEqual([]);
});
