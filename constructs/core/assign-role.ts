import { RoleAssignment, type RoleAssignmentConfig } from '@cdktf/provider-azurerm/lib/role-assignment';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { referenceOf } from './reference';

/**
 * Gives a role to a principal. Azure refuses the same role for the same principal in the same scope twice, which one
 * identity of several apps comes to: what the stack assigns already is returned.
 */
export function assignRole(scope: Construct, id: string, config: RoleAssignmentConfig): RoleAssignment {
  const wanted = referencesOf(scope, [
    config.principalId,
    config.scope,
    config.roleDefinitionName,
    config.roleDefinitionId,
  ]);
  const same = TerraformStack.of(scope)
    .node.findAll()
    .find(
      (one): one is RoleAssignment =>
        one instanceof RoleAssignment &&
        referencesOf(one, [
          one.principalIdInput,
          one.scopeInput,
          one.roleDefinitionNameInput,
          one.roleDefinitionIdInput,
        ]) === wanted,
    );
  return same ?? new RoleAssignment(scope, id, config);
}

function referencesOf(scope: Construct, values: readonly (string | undefined)[]): string {
  return values.map((value) => referenceOf(scope, value ?? '')).join('\n');
}
