import { markdown } from '../../../scripts/markdown';
import type { Result } from '../result';
import { tablesOf } from './tables';

/** The tables of a run, for a terminal; those of parts that were not run are left out. */
export function textOf(result: Result): string {
  return Object.entries(tablesOf({ runs: {} }, result))
    .filter(([name]) => name === 'limits' || name === 'runs' || name in result.runs)
    .map(([name, table]) => `${name}\n\n${markdown(table)}\n\n`)
    .join('');
}
