import { Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { mistake } from './mistakes';
import type { IResourceGroup } from './resource-group';

/** Whether a value is there to be looked at: given, and no token, which is known only when it is deployed. */
export function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

/** How an error shows a value that came from the caller. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

/** What is wrong with a whole number, or undefined; one that is left out is right. */
export function wholeNumberProblem(
  prop: string,
  value: number | undefined,
  min: number,
  max: number,
): string | undefined {
  if (!isKnown(value) || (Number.isInteger(value) && value >= min && value <= max)) return undefined;
  return `${prop} takes a whole number from ${min} to ${max}, got ${shown(value)}`;
}

/** Notes a whole number that is out of its range. */
export function checkWholeNumber(
  scope: IConstruct,
  prop: string,
  value: number | undefined,
  min: number,
  max: number,
): void {
  const problem = wholeNumberProblem(prop, value, min, max);
  if (problem) mistake(scope, problem);
}

/** Notes what is neither left out nor one of these. */
export function checkOneOf(
  scope: IConstruct,
  prop: string,
  value: unknown,
  values: readonly (string | number)[],
): void {
  if (!isKnown(value) || (values as readonly unknown[]).includes(value)) return;
  mistake(scope, `${prop} takes one of ${values.join(', ')}; got ${shown(value)}`);
}

/** Notes text that is empty, or is no text; what is left out is right. */
export function checkText(scope: IConstruct, prop: string, value: unknown, example: string): void {
  if (!isKnown(value) || (typeof value === 'string' && value.trim() !== '')) return;
  mistake(scope, `${prop} takes a text such as '${example}', got ${shown(value)}`);
}

/** Notes what is neither true nor false: a text such as 'false' would count as true. */
export function checkBoolean(scope: IConstruct, prop: string, value: unknown): void {
  if (!isKnown(value) || typeof value === 'boolean') return;
  mistake(scope, `${prop} takes true or false, got ${shown(value)}`);
}

/** Whether a value has properties of its own: what plain JavaScript gives in place of options may be anything. */
export function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong when a list is asked for, or undefined; one that is left out is right. */
export function listProblem(prop: string, value: unknown): string | undefined {
  if (!isKnown(value) || Array.isArray(value)) return undefined;
  return `${prop} takes a list, got ${shown(value)}`;
}

/** The list that the caller gave; an empty one in place of what is none. */
export function soundList<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

/** A group that takes the place of one that is wrong, so that the rest is looked at too. */
export const NO_RESOURCE_GROUP: IResourceGroup = {
  id: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/none',
  name: 'none',
  location: 'westeurope',
};

const GROUP_ID = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;

/** The group that the caller gave; what it lacks is noted, and another one takes its place. */
export function soundResourceGroup(scope: IConstruct, group: IResourceGroup | undefined): IResourceGroup {
  const problems = groupProblems(group);
  for (const problem of problems) mistake(scope, problem);
  return problems.length > 0 ? NO_RESOURCE_GROUP : group!;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function groupProblems(group: IResourceGroup | undefined): string[] {
  if (!isOptions(group)) {
    return [
      `resourceGroup takes a resource group of azurerm (ResourceGroup, DataAzurermResourceGroup) or its id, name and location, got ${shown(group)}`,
    ];
  }
  const { id, name, location } = group;
  const problems: string[] = [];
  if (!Token.isUnresolved(id) && !GROUP_ID.test(id)) {
    problems.push(
      `resourceGroup.id takes the ARM id of a group (/subscriptions/{guid}/resourceGroups/{name}), got ${shown(id)}`,
    );
  }
  if (!isName(name)) problems.push(`resourceGroup.name takes the name of the group, got ${shown(name)}`);
  if (!isName(location)) {
    problems.push(`resourceGroup.location takes a region such as 'westeurope', got ${shown(location)}`);
  }
  return problems;
}

/**
 * The value, unless nothing can be written of it: tokens are looked for in all values, in CDK Terrain before mistakes are
 * told, which stops at a function and at a construct.
 */
export function writable<T>(value: T): T | undefined {
  return typeof value === 'function' || Construct.isConstruct(value) ? undefined : value;
}
