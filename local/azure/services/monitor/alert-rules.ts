import { sameId } from '../../core/arm/resource-id';
import { parsePath, RESOURCE_GROUP_TYPE } from '../../core/arm/path';
import { badRequest, shown } from '../../core/http';
import type { ResourceStore, StoredResource } from '../../core/store';

/** "Up to five action groups" of an alert rule (azure-monitor-docs, alerts/action-groups.md). */
const MAX_ACTION_GROUPS = 5;
const LONGEST_NAME = 260;
const ACTION_GROUP_TYPE = 'Microsoft.Insights/actionGroups';

const MINUTES: Readonly<Record<string, number>> = {
  PT1M: 1,
  PT5M: 5,
  PT10M: 10,
  PT15M: 15,
  PT20M: 20,
  PT30M: 30,
  PT45M: 45,
  PT1H: 60,
  PT2H: 120,
  PT3H: 180,
  PT4H: 240,
  PT5H: 300,
  PT6H: 360,
  PT12H: 720,
  P1D: 1440,
  P2D: 2880,
};

/** Minutes of an ISO 8601 duration that is one of those allowed. Throws ArmError. */
export function oneOfDurations(name: string, value: unknown, allowed: readonly string[]): number {
  if (typeof value === 'string' && allowed.includes(value)) return MINUTES[value]!;
  throw badRequest(`${name} is one of ${allowed.join(', ')}; got ${shown(value)}`);
}

/** Throws ArmError. */
export function oneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  throw badRequest(`${name} is one of ${allowed.join(', ')}; got ${shown(value)}`);
}

/** 0 (critical) to 4 (verbose). Throws ArmError. */
export function requireSeverity(severity: unknown): void {
  if (Number.isInteger(severity) && (severity as number) >= 0 && (severity as number) <= 4) return;
  throw badRequest(`severity is a whole number from 0 to 4; got ${shown(severity)}`);
}

/** By azure-resource-manager, resource-name-rules. Throws ArmError. */
export function requireName(id: string, forbidden: RegExp): void {
  const name = id.split('/').at(-1)!;
  if (name.length > LONGEST_NAME || forbidden.test(name) || /[. ]$/.test(name)) {
    throw badRequest(
      `the name '${name}' cannot be had: at most ${LONGEST_NAME} characters, none of those that match ${forbidden}, and ` +
        'neither a space nor a full stop at the end',
    );
  }
}

/** Throws ArmError unless each is an action group that is there. */
export function requireActionGroups(store: ResourceStore, ids: readonly unknown[]): void {
  if (ids.length > MAX_ACTION_GROUPS) {
    throw badRequest(`an alert rule tells ${MAX_ACTION_GROUPS} action groups at most; got ${ids.length}`);
  }
  ids.forEach((id, index) => {
    const group = typeof id === 'string' ? store.get(id) : undefined;
    if (group?.type.toLowerCase() !== ACTION_GROUP_TYPE.toLowerCase()) {
      throw badRequest(`the action group ${shown(id)} was not found`);
    }
    if (ids.slice(0, index).some((other) => sameId(String(other), String(id)))) {
      throw badRequest(`the action group ${shown(id)} is there twice`);
    }
  });
}

/** What an alert rule watches: a resource, or the type of a group or subscription. Throws ArmError. */
export function requireTarget(store: ResourceStore, scope: unknown): StoredResource {
  const id = typeof scope === 'string' ? scope : '';
  if (/^\/subscriptions\/[^/]+$/i.test(id)) {
    return { id, name: id.split('/')[2]!, type: 'Microsoft.Resources/subscriptions', properties: {} };
  }
  const target = parsePath(id)?.name === undefined ? undefined : store.get(id);
  if (!target) throw badRequest(`the scope ${shown(scope)} was not found`);
  return target;
}

export function isContainer({ type }: StoredResource): boolean {
  return type === RESOURCE_GROUP_TYPE || type === 'Microsoft.Resources/subscriptions';
}
