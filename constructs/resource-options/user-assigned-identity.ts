import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { Construct } from 'constructs';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { checkName } from '../core/naming';
import { renamable } from '../core/renamable';
import type { IResourceGroup } from '../core/resource-group';
import { applyResourceOptions } from './apply';

/** An identity with its options, as the child `Identity` of the scope. */
export function makeIdentity(
  scope: Construct,
  resourceGroup: IResourceGroup,
  name: string,
  location: string,
  options: AzureResourceOptions,
): UserAssignedIdentity {
  const identity = renamable(
    new UserAssignedIdentity(scope, 'Identity', {
      name: checkName(scope, 'userAssignedIdentity', name),
      resourceGroupName: resourceGroup.name,
      location,
      tags: options.tags,
    }),
  );
  applyResourceOptions(scope, { resource: identity, id: identity.id, name, prefix: 'Identity' }, options);
  return identity;
}
