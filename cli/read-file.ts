import { existsSync, readFileSync } from 'node:fs';
import { BadInput } from './bad-input';

/** What is in a file; undefined when there is none. @throws BadInput when it cannot be read */
export function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadInput(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The JSON object in a file; undefined when there is none. @throws BadInput when it cannot be read or is none */
export function readJsonObject(path: string): Record<string, unknown> | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${path} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new BadInput(`${path} takes a JSON object, got ${text.trim().slice(0, 40)}`);
}
