import { RoleAssignment, type RoleAssignmentConfig } from '@cdktf/provider-azurerm/lib/role-assignment';
import { Fn, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { asArgument } from './reference';
import { renamable } from './renamable';
import { tokenText } from './token-text';

/** What Azure has once: a role, by its name or the id of its definition, on a scope, for a principal. */
export type AssignedRole = Pick<RoleAssignmentConfig, 'principalId'> & { readonly scope: string } & (
    { readonly roleDefinitionName: string } | { readonly roleDefinitionId: string }
  );

/** Namespace of the names; another one would make another name of the same assignment. */
const NAMESPACE = '3a0c7b52-64e5-4d0b-9a7e-5f1f1c8d2b46';

/** By what they assign, those of each stack. */
const assigned = new WeakMap<TerraformStack, Map<string, RoleAssignment>>();

/** The assignment in this stack of the same, as far as is known at synth time: Azure answers 409 to a second one. */
export function assignmentOf(construct: Construct, role: AssignedRole): RoleAssignment | undefined {
  return assigned.get(TerraformStack.of(construct))?.get(keyOf(construct, role));
}

/**
 * Makes a role assignment whose name is made of what it assigns. Left to azurerm, the name would be another one at each
 * try, and one whose answer was lost could neither be found nor be made again.
 *
 * A name that azurerm has in state stays: a change would make the assignment anew, and those of earlier versions have
 * names of azurerm's.
 */
export function makeRoleAssignment(
  construct: Construct,
  id: string,
  config: RoleAssignmentConfig & AssignedRole,
): RoleAssignment {
  const stack = TerraformStack.of(construct);
  const known = assigned.get(stack) ?? new Map<string, RoleAssignment>();
  const assignment = renamable(
    new RoleAssignment(construct, id, {
      ...config,
      ...(config.name === undefined && { name: nameOf(config), lifecycle: { ignoreChanges: ['name'] } }),
    }),
  );
  assigned.set(stack, known.set(keyOf(construct, config), assignment));
  return assignment;
}

/** Made by Terraform: most of the ids are known only when deployed. Azure takes ids in whichever casing. */
function nameOf(role: AssignedRole): string {
  const parts = [role.scope, role.principalId, roleOf(role)].map(asArgument);
  return Fn.uuidv5(NAMESPACE, Fn.lower(Fn.join('|', parts)));
}

function keyOf(construct: Construct, role: AssignedRole): string {
  return tokenText(construct, [role.scope, role.principalId, roleOf(role)]).toLowerCase();
}

function roleOf(role: AssignedRole): string {
  return 'roleDefinitionId' in role && role.roleDefinitionId !== undefined
    ? role.roleDefinitionId
    : (role as { readonly roleDefinitionName: string }).roleDefinitionName;
}
