import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from './schema';

/** Beside the environments and under version control: written by `acs-push rotate`. */
const FILE = 'link-keys.json';

/**
 * Which key each environment links with, by its name. What stands here goes before `link.key` of the environment's
 * file, so that a rotation changes one word of one file and the next plan is clean.
 * @throws EnvironmentError when the file is not `{"{environment}": "primary" | "secondary"}`
 */
export function readLinkKeys(known: readonly string[], folder = __dirname): Record<string, string> {
  const path = join(folder, FILE);
  if (!existsSync(path)) return {};
  let keys: unknown;
  try {
    keys = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new EnvironmentError(`environments/${FILE}`, [`is no JSON: ${(error as Error).message}`]);
  }
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) {
    throw new EnvironmentError(`environments/${FILE}`, [
      `takes an object, for example {"prod": "secondary"}`,
    ]);
  }
  const problems = Object.entries(keys).flatMap(([name, key]) => [
    ...(known.includes(name) ? [] : [`${name}: is no environment; known are: ${known.join(', ')}`]),
    ...(key === 'primary' || key === 'secondary'
      ? []
      : [`${name}: takes 'primary' or 'secondary', got '${String(key)}'`]),
  ]);
  if (problems.length > 0) throw new EnvironmentError(`environments/${FILE}`, problems);
  return keys as Record<string, string>;
}

/** The environment as its file writes it, linking with that key. */
export function withLinkKey(input: unknown, key: string | undefined): unknown {
  if (key === undefined || typeof input !== 'object' || input === null) return input;
  const { link } = input as { link?: object };
  return { ...input, link: { ...link, key } };
}
