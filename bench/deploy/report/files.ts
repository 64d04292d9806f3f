import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from '../../../scripts/markdown';
import type { Result } from '../result';
import { gantt } from './gantt';
import { tablesOf } from './tables';

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
  const tables = tablesOf(result);
  return [
    ...charts,
    ...PAGES.map((path) => ({ path, text: withTables(readFileSync(path, 'utf8'), tables) })),
  ];
}
