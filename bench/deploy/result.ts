import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from './figures';
import type { Scenario } from './scenarios';
import type { StackName } from './stacks';

/** The figures of each stack's scenarios. */
export type Result = Readonly<Partial<Record<StackName, Readonly<Partial<Record<Scenario, Figures>>>>>>;

export const LAST_RUN = join(__dirname, 'last-run.json');

/** What the last run kept; nothing when there was none. */
export function readResult(): Result {
  return existsSync(LAST_RUN) ? (JSON.parse(readFileSync(LAST_RUN, 'utf8')) as Result) : {};
}
