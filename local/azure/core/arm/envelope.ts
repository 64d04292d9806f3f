import { z } from 'zod';
import { ArmError } from '../http';

const object = z.record(z.string(), z.unknown());
/** ARM makes strings of numbers and truth values, here and in other places where it expects a string. */
export const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** The members that a resource has beside its type's own `properties` (ARM RPC, resource-api-reference.md). */
const MEMBERS = {
  id: z.string(),
  name: z.string(),
  type: z.string(),
  location: z.string(),
  tags: z.record(z.string(), scalar),
  kind: z.string(),
  managedBy: z.string(),
  managedByExtended: z.array(z.string()),
  etag: z.string(),
  sku: object,
  plan: object,
  identity: object.and(z.object({ type: z.string().nullish() })),
  zones: z.array(z.string()),
  extendedLocation: object,
  scale: object,
  systemData: object,
  properties: object,
};

/** Characters that no name of a tag may have, and the longest names and values (azure-docs, tag-resources.md). */
const RESERVED_IN_TAGS = /[<>%&\\?/]/;
const TAG_LIMITS = { count: 50, name: 512, value: 256 };

/**
 * What ARM itself holds against a body, whatever its resource type: that it is an object, that its members are of the
 * right kind, and that there are none which no resource has, but for those that the type has beside them.
 * @throws ArmError 400 in the words of the serializer that ARM uses, as far as people quote them
 */
export function requireEnvelope(body: unknown, typesOwn: readonly string[] = []): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidContent(
      `Error converting value to type 'ResourceDefinition'. Path '', got ${kindOf(body)}.`,
    );
  }
  for (const [member, value] of Object.entries(body)) {
    if (typesOwn.includes(member)) continue;
    if (!Object.hasOwn(MEMBERS, member)) {
      throw invalidContent(
        `Could not find member '${member}' on object of type 'ResourceDefinition'. Path '${member}'.`,
      );
    }
    if (value === null || value === undefined) continue;
    const { error } = MEMBERS[member as keyof typeof MEMBERS].safeParse(value);
    if (!error) continue;
    const path = [member, ...error.issues[0]!.path].join('.');
    throw invalidContent(`Error converting value of '${path}': ${error.issues[0]!.message}. Path '${path}'.`);
  }
  requireTags((body as { tags?: Record<string, unknown> | null }).tags ?? {});
}

/** The body without the members that are null, which say what leaving them out says. */
export function withoutNulls(body: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body as object).filter(([, value]) => value !== null));
}

/** 400: the body is not what its resource type can be read from. */
export function invalidContent(detail: string): ArmError {
  return new ArmError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${detail}'`,
  );
}

function requireTags(tags: Record<string, unknown>): void {
  const entries = Object.entries(tags);
  const reserved = entries.find(([name]) => RESERVED_IN_TAGS.test(name));
  if (reserved) {
    throw new ArmError(
      400,
      'InvalidTagNameCharacters',
      `The tag names '${reserved[0]}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  }
  const { count, name: longestName, value: longestValue } = TAG_LIMITS;
  const long = entries.find(
    ([name, value]) => name.length > longestName || String(value).length > longestValue,
  );
  if (entries.length <= count && !long) return;
  throw new ArmError(
    400,
    'InvalidTags',
    `A resource has up to ${count} tags, their names up to ${longestName} characters, their values up to ` +
      `${longestValue}; got ${long ? `'${long[0].slice(0, 50)}'` : `${entries.length} tags`}.`,
  );
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'no body';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
