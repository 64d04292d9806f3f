import { anchorsOf, isAlive, linksOf } from './links';
import { DOCUMENTS } from './markdown';

test.each(DOCUMENTS)('what %s points to in the project is there', (path) => {
  expect(
    linksOf(path)
      .filter((link) => !isAlive(link))
      .map(({ text }) => text),
  ).toEqual([]);
});

test('a link to a page, a heading or an anchor that is not there is dead', () => {
  expect(isAlive({ text: '', target: 'docs/nowhere.md' })).toBe(false);
  expect(isAlive({ text: '', target: 'docs/names.md', anchor: 'what-is-forgotten' })).toBe(false);
  expect(isAlive({ text: '', target: 'docs/names.md', anchor: 'what-is-kept' })).toBe(true);
});

test('anchors of its own and headings with code count', () => {
  expect(anchorsOf('docs/scale.md')).toContain('not-today');
  expect(anchorsOf('docs/relay.md')).toContain('what-became-of-one-push');
});
