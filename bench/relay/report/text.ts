import type { Result } from '../result';
import { markdown, TABLES } from './tables';

/** The tables of a run, for a terminal; those of parts that were not run are left out. */
export function textOf(result: Result): string {
  return Object.entries(TABLES)
    .filter(([name]) => name === 'limits' || name === 'runs' || name in result.runs)
    .map(([name, table]) => `${name}\n\n${markdown(table({ runs: {} }, result))}\n\n`)
    .join('');
}
