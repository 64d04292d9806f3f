import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorOf } from '../../scripts/pages/anchors';
import { Pages } from '../../scripts/pages/pages';
import { anchorsOf, type Link, linksOf } from './links';
import { DOCUMENTS, ROOT } from './markdown';

const INDEX = 'docs/README.md';

/** What one sees on the way to a part of a page is no prop of a user's: it is given, or comes back. */
const isProps = (name: string) => !/^I[A-Z]/.test(name);

/** Errors are thrown, and described where mistakes are. */
const MISTAKES = 'docs/mistakes.md';

let pages: Pages;

beforeAll(() => {
  pages = new Pages(ROOT);
});

test('the tables of every page are those of the sources and of the price list: npm run pages', () => {
  const made = pages.made();
  expect([...pages.current].filter(([path, text]) => made.get(path) !== text).map(([path]) => path)).toEqual(
    [],
  );
});

test('every class that can be made has a page, by its title or with its name in code', () => {
  const classes = pages.declarations.exportedClasses().filter(({ canBeMade }) => canBeMade);
  const texts = [...pages.current].filter(
    ([path]) => path.startsWith('docs/constructs/') || path === MISTAKES,
  );
  const named = (name: string) =>
    texts.some(([, text]) => text.startsWith(`# ${name}\n`) || text.includes(`\`${name}\``));
  expect(classes.filter(({ isConstruct }) => isConstruct).length).toBeGreaterThan(20);
  expect(classes.filter(({ name }) => !named(name)).map(({ name }) => name)).toEqual([]);
});

/** Targets of links, by how many clicks they are away. */
function within(clicks: number, from: string): Set<string> {
  const seen = new Set([from]);
  let newest = [from];
  for (let click = 0; click < clicks; click += 1) {
    const next = newest
      .filter((path) => DOCUMENTS.includes(path))
      .flatMap((path) => linksOf(path).flatMap(ledTo));
    newest = [...new Set(next)].filter((target) => !seen.has(target));
    newest.forEach((target) => seen.add(target));
  }
  return seen;
}

/** A folder shows its README. */
function ledTo({ target }: Link): string[] {
  const readme = `${target}/README.md`;
  return DOCUMENTS.includes(readme) ? [target, readme] : [target];
}

test('README leads to the index before its first heading', () => {
  const [top] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(/^## /m);
  expect(top).toContain('(docs/README.md)');
});

test('the index links every page, and README leads to each within two clicks', () => {
  // Benches come with the sources alone, and what comes with the package leads to nothing outside of it.
  const everything = DOCUMENTS.filter(
    (path) => path !== INDEX && path !== 'README.md' && !path.startsWith('bench/'),
  );
  const linked = within(1, INDEX);
  expect(everything.filter((path) => path.startsWith('docs/') && !linked.has(path))).toEqual([]);
  const near = within(2, 'README.md');
  expect(everything.filter((path) => !near.has(path))).toEqual([]);
});

test('every example is one click from the index', () => {
  const examples = DOCUMENTS.filter((path) => /^examples\/[^/]+\/README\.md$/.test(path));
  const linked = within(1, INDEX);
  expect(examples.filter((path) => !linked.has(path))).toEqual([]);
});

test('every interface of props has its table, on a page that is one click from the index', () => {
  const linked = within(1, INDEX);
  const away = pages.declarations
    .exportedInterfaces()
    .filter(isProps)
    .filter((name) => {
      const place = pages.places.get(name);
      return place === undefined || !linked.has(place) || !anchorsOf(place).has(anchorOf(name));
    });
  expect(away).toEqual([]);
});

test('every prop stands in the list of props, which leads to its table in a click', () => {
  const [tables, rows] = [
    new Set(linksOf('docs/props.md').map(({ target, anchor }) => `${target}#${anchor}`)),
    props(),
  ];
  const lost = pages.declarations
    .exportedInterfaces()
    .filter(isProps)
    .flatMap((name) => pages.declarations.interfaceOf(name)!.props.map((prop) => ({ name, prop: prop.name })))
    .filter(({ name, prop }) => {
      const table = `${pages.places.get(name)}#${anchorOf(name)}`;
      return !tables.has(table) || !rows.get(prop)?.includes(`[${name}](`);
    });
  expect(lost).toEqual([]);
  expect(linksOf('README.md').map(({ target }) => target)).toContain('docs/props.md');
});

function props(): Map<string, string> {
  const text = pages.current.get('docs/props.md')!;
  return new Map([...text.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, prop, of]) => [prop!, of!]));
}
