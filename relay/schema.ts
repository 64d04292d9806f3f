import { isRecord, typeName } from './envelope';
import { PermanentError } from './errors';

/** Reads one value out of an event's data; gives a problem instead of throwing, so that all are told at once. */
export type Field<T> = (data: Readonly<Record<string, unknown>>, problems: string[]) => T;

type Values<S> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/**
 * The schema of one event type's data.
 *
 * @throws PermanentError `invalid-data` naming every field that is missing or of another type; never its value
 */
export function shape<S extends Record<string, Field<unknown>>>(
  fields: S,
): (data: Readonly<Record<string, unknown>>) => Values<S> {
  const entries = Object.entries(fields);
  return (data) => {
    const problems: string[] = [];
    const values: Record<string, unknown> = {};
    for (const [name, field] of entries) values[name] = field(data, problems);
    if (problems.length > 0) throw new PermanentError('invalid-data', problems.join('; '));
    return values as Values<S>;
  };
}

/** Names under which a field goes: as documented now, then as older payloads have it. */
type Names = readonly [string, ...string[]];

function find(data: Readonly<Record<string, unknown>>, names: Names): unknown {
  for (const name of names) {
    const value = data[name];
    if (value !== undefined && value !== null && value !== '') return value;
    // Some services wrote PascalCase before they wrote camelCase.
    const pascal = data[name[0]!.toUpperCase() + name.slice(1)];
    if (pascal !== undefined && pascal !== null && pascal !== '') return pascal;
  }
  return undefined;
}

export function text(...names: Names): Field<string> {
  return (data, problems) => {
    const value = find(data, names);
    if (typeof value === 'string') return value;
    problems.push(`'data.${names[0]}' must be text, got ${typeName(value)}`);
    return '';
  };
}

/** Text, or nothing when the field is missing, empty or something else. */
export function maybeText(...names: Names): Field<string | undefined> {
  return (data) => {
    const value = find(data, names);
    return typeof value === 'string' ? value : undefined;
  };
}

export function maybeNumber(...names: Names): Field<number | undefined> {
  return (data) => {
    const value = find(data, names);
    const number = typeof value === 'string' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  };
}

/** True or false, as JSON or as text; nothing when the field is missing or something else. */
export function maybeBoolean(...names: Names): Field<boolean | undefined> {
  return (data) => {
    const text = String(find(data, names)).toLowerCase();
    return text === 'true' || text === 'false' ? text === 'true' : undefined;
  };
}

/** `rawId` of a communication identifier; older payloads have the id alone as text. */
export function rawId(...names: Names): Field<string> {
  const read = maybeRawId(...names);
  return (data, problems) => {
    const id = read(data, problems);
    if (id === undefined) problems.push(`'data.${names[0]}' must be a communication identifier with a rawId`);
    return id ?? '';
  };
}

export function maybeRawId(...names: Names): Field<string | undefined> {
  return (data) => identifier(find(data, names));
}

function identifier(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return undefined;
  const own = find(value, ['rawId']);
  if (typeof own === 'string') return own;
  // Participants carry their identifier one level down.
  return isRecord(value['communicationIdentifier'])
    ? identifier(value['communicationIdentifier'])
    : undefined;
}

/** A field of an object that is itself a field; nothing when there is no such object. */
export function within<T>(name: string, field: Field<T>): Field<T | undefined> {
  return (data, problems) => {
    const value = find(data, [name]);
    return isRecord(value) ? field(value, problems) : undefined;
  };
}
