import type { Result } from '../result';
import { markdown, TABLES } from './tables';

/** The tables of a run, for a terminal. */
export function textOf(result: Result): string {
  return Object.entries(TABLES)
    .map(([name, table]) => `${name}\n\n${markdown(table({ runs: {} }, result))}\n\n`)
    .join('');
}
