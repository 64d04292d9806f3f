import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { TerraformStack, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { uniqueSuffixOf } from '../core/naming';
import { tokenText } from '../core/token-text';
import { principalOf, type IGrantable } from './principal';

/** A role on a resource: a built-in one by its name, or any by the ARM id of its definition. */
export type RoleOnScope = { readonly scope: string } & (
  { readonly roleDefinitionName: string } | { readonly roleDefinitionId: string }
);

export interface GrantOptions {
  /**
   * Construct id of the role assignments, for addresses in state that stay when the grantee is moved in the tree.
   * @default - made of the right and the grantee
   */
  readonly id?: string;
}

/** A right that was given: the role assignments that it consists of. */
export class Grant {
  constructor(readonly roleAssignments: readonly RoleAssignment[]) {}

  /** For `dependsOn` of what needs the right. */
  get dependable(): ITerraformDependable[] {
    return [...this.roleAssignments];
  }

  /** This right and others as one. */
  combine(...others: readonly Grant[]): Grant {
    const all = [this, ...others].flatMap(({ roleAssignments }) => roleAssignments);
    return new Grant([...new Set(all)]);
  }
}

/** What was assigned in each stack: Azure has an assignment of one role, scope and principal once, and answers 409 else. */
const assigned = new WeakMap<TerraformStack, Map<string, RoleAssignment>>();

/** Assigns a role; the same one when it was assigned in this stack before. */
export function assignRole(
  construct: Construct,
  id: string,
  grantee: IGrantable,
  role: RoleOnScope,
): RoleAssignment {
  const stack = TerraformStack.of(construct);
  const known = assigned.get(stack) ?? new Map<string, RoleAssignment>();
  assigned.set(stack, known);
  const principal = principalOf(construct, grantee);
  const key = tokenText(construct, { ...role, principalId: principal.principalId }).toLowerCase();
  const assignment = known.get(key) ?? new RoleAssignment(construct, id, { ...principal, ...role });
  known.set(key, assignment);
  return assignment;
}

/** Gives a right that is one role on one scope. */
export function grantRole(
  construct: Construct,
  right: string,
  grantee: IGrantable,
  role: RoleOnScope,
  options: GrantOptions = {},
): Grant {
  return new Grant([assignRole(construct, grantId(construct, right, grantee, options), grantee, role)]);
}

/** Construct id of a grant: its right, and what tells its grantee from others. */
export function grantId(
  construct: Construct,
  right: string,
  grantee: IGrantable,
  { id }: GrantOptions,
): string {
  if (id !== undefined) return id;
  const { principalId } = principalOf(construct, grantee);
  return `Grant${right}-${uniqueSuffixOf(tokenText(construct, principalId))}`;
}
