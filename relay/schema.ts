import * as z from 'zod/mini';
import { isRecord, typeName } from './envelope';
import { PermanentError } from './errors';

type Data = Readonly<Record<string, unknown>>;

/** Names under which a field goes: as documented now, then as older payloads have it. */
type Names = readonly [string, ...string[]];

/** Where a value is in an event's data, and what it has to be. */
export interface Field<T> {
  readonly find: (data: Data) => unknown;
  readonly schema: z.ZodMiniType<T>;
}

type Values<S> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/**
 * The schema of one event type's data. What is empty is missing.
 *
 * @throws PermanentError `invalid-data` naming every field that is missing or of another type; never its value
 */
export function shape<S extends Record<string, Field<unknown>>>(fields: S): (data: Data) => Values<S> {
  const entries = Object.entries(fields);
  const schema = z.object(Object.fromEntries(entries.map(([name, field]) => [name, field.schema])));
  return (data) => {
    const found: Record<string, unknown> = {};
    for (const [name, field] of entries) found[name] = field.find(data);
    const { success, data: values, error } = schema.safeParse(found);
    if (success) return values as Values<S>;
    throw new PermanentError('invalid-data', error.issues.map(({ message }) => message).join('; '));
  };
}

function find(data: Data, names: Names): unknown {
  for (const name of names) {
    const value = data[name];
    if (value !== undefined && value !== null && value !== '') return value;
    // Some services wrote PascalCase before they wrote camelCase.
    const pascal = data[name[0]!.toUpperCase() + name.slice(1)];
    if (pascal !== undefined && pascal !== null && pascal !== '') return pascal;
  }
  return undefined;
}

const under = <T>(names: Names, schema: z.ZodMiniType<T>): Field<T> => ({
  find: (data) => find(data, names),
  schema,
});

/** Text with whole characters: half a one in a payload is JSON that push services may refuse. */
const wellFormed = (error?: z.core.$ZodErrorMap<z.core.$ZodIssueInvalidType>) =>
  z.string({ error }).check(z.overwrite((text) => text.toWellFormed()));

/** Nothing where it is anything else. */
const maybe = <T>(schema: z.ZodMiniType<T>) => z.catch(z.optional(schema), undefined);

const number = z.union([z.number(), z.pipe(z.pipe(z.string(), z.transform(Number)), z.number())]);
const boolean = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

const [optionalText, optionalNumber, optionalBoolean] = [maybe(wellFormed()), maybe(number), maybe(boolean)];

export function text(...names: Names): Field<string> {
  const name = `'data.${names[0]}'`;
  return under(
    names,
    wellFormed(({ input }) => `${name} must be text, got ${typeName(input)}`),
  );
}

/** Text, or nothing when the field is missing, empty or something else; so with a number, and with true or false. */
export const maybeText = (...names: Names) => under(names, optionalText);

/** As JSON or as text. */
export const maybeNumber = (...names: Names) => under(names, optionalNumber);

/** As JSON or as text. */
export const maybeBoolean = (...names: Names) => under(names, optionalBoolean);

/** `rawId` of a communication identifier; older payloads have the id alone as text. */
export function rawId(...names: Names): Field<string> {
  const error = () => `'data.${names[0]}' must be a communication identifier with a rawId`;
  return { find: (data) => identifier(find(data, names)), schema: wellFormed(error) };
}

export function maybeRawId(...names: Names): Field<string | undefined> {
  return { find: (data) => identifier(find(data, names)), schema: optionalText };
}

function identifier(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const own = find(value, ['rawId']);
  // Participants carry their identifier one level down.
  const inner = value['communicationIdentifier'];
  return typeof own !== 'string' && isRecord(inner) ? find(inner, ['rawId']) : own;
}

/** A field of an object that is itself a field; nothing when there is no such object. */
export function within<T>(name: string, field: Field<T>): Field<T | undefined> {
  return {
    find: (data) => {
      const value = find(data, [name]);
      return isRecord(value) ? field.find(value) : undefined;
    },
    schema: field.schema,
  };
}

/** A list of objects with these fields, none of which has to be there; entries that are no objects are passed over. */
export function maybeList<S extends Record<string, Field<unknown>>>(
  name: string,
  fields: S,
): Field<Values<S>[]> {
  const read = shape(fields);
  return {
    find: (data) => {
      const value = find(data, [name]);
      return Array.isArray(value) ? value.filter(isRecord).map(read) : [];
    },
    schema: z.any(),
  };
}
