import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { Construct } from 'constructs';
import { NEEDED_ROLES } from '../../link/roles';
import { defineRole } from './custom-role';
import { assignRole } from './grant';
import type { IGrantable } from './principal';

/**
 * A new role, in the resource group, whose one right is to list the keys of an authorization rule.
 * @returns the ARM id of its definition
 */
export function defineKeyReaderRole(
  scope: Construct,
  id: string,
  resourceGroupId: string,
  roleName: string,
): string {
  return defineRole(scope, id, {
    resourceGroupId,
    roleName,
    description: 'Reads the keys of one authorization rule of a notification hub.',
    actions: [NEEDED_ROLES.keys.operation],
  });
}

/**
 * Lets an identity read the keys of these rules and of no others.
 * @param policies by the id of the assignment
 */
export function allowReadingKeys(
  scope: Construct,
  grantee: IGrantable,
  roleDefinitionId: string,
  policies: Readonly<Record<string, { readonly policyId: string } | undefined>>,
): RoleAssignment[] {
  return Object.entries(policies).flatMap(([id, policy]) =>
    policy ? [assignRole(scope, id, grantee, { scope: policy.policyId, roleDefinitionId })] : [],
  );
}
