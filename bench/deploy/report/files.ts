import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../result';
import { gantt } from './gantt';
import { markdown, TABLES } from './tables';

const PROJECT = join(__dirname, '../../..');
const PAGES = [join(PROJECT, 'docs/deploy-time.md'), join(PROJECT, 'bench/deploy/README.md')];

/** The pages and charts as the figures give them. */
export function written(result: Result): { readonly path: string; readonly text: string }[] {
  const charts = (['local', 'chain', 'plain'] as const).flatMap((stack) => {
    const first = result[stack]?.first;
    if (!first) return [];
    const titles = {
      local: 'First deploy of everything, Azure with assumed latencies',
      chain: 'The chain up to the link by this library, Azure answering at once',
      plain: 'The same by plain azurerm resources, Azure answering at once',
    };
    const timing = stack === 'local' ? first.azure : first.none;
    return [{ path: join(PROJECT, `docs/deploy-time-${stack}.svg`), text: gantt(titles[stack], timing) }];
  });
  return [...charts, ...PAGES.map((path) => ({ path, text: withTables(path, result) }))];
}

/** Puts each table between its marks: `<!-- table goals -->` and `<!-- end -->`. */
function withTables(path: string, result: Result): string {
  return readFileSync(path, 'utf8').replace(
    /(<!-- table ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const table = TABLES[name];
      if (!table)
        throw new Error(`${path}: no table is called '${name}'; there are ${Object.keys(TABLES).join(', ')}`);
      return `${start}\n${markdown(table(result))}\n\n${end}`;
    },
  );
}
