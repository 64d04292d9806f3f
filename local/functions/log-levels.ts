import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLevel } from './core-api';

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
/** Of categories that `host.json` says nothing about. */
const DEFAULT: LogLevel = 'information';

/** Category of what an app's process prints (WorkerConstants.cs of azure-functions-host). */
export const CONSOLE_CATEGORY = 'Host.Function.Console';

/** Which lines an app's `host.json` lets through. */
export interface LogLevels {
  /** @param category `Function.{name}.User` of a function's own lines, `Host.Function.Console` of its process's */
  writes(category: string, level: LogLevel): boolean;
}

/**
 * Reads `logging.logLevel` of `host.json`: the longest category that a line's begins with decides, `default` where there
 * is none. Throws Error on a level that there is not.
 *
 * Source: azure-docs, azure-functions/configure-monitoring.md.
 */
export function logLevels(logging: { readonly logLevel?: Readonly<Record<string, string>> } = {}): LogLevels {
  const rules = Object.entries(logging.logLevel ?? {}).map(([category, level]) => ({
    category: category.toLowerCase(),
    level: levelOf(category, level),
  }));
  const fallback = rules.find(({ category }) => category === 'default')?.level ?? DEFAULT;
  rules.sort((a, b) => b.category.length - a.category.length);
  return {
    writes(category, level) {
      const name = category.toLowerCase();
      const least = rules.find((rule) => name.startsWith(rule.category))?.level ?? fallback;
      return least !== 'none' && LEVELS.indexOf(level) >= LEVELS.indexOf(least);
    },
  };
}

/** Those of the package in a folder. Throws Error. */
export function readLogLevels(folder: string): LogLevels {
  const { logging } = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')) as {
    logging?: { logLevel?: Record<string, string> };
  };
  return logLevels(logging);
}

function levelOf(category: string, level: string): LogLevel {
  const found = LEVELS.find((one) => one === level.toLowerCase());
  if (found) return found;
  throw new Error(`logging.logLevel of host.json: '${category}' is '${level}', none of ${LEVELS.join(', ')}`);
}
