import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../result';

const folder = join(__dirname, '..');

export const LAST_RUN = join(folder, 'last-run.json');
export const BEFORE = join(folder, 'before.json');

export function readResult(file: string): Result {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : { runs: {} };
}

export function written(_before: Result, _last: Result): { path: string; text: string }[] {
  return [];
}
