import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(__dirname, '..');

/** The documents of the project, by their path. */
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...['docs', 'bench', 'samples'].flatMap(below),
];

function below(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

/** What a link can lead to within a document: headings as they are shown on GitHub, and anchors of its own. */
function anchorsOf(path: string): Set<string> {
  const text = readFileSync(join(ROOT, path), 'utf8').replace(/```[\s\S]*?```/g, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id!)]);
}

test.each(documents)('what %s points to in the project is there', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8').replace(/```[\s\S]*?```/g, '');
  const broken = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(
    ([link, file, anchor]) => {
      const target = file ? normalize(join(dirname(path), file)) : path;
      if (!existsSync(join(ROOT, target))) return [link];
      if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return [];
      return anchorsOf(target).has(anchor) ? [] : [link];
    },
  );
  expect(broken).toEqual([]);
});
