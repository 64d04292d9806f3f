import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import { known } from './resource';

/** Throws ProviderError when what is configured, and known by now, is none of those allowed. */
export function requireOneOf(config: CtyObject, attribute: string, allowed: readonly string[]): void {
  const value = known(config[attribute]);
  if (value === undefined || allowed.includes(String(value))) return;
  throw new ProviderError(
    `Invalid ${attribute}`,
    `expected ${attribute} to be one of ${allowed.join(', ')}, got ${String(value)}`,
  );
}

/** A whole number from the first to the last. Throws ProviderError. */
export function requireBetween(config: CtyObject, attribute: string, first: number, last: number): void {
  const value = known(config[attribute]);
  if (value === undefined) return;
  const number = Number(value);
  if (Number.isInteger(number) && number >= first && number <= last) return;
  throw new ProviderError(
    `Invalid ${attribute}`,
    `expected ${attribute} to be a whole number from ${first} to ${last}, got ${String(value)}`,
  );
}

/** Of blocks or attributes that exclude each other, one has to be there. Throws ProviderError. */
export function requireExactlyOne(config: CtyObject, names: readonly string[]): void {
  const there = names.filter((name) => isThere(config, name));
  if (there.length === 1) return;
  throw new ProviderError(
    'Invalid combination of arguments',
    `exactly one of ${names.join(', ')} has to be set`,
  );
}

/** Throws ProviderError. */
export function requireAtLeastOne(config: CtyObject, names: readonly string[]): void {
  if (names.some((name) => isThere(config, name))) return;
  throw new ProviderError('Missing required argument', `one of ${names.join(', ')} has to be set`);
}

/** What is not known yet may be there. */
function isThere(config: CtyObject, name: string): boolean {
  const value = config[name];
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The blocks of a list or set that are known by now. */
export function blocks(config: CtyObject, name: string): CtyObject[] {
  const value = known(config[name]);
  return Array.isArray(value) ? (value.filter((block) => known(block) !== undefined) as CtyObject[]) : [];
}
