import { Fn } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import { guidOf } from '../core/guid';

export interface CustomRoleProps {
  /** ARM id of the resource group in which it can be assigned. */
  readonly resourceGroupId: string;
  /** Unique in the tenant; the definition's own name is a GUID made of it. */
  readonly roleName: string;
  readonly description: string;
  readonly actions: readonly string[];
}

/**
 * Defines a role of one's own in a resource group.
 * @returns the ARM id of its definition
 */
export function defineRole(scope: Construct, id: string, props: CustomRoleProps): string {
  const { resourceGroupId, roleName, description, actions } = props;
  const guid = guidOf(roleName);
  const definition = new AzapiResource(scope, id, {
    type: 'Microsoft.Authorization/roleDefinitions@2022-04-01',
    name: guid,
    parentId: resourceGroupId,
    body: {
      properties: {
        roleName,
        type: 'CustomRole',
        description,
        permissions: [{ actions: [...actions], notActions: [], dataActions: [], notDataActions: [] }],
        assignableScopes: [resourceGroupId],
      },
    },
  });
  // Azure answers with the subscription's form of the id; any other would show as a change in every plan.
  const subscription = Fn.element(Fn.regexall('^/subscriptions/[^/]+', definition.id), 0) as string;
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}
