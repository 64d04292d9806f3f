import type { Attributes } from '../attributes';
import { SynthesizedStack, type AddressedResource } from '../synthesized-stack';
import { shown } from './differences';
import { listed, synthesized, type MatcherResult } from './received';

/** Attributes that no resource of Azure can change: with another value it is destroyed and made anew. */
const IDENTITY = ['name', 'location', 'parent_id', 'resource_group_name', 'scope', 'resource_id'];
/** The same in the body of a resource that azapi makes. */
const IDENTITY_IN_BODY = ['dataLocation'];
/** Nothing of Azure. */
const NOT_IN_AZURE = /^terraform_data\./;

export function toKeepResourcesOf(received: unknown, earlier: unknown): MatcherResult {
  const now = synthesized('toKeepResourcesOf', received);
  const before = jsonOf(earlier);
  if (before.addresses.length === 0) {
    throw new TypeError(
      'toKeepResourcesOf takes an earlier stack with resources, got one that has none, of which nothing can be lost: ' +
        'give the stack as it was deployed, or its cdk.tf.json',
    );
  }
  const lost = lostResources(before, now);
  return {
    pass: lost.length === 0,
    message: () =>
      lost.length === 0
        ? 'expected a resource of the earlier stack to be destroyed or made anew, but all are kept'
        : `expected all resources of the earlier stack to be kept, got${listed(lost)}\n` +
          'give them back name and place, or say where they went: movedFrom, moveTo, a moved block',
  };
}

function jsonOf(earlier: unknown): SynthesizedStack {
  if (typeof earlier === 'string') return new SynthesizedStack(earlier);
  if (typeof (earlier as Partial<Attributes> | undefined)?.resource === 'object') {
    return new SynthesizedStack(JSON.stringify(earlier));
  }
  return synthesized('toKeepResourcesOf', earlier);
}

function lostResources(earlier: SynthesizedStack, now: SynthesizedStack): string[] {
  const moved = movesOf(now);
  const byAddress = new Map(everyResource(now).map((resource) => [resource.address, resource]));
  return everyResource(earlier).flatMap(({ address, attributes }) => {
    if (NOT_IN_AZURE.test(address)) return [];
    const kept = byAddress.get(moved.get(address) ?? address);
    if (!kept) return [`${address} (${nameOf(attributes)}) is destroyed`];
    // A reference to what was moved is the same reference.
    const before = identityOf(JSON.parse(rename(JSON.stringify(attributes), moved)) as Attributes);
    const after = identityOf(kept.attributes);
    return Object.keys(before)
      .filter((name) => before[name] !== undefined && before[name] !== after[name])
      .map(
        (name) => `${address} is made anew: ${name} was ${shown(before[name])} and is ${shown(after[name])}`,
      );
  });
}

function everyResource(stack: SynthesizedStack): AddressedResource[] {
  return stack.resourceTypes.flatMap((type) => stack.addressed(type));
}

function movesOf({ json }: SynthesizedStack): Map<string, string> {
  const moves = [json.moved ?? []].flat() as { from: string; to: string }[];
  return new Map(moves.map(({ from, to }) => [from, to]));
}

function rename(text: string, moved: ReadonlyMap<string, string>): string {
  return [...moved].reduce((rest, [from, to]) => rest.replaceAll(`{${from}.`, `{${to}.`), text);
}

function identityOf({ type, body, ...attributes }: Attributes): Record<string, unknown> {
  const properties = ((body as Attributes | undefined)?.properties ?? {}) as Attributes;
  return {
    ...Object.fromEntries(IDENTITY.map((name) => [name, attributes[name] as unknown])),
    // Another api-version is the same resource.
    ...(typeof type === 'string' && { type: type.split('@')[0] }),
    ...Object.fromEntries(IDENTITY_IN_BODY.map((name) => [name, properties[name] as unknown])),
  };
}

function nameOf({ name, type }: Attributes): string {
  return [type, name].filter(Boolean).join(' ') || 'without a name';
}
