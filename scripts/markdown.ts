/** What the columns are called, and the rows. Cells are Markdown: whoever puts text into one escapes it. */
export type Table = readonly [head: readonly string[], rows: readonly (readonly string[])[]];

export function markdown([head, rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The page with each of its tables between its marks: `<!-- table goals -->` and `<!-- end -->`.
 *
 * @param tables by their names; a string is Markdown, of several tables or with words around one
 * @throws Error for a mark that names no table
 */
export function withTables(page: string, tables: Readonly<Record<string, Table | string>>): string {
  return page.replace(
    /(<!-- table ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const table = tables[name];
      if (table === undefined)
        throw new Error(`no table is called '${name}'; there are ${Object.keys(tables).join(', ')}`);
      return `${start}\n${typeof table === 'string' ? table : markdown(table)}\n\n${end}`;
    },
  );
}
