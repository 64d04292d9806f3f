import type { PlannedResource, StackPlan } from './stack-plan';
import { azapiResourceId, RESOURCE_ID_RULES, RUN_AGAIN } from './resource-id-rules';

/** Where a resource that is to be made would be in Azure. */
export interface PlannedId {
  readonly address: string;
  readonly id: string;
  /** What `terraform import` takes. */
  readonly importId: string;
  /** With which the resource is read. */
  readonly apiVersion: string;
}

/** A resource that is to be made, and whose id is not known: because of which attributes, or for want of a rule. */
export interface UnknownId {
  readonly address: string;
  readonly reason: 'no rule' | 'not known yet';
  readonly missing: readonly string[];
}

/** What a plan makes: what is to be looked for in Azure, what cannot be, and what Terraform runs again by itself. */
export interface ToBeMade {
  readonly ids: readonly PlannedId[];
  readonly unknown: readonly UnknownId[];
  /** Addresses. */
  readonly runAgain: readonly string[];
  /** Ids of all resources of the stack that are known, by address. */
  readonly known: ReadonlyMap<string, string>;
}

/** A reference to the id of another resource of the stack. */
const ID_OF = /\$\{([a-z0-9_]+\.[\w-]+)\.id\}/g;

/**
 * Works out the ids of all that a plan makes. What a plan does not know, because it is the id of something that is to be
 * made too, is taken from there.
 */
export function idsToBeMade({ resources }: StackPlan): ToBeMade {
  const ids = new Map<string, string>();
  for (const { address, before } of resources) {
    if (typeof before?.id === 'string') ids.set(address, before.id);
  }
  const made = resources.filter(({ actions }) => actions.join() === 'create');
  const runAgain = made.filter(({ type }) => RUN_AGAIN.includes(type));
  let open = made.filter(({ type }) => !RUN_AGAIN.includes(type));
  const found: PlannedId[] = [];
  for (let size = -1; size !== found.length;) {
    size = found.length;
    open = open.filter((resource) => {
      const id = idOf(resource, ids);
      if ('missing' in id) return true;
      found.push(id);
      ids.set(resource.address, id.id);
      return false;
    });
  }
  return {
    ids: found,
    unknown: open.map((resource) => idOf(resource, ids)).filter((id): id is UnknownId => 'missing' in id),
    runAgain: runAgain.map(({ address }) => address),
    known: ids,
  };
}

function idOf(resource: PlannedResource, ids: ReadonlyMap<string, string>): PlannedId | UnknownId {
  const { address, type, subscriptionId } = resource;
  const rule = RESOURCE_ID_RULES[type];
  if (type !== 'azapi_resource' && !rule) return { address, reason: 'no rule', missing: [type] };
  const needs = rule?.needs ?? ['type', 'parent_id', 'name'];
  const values = Object.fromEntries(needs.map((name) => [name, valueOf(resource, name, ids)]));
  const missing = needs.filter((name) => values[name] === undefined);
  if (subscriptionId === undefined && rule?.inSubscription) missing.push('subscription_id');
  if (missing.length > 0) return { address, reason: 'not known yet', missing };
  const known = values as Record<string, string>;
  if (rule) {
    const id = rule.id(known, subscriptionId ?? '');
    return { address, id, importId: rule.importId?.(known) ?? id, apiVersion: rule.apiVersion };
  }
  const [armType = '', apiVersion = ''] = known.type!.split('@');
  const id = azapiResourceId(known.parent_id!, armType, known.name!);
  return { address, id, importId: `${id}?api-version=${apiVersion}`, apiVersion };
}

/** An attribute as it is planned, or as it is written where what is written is known; a text or nothing. */
export function valueOf(
  { after, written }: PlannedResource,
  name: string,
  ids: ReadonlyMap<string, string>,
): string | undefined {
  const planned = after[name];
  if (typeof planned === 'string' && planned !== '') return planned;
  const text = written[name];
  if (typeof text !== 'string') return undefined;
  const resolved = text.replace(ID_OF, (reference, address: string) => ids.get(address) ?? reference);
  return resolved === '' || resolved.includes('${') ? undefined : resolved;
}
