import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from '../../../scripts/markdown';
import type { Result } from '../result';
import { pictureOf } from './picture';
import { tablesOf } from './tables';

const folder = join(__dirname, '..');

export const LAST_RUN = join(folder, 'last-run.json');
export const BEFORE = join(folder, 'before.json');
const PICTURE = join(folder, 'figures.svg');
const README = join(folder, 'README.md');

/** What a run kept; nothing when there was none. */
export function readResult(file: string): Result {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : { runs: {} };
}

/** The picture and the README as the figures of two runs give them. */
export function written(before: Result, last: Result): { readonly path: string; readonly text: string }[] {
  return [
    { path: PICTURE, text: pictureOf(before, last) },
    { path: README, text: withTables(readFileSync(README, 'utf8'), tablesOf(before, last)) },
  ];
}
