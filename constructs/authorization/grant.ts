import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { mistake } from '../core/mistakes';
import { uniqueSuffixOf } from '../core/naming';
import { assignmentOf, makeRoleAssignment } from '../core/role-assignment';
import { placelessText } from '../core/token-text';
import { principalOf, type IGrantable } from './principal';

/** A role on a resource: a built-in one by its name, or any by the ARM id of its definition. */
export type RoleOnScope = { readonly scope: string } & (
  { readonly roleDefinitionName: string } | { readonly roleDefinitionId: string }
);

/** How a grant assigns its roles. */
export interface GrantOptions {
  /**
   * Construct id of the role assignments.
   * @default - made of the right and the grantee: of a principal known when deployed, of the type and the name of the
   *   resource that it is of, so that the address in state stays when that is moved in the tree
   */
  readonly id?: string;
}

/** A right that was given: the role assignments that it consists of. */
export class Grant {
  constructor(
    /** The role assignments that were made, for what has to wait for them or to be imported. */
    readonly roleAssignments: readonly RoleAssignment[],
  ) {}

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

/**
 * Assigns a role; the same one when it was assigned in this stack before.
 * @param id construct id, asked for when there is none yet
 */
export function assignRole(
  construct: Construct,
  id: string | (() => string),
  grantee: IGrantable,
  role: RoleOnScope,
): RoleAssignment {
  const assignment = { ...principalOf(construct, grantee), ...role };
  const known = assignmentOf(construct, assignment);
  if (known?.conditionInput !== undefined) {
    mistake(
      construct,
      `the role that is granted is assigned to the same principal under a condition by roleAssignments, and Azure takes it once: leave one out`,
    );
  }
  return known ?? makeRoleAssignment(construct, typeof id === 'string' ? id : id(), assignment);
}

/** Gives a right that is one role on one scope. */
export function grantRole(
  construct: Construct,
  right: string,
  grantee: IGrantable,
  role: RoleOnScope,
  { id }: GrantOptions = {},
): Grant {
  return new Grant([assignRole(construct, id ?? (() => grantId(construct, right, grantee)), grantee, role)]);
}

/** Construct id of a grant: its right, what tells its grantee from others, and a number where that is not enough. */
function grantId(construct: Construct, right: string, grantee: IGrantable): string {
  const { principalId } = principalOf(construct, grantee);
  const id = `Grant${right}-${uniqueSuffixOf(placelessText(construct, principalId))}`;
  const taken = (one: string) => construct.node.tryFindChild(one) !== undefined;
  let number = 1;
  const numbered = () => (number === 1 ? id : `${id}-${number}`);
  while (taken(numbered())) number += 1;
  return numbered();
}
