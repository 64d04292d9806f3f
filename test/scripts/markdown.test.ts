import { withTables, type Table } from '../../scripts/markdown';

const goals: Table = [['goal', ''], [['under 90 s', 'met']]];

test('each table is put between its marks, in place of the one that was there', () => {
  const page = 'Before.\n\n<!-- table goals -->\n\n| old |\n\n<!-- end -->\n\nAfter.\n';
  const written = withTables(page, { goals });
  expect(written).toBe(
    'Before.\n\n<!-- table goals -->\n\n| goal |  |\n| --- | --- |\n| under 90 s | met |\n\n<!-- end -->\n\nAfter.\n',
  );
  expect(withTables(written, { goals })).toBe(written);
});

test('a mark that names no table is refused', () => {
  expect(() => withTables('<!-- table goal -->\n<!-- end -->', { goals })).toThrow(
    "no table is called 'goal'; there are goals",
  );
});
