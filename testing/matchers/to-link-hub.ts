import type { Attributes } from '../attributes';
import type { SynthesizedStack } from '../synthesized-stack';
import { listed, synthesized, type MatcherResult } from './received';

const LINK = 'linknotificationhub';

export function toLinkHub(received: unknown, hub?: string): MatcherResult {
  const stack = synthesized('toLinkHub', received);
  const links = linksOf(stack);
  const found = links.filter(({ names }) => hub === undefined || names.includes(hub.toLowerCase()));
  const wanted = hub === undefined ? 'a hub' : `the hub '${hub}'`;
  const told = (some: readonly Link[]) =>
    some.length > 0 ? `got${listed(some.map(({ text }) => text))}` : 'got no link';
  return {
    pass: found.length > 0,
    message: () =>
      found.length > 0
        ? `expected ${wanted} not to be linked with a Communication Services resource, ${told(found)}`
        : `expected ${wanted} to be linked with a Communication Services resource, ${told(links)}`,
  };
}

interface Link {
  /** By which the hub may be asked for: its name, id or address, in lower case. */
  readonly names: readonly string[];
  readonly text: string;
}

function linksOf(stack: SynthesizedStack): Link[] {
  return stack.resources('azapi_resource_action').flatMap((action): Link[] => {
    if (String(action.action).toLowerCase() !== LINK) return [];
    const hub = String((action.body as Attributes | undefined)?.resourceId);
    const address = /^\$\{(azapi_resource\.[\w-]+)\.id\}$/.exec(hub)?.[1];
    const made = stack.addressed('azapi_resource').find((resource) => resource.address === address);
    const name = made ? String(made.attributes.name) : hub.split('/').pop()!;
    const names = [name, hub, ...(address ? [address] : [])].map((each) => each.toLowerCase());
    return [{ names, text: `'${name}'${address ? ` (${address})` : ` (${hub})`}` }];
  });
}
