import { z } from 'zod';
import { parseJson, type LocalRequest } from '../http';
import { invalidContent, scalar } from './envelope';

/** A member that may be left out; `null` leaves it out too, as for the serializers of Azure's services. */
export function optional<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value): z.output<S> | undefined => value ?? undefined);
}

export { scalar };
export const text = optional(z.string());
export const flag = optional(z.boolean());
export const number = optional(z.number());
export const texts = optional(z.array(z.string()));

/** An object that may be left out, of which these members are looked at. */
export function object<S extends z.core.$ZodLooseShape>(members: S) {
  return optional(z.looseObject(members));
}

/** A list, which may be left out, of objects of which these members are looked at. */
export function objects<S extends z.core.$ZodLooseShape>(members: S) {
  return optional(z.array(z.looseObject(members)));
}

/** An object with names of the client's own, `__proto__` among them, and values of one kind; it may be left out. */
export function named<S extends z.ZodType>(schema: S) {
  return optional(
    z
      .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
      .transform((value, context): Record<string, z.output<S>> => {
        const read = Object.entries(value).map(([name, one]) => [name, schema.safeParse(one)] as const);
        for (const [name, { error }] of read) {
          if (error) context.addIssue({ code: 'custom', path: [name], message: error.issues[0]!.message });
        }
        return Object.fromEntries(read.map(([name, { data }]) => [name, data as z.output<S>]));
      }),
  );
}

/** A resource of whose `properties` these members are looked at. */
export function bodyWith<S extends z.core.$ZodLooseShape>(properties: S) {
  return z.looseObject({ properties: object(properties) });
}

/** The body as its shape reads it. @throws ArmError 400 naming the member that is of another kind */
export function readShape<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const { data, error } = shape.safeParse(body);
  if (!error) return data;
  const { path, message } = error.issues[0]!;
  const member = path.join('.');
  throw invalidContent(`Error converting value of '${member}': ${message}. Path '${member}'.`);
}

/** The body of an operation that is none on a resource, `{}` when there is none. @throws ArmError 400 */
export function readBodyOf<S extends z.ZodType>(shape: S, request: LocalRequest): z.output<S> {
  return readShape(shape, parseJson(request) ?? {});
}
