import { SUBSCRIPTION_ID, TENANT_ID, type LocalAzure } from '../../local/azure';
import type { StoredResource } from '../../local/azure/core/store';

/** What there is in Azure, with what differs in each run taken out of ids and values. */
export interface Inventory {
  /** `{id}|{path of a value}` with its value; a resource that is there twice is `{id}#2`. */
  readonly values: ReadonlyMap<string, string>;
  /** Ids, each as often as it is there. */
  readonly ids: ReadonlyMap<string, number>;
  /** What was done, by the activity log since then: `{operation} {id}`, with how often. */
  readonly operations: ReadonlyMap<string, number>;
}

const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z/g;
/** Actions that change nothing. */
const READING = /\/(list\w*|getFullUrl|pnsCredentials)\/action$/i;
const KNOWN = [SUBSCRIPTION_ID, TENANT_ID];

/** A text without GUIDs that Azure or Terraform make anew each time, and without times. */
export function withoutChance(text: string): string {
  return text
    .replace(GUID, (guid) => (KNOWN.includes(guid.toLowerCase()) ? guid : '*'))
    .replace(TIME, '*')
    .toLowerCase();
}

/** @param logged how many entries the activity log had at the beginning */
export function inventoryOf({ context }: LocalAzure, logged: number): Inventory {
  const values = new Map<string, string>();
  const ids = new Map<string, number>();
  const operations = new Map<string, number>();
  for (const resource of context.store.list({ below: `/subscriptions/${SUBSCRIPTION_ID}` })) {
    const { secrets: _, id, ...shown } = resource;
    const key = withoutChance(id);
    ids.set(key, (ids.get(key) ?? 0) + 1);
    if (isDeleted(resource)) continue;
    const place = ids.get(key) === 1 ? key : `${key}#${ids.get(key)}`;
    for (const [path, value] of leaves(shown))
      values.set(`${place}|${withoutChance(path)}`, withoutChance(value));
  }
  for (const { operationName, resourceId, status } of context.activityLog.slice(logged)) {
    if (status !== 'Succeeded' || READING.test(operationName)) continue;
    const key = `${operationName.toLowerCase()} ${withoutChance(resourceId)}`;
    operations.set(key, (operations.get(key) ?? 0) + 1);
  }
  return { values, ids, operations };
}

/** What Azure keeps for a while of what was deleted. */
function isDeleted({ type }: StoredResource): boolean {
  return /\/deleted[a-z]+$/i.test(type);
}

function* leaves(value: unknown, path = ''): Generator<[string, string]> {
  // What is undefined is not there once it was written to disk and read again.
  if (value === undefined) return;
  if (value === null || typeof value !== 'object') {
    yield [path, JSON.stringify(value)];
    return;
  }
  for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path ? `${path}.${name}` : name);
}

/** What undisturbed runs agree on. */
export interface Expected {
  readonly inventory: Inventory;
  /** Keys of `values` that differ among undisturbed runs. */
  readonly volatile: ReadonlySet<string>;
}

export function expectedOf(one: Inventory, other: Inventory): Expected {
  const keys = new Set([...one.values.keys(), ...other.values.keys()]);
  const volatile = [...keys].filter((key) => one.values.get(key) !== other.values.get(key));
  const differing = [...new Set([...one.ids.keys(), ...other.ids.keys()])].filter(
    (id) => one.ids.get(id) !== other.ids.get(id),
  );
  if (differing.length > 0) {
    throw new Error(`two undisturbed runs make different resources: ${differing.join(', ')}`);
  }
  return { inventory: one, volatile: new Set(volatile) };
}

/** In what Azure differs from an undisturbed run, a sentence each. */
export function differences({ inventory, volatile }: Expected, found: Inventory): string[] {
  const problems: string[] = [];
  for (const [id, count] of inventory.ids) {
    const there = found.ids.get(id) ?? 0;
    if (there < count) problems.push(`missing: ${short(id)}`);
    if (there > count) problems.push(`${there} in place of ${count}: ${short(id)}`);
  }
  for (const id of found.ids.keys()) if (!inventory.ids.has(id)) problems.push(`left over: ${short(id)}`);
  if (problems.length > 0) return problems;
  const keys = new Set([...inventory.values.keys(), ...found.values.keys()]);
  for (const key of keys) {
    if (volatile.has(key) || inventory.values.get(key) === found.values.get(key)) continue;
    problems.push(
      `differs: ${short(key)}: ${found.values.get(key)} in place of ${inventory.values.get(key)}`,
    );
  }
  return problems;
}

/** What the activity log has that it has not of an undisturbed run: done more often, or never done there. */
export function surplus({ inventory }: Expected, found: Inventory): string[] {
  return [...found.operations]
    .filter(([operation, count]) => count > (inventory.operations.get(operation) ?? 0))
    .map(
      ([operation, count]) => `${count - (inventory.operations.get(operation) ?? 0)} × ${short(operation)}`,
    );
}

function short(text: string): string {
  return text.replace(`/subscriptions/${SUBSCRIPTION_ID}`, '').replaceAll('/providers/', '/');
}
