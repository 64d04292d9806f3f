import { Fn, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { mistake } from './mistakes';
import { asArgument } from './reference';
import { readResourceId, standIn } from './resource-reference';

/** Parts of the id of a resource that exists: as they stand in it, or, where it is a token, taken out by Terraform. */
export interface AdoptedResourceId {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Names of what it lies below, from the outermost: the namespace of a hub; the namespace and the hub of a rule. */
  readonly parentNames: readonly string[];
}

/**
 * Reads the ARM id of a resource that is adopted. A token is taken apart when Terraform runs, which then stops at one that
 * is no id of that type.
 *
 * @param prop what the caller gave it as
 */
export function adoptedResourceId(
  scope: IConstruct,
  id: string,
  type: string,
  prop: string,
): AdoptedResourceId {
  if (!Token.isUnresolved(id)) {
    const known = readResourceId(scope, id ?? '', type, prop) ?? standIn(type);
    return {
      name: known.name,
      resourceGroupName: known.resourceGroup,
      parentNames: known.parents.map(({ name }) => name),
    };
  }
  const [provider, ...types] = type.replaceAll('.', '[.]').split('/');
  const pattern =
    `(?i)^/subscriptions/[^/]+/resourceGroups/([^/]+)/providers/${provider}` +
    `${types.map((each) => `/${each}/([^/]+)`).join('')}$`;
  const part = (index: number) => Token.asString(Fn.element(Fn.regex(pattern, asArgument(id ?? '')), index));
  const names = types.map((_, index) => part(index + 1));
  return { resourceGroupName: part(0), name: names.at(-1)!, parentNames: names.slice(0, -1) };
}

/**
 * A part of an id: as the caller gives it, or else as it stands in the id.
 *
 * @param prop what the caller's is called, for the mistake that it is another
 */
export function givenOr(scope: IConstruct, prop: string, given: string | undefined, ofId: string): string {
  if (given === undefined) return ofId;
  const known = !Token.isUnresolved(given) && !Token.isUnresolved(ofId);
  if (known && given.toLowerCase() !== ofId.toLowerCase()) {
    mistake(scope, `${prop} takes what stands in the id, '${ofId}', got '${given}': leave it out`);
  }
  return given;
}
