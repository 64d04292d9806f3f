import { Fn, Token, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { assignRole } from '../core/assign-role';
import { guidOf } from '../core/guid';
import type { Naming } from '../core/naming';
import type { IResourceGroup } from '../core/resource-group';

const LIST_RULE_KEYS =
  'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action';

/**
 * A new role, in the resource group, whose one right is to list the keys of an authorization rule.
 * @returns the ARM id of its definition
 */
export function makeKeyReaderRole(scope: Construct, resourceGroup: IResourceGroup, naming: Naming): string {
  const app = naming.name('functionApp', 'relay');
  const roleName = Token.isUnresolved(app) ? Fn.join(' ', [app, 'key reader']) : `${app} key reader`;
  const guid = guidOf(roleName);
  const definition = new AzapiResource(scope, 'KeyRoleDefinition', {
    type: 'Microsoft.Authorization/roleDefinitions@2022-04-01',
    name: guid,
    parentId: resourceGroup.id,
    body: {
      properties: {
        roleName,
        type: 'CustomRole',
        description: 'Reads the keys of one authorization rule of a notification hub.',
        permissions: [{ actions: [LIST_RULE_KEYS], notActions: [], dataActions: [], notDataActions: [] }],
        assignableScopes: [resourceGroup.id],
      },
    },
  });
  // Azure answers with the subscription's form of the id; any other would show as a change in every plan.
  const subscription = Fn.element(Fn.regexall('^/subscriptions/[^/]+', definition.id), 0);
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/**
 * Lets an identity read the keys of these rules and of no others.
 * @param policies by the id of the assignment
 */
export function allowReadingKeys(
  scope: Construct,
  principalId: string,
  roleDefinitionId: string,
  policies: Readonly<Record<string, IHubPolicy | undefined>>,
): ITerraformDependable[] {
  return Object.entries(policies).flatMap(([id, policy]) =>
    policy
      ? [
          assignRole(scope, id, {
            principalId,
            principalType: 'ServicePrincipal',
            scope: policy.policyId,
            roleDefinitionId,
          }),
        ]
      : [],
  );
}
