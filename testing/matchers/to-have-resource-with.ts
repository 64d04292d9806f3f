import type { Attributes } from '../attributes';
import { armType, type AddressedResource, type SynthesizedStack } from '../synthesized-stack';
import { differences, shown } from './differences';
import { listed, synthesized, type MatcherResult } from './received';

/** How many resources that come close a message tells of. */
const CLOSEST = 3;

export function toHaveResourceWith(received: unknown, type: string, props: object = {}): MatcherResult {
  const stack = synthesized('toHaveResourceWith', received);
  const looked = stack
    .addressed(type)
    .map((resource) => ({ ...resource, wrong: differences(seen(type, resource), props) }));
  const told = (resource: AddressedResource) =>
    differences(seen(type, withoutLiterals(resource, props)), props);
  const found = looked.filter(({ wrong }) => wrong.length === 0);
  return {
    pass: found.length > 0,
    message: () => {
      if (found.length > 0) {
        return `expected no ${type} with ${shown(props)}, got${listed(found.map(({ address }) => address))}`;
      }
      if (looked.length === 0) return `expected a ${type}, got none; the stack has${listed(typesOf(stack))}`;
      const closest = looked.sort((a, b) => a.wrong.length - b.wrong.length).slice(0, CLOSEST);
      return (
        `expected a ${type} with ${shown(props)}, got ${looked.length} without; ` +
        (looked.length > CLOSEST ? `closest are` : 'they differ') +
        closest.map((resource) => `\n${resource.address}${listed(told(resource), 10)}`).join('')
      );
    },
  };
}

/** Types as the matcher takes them: ARM's where azapi makes the resource. */
function typesOf(stack: SynthesizedStack): string[] {
  const types = stack.resourceTypes.flatMap((type) =>
    type === 'azapi_resource' ? stack.resources(type).map(armType) : [type],
  );
  return [...new Set(types)].sort();
}

/** A resource as Azure is told of it: what azapi puts into the body, secret or not, is beside name and location. */
function seen(type: string, { attributes }: AddressedResource): Attributes {
  if (!type.includes('/')) return attributes;
  const { body, sensitive_body: secret, ...rest } = attributes;
  return merged(merged(rest, (body ?? {}) as Attributes), (secret ?? {}) as Attributes);
}

/** What stands literally where secrets go is not told, unless it is what the test expects. */
function withoutLiterals(resource: AddressedResource, props: object): AddressedResource {
  const { sensitive_body: secret, ...rest } = resource.attributes;
  if (secret === undefined) return resource;
  const expected = JSON.stringify(props);
  const hidden = JSON.stringify(secret, (_, value: unknown) =>
    typeof value !== 'string' || value.includes('${') || expected.includes(JSON.stringify(value))
      ? value
      : '{literal}',
  );
  return { ...resource, attributes: { ...rest, sensitive_body: JSON.parse(hidden) as Attributes } };
}

function merged(one: Attributes, other: Attributes): Attributes {
  const result: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    result[name] = isObject(value) && isObject(result[name]) ? merged(result[name], value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
