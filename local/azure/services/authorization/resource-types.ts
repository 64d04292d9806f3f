import { BUILT_IN_ROLES } from '../../core/access/built-in-roles';
import type { LocalAzureContext } from '../../core/context';
import type { Directory } from '../../core/access/directory';
import { ArmError } from '../../core/http';
import { SUBSCRIPTION_ID } from '../../core/identity';
import { ROLE_ASSIGNMENT_TYPE, ROLE_DEFINITION_TYPE } from '../../core/access/rbac';
import { resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';
import { locks } from './locks';

const ASSIGNMENT_VERSIONS = ['2015-07-01', '2018-07-01', '2020-04-01-preview', '2022-04-01'];
const DEFINITION_VERSIONS = ['2015-07-01', '2018-01-01-preview', '2022-04-01', '2022-05-01-preview'];

/** Microsoft.Authorization: role definitions, built in and custom, role assignments and locks at any scope. */
export function authorizationProvider(context: LocalAzureContext, directory: Directory): ResourceProvider {
  const { store } = context;
  const definitions = () => [...BUILT_IN, ...store.list({ type: ROLE_DEFINITION_TYPE })];

  const roleAssignments: ResourceType = {
    type: ROLE_ASSIGNMENT_TYPE,
    apiVersions: ASSIGNMENT_VERSIONS,
    put(request) {
      const scope = scopeOf(request.id);
      const assignment = resourceOf(request, ROLE_ASSIGNMENT_TYPE, { scope });
      const { provisioningState: _, ...properties } = assignment.properties;
      const principalId = String(properties.principalId ?? '');
      const principal = directory.get(principalId);
      if (!principal) {
        throw new ArmError(
          400,
          'PrincipalNotFound',
          `Principal ${principalId} does not exist in the directory of the tenant.`,
        );
      }
      const roleId = String(properties.roleDefinitionId ?? '')
        .split('/')
        .at(-1)!
        .toLowerCase();
      const definition = definitions().find(({ name }) => name.toLowerCase() === roleId);
      if (!definition) {
        throw new ArmError(
          400,
          'RoleDefinitionDoesNotExist',
          `The specified role definition with ID '${roleId}' does not exist.`,
        );
      }
      const same = store
        .list({ type: ROLE_ASSIGNMENT_TYPE })
        .find(
          (other) =>
            other.id.toLowerCase() !== request.id.toLowerCase() &&
            String(other.properties.scope).toLowerCase() === scope.toLowerCase() &&
            String(other.properties.principalId).toLowerCase() === principalId.toLowerCase() &&
            isDefinedBy(other.properties, roleId),
        );
      if (same) {
        throw new ArmError(
          409,
          'RoleAssignmentExists',
          `The role assignment already exists: ${same.name} at ${scope}.`,
        );
      }
      const principalType = principal.kind === 'user' ? 'User' : 'ServicePrincipal';
      return { ...assignment, properties: { principalType, ...properties } };
    },
  };

  const roleDefinitions: ResourceType = {
    type: ROLE_DEFINITION_TYPE,
    apiVersions: DEFINITION_VERSIONS,
    deleting(definition) {
      const used = store
        .list({ type: ROLE_ASSIGNMENT_TYPE })
        .filter(({ properties }) => isDefinedBy(properties, definition.name));
      if (used.length === 0) return;
      throw new ArmError(
        400,
        'RoleDefinitionHasAssignments',
        `There are existing role assignments referencing role (code: ${definition.name}): ${used.length}.`,
      );
    },
    put(request) {
      const definition = resourceOf(request, ROLE_DEFINITION_TYPE);
      const { provisioningState: _, ...properties } = definition.properties;
      const roleName = String(properties.roleName ?? '');
      const namesake = definitions().find(
        (other) => other.properties.roleName === roleName && other.name !== definition.name,
      );
      if (!roleName || namesake) {
        throw new ArmError(
          409,
          'RoleDefinitionWithSameNameExists',
          `a custom role needs a name of its own, got '${roleName}'`,
        );
      }
      const now = new Date(context.clock.now()).toISOString();
      return {
        ...definition,
        properties: {
          type: 'CustomRole',
          assignableScopes: [scopeOf(request.id)],
          createdOn: request.existing?.properties.createdOn ?? now,
          updatedOn: now,
          ...properties,
        },
      };
    },
  };

  return {
    resourceTypes: [roleAssignments, roleDefinitions, locks],
    operations: [
      {
        method: 'GET',
        path: '{scope}/providers/Microsoft.Authorization/roleDefinitions',
        action: 'Microsoft.Authorization/roleDefinitions/read',
        handle({ request }) {
          const filter = request.query.get('$filter') ?? '';
          const name = /roleName eq '((?:[^']|'')+)'/i.exec(filter)?.[1]?.replaceAll("''", "'");
          const type = /type eq '(\w+)'/i.exec(filter)?.[1];
          const value = definitions().filter(
            ({ properties }) =>
              (name === undefined || properties.roleName === name) &&
              (type === undefined || properties.type === type),
          );
          return { status: 200, body: { value } };
        },
      },
      {
        method: 'GET',
        path: '{scope}/providers/Microsoft.Authorization/roleDefinitions/{id}',
        action: 'Microsoft.Authorization/roleDefinitions/read',
        handle({ parameters }) {
          const id = parameters.id!.toLowerCase();
          const found = definitions().find(({ name }) => name.toLowerCase() === id);
          if (!found) {
            throw new ArmError(
              404,
              'RoleDefinitionDoesNotExist',
              `The specified role definition with ID '${parameters.id}' was not found.`,
            );
          }
          return { status: 200, body: found };
        },
      },
      {
        method: 'GET',
        path: '{scope}/providers/Microsoft.Authorization/roleAssignments',
        action: 'Microsoft.Authorization/roleAssignments/read',
        handle({ parameters, request }) {
          const scope = parameters.scope!.toLowerCase();
          const filter = request.query.get('$filter') ?? '';
          const principal = /principalId eq '([^']+)'/i.exec(filter)?.[1]?.toLowerCase();
          const exact = /atScope\(\)/i.test(filter);
          const value = store.list({ type: ROLE_ASSIGNMENT_TYPE }).filter(({ properties }) => {
            const at = String(properties.scope).toLowerCase();
            const above = scope === at || scope.startsWith(`${at}/`);
            const below = at.startsWith(`${scope}/`);
            if (principal && String(properties.principalId).toLowerCase() !== principal) return false;
            return above || (below && !exact);
          });
          return { status: 200, body: { value } };
        },
      },
    ],
  };
}

/** The built-in roles in the shape in which ARM shows a role definition. */
const BUILT_IN: readonly StoredResource[] = BUILT_IN_ROLES.map(({ id, name, permissions }) => ({
  id: `/subscriptions/${SUBSCRIPTION_ID}/providers/${ROLE_DEFINITION_TYPE}/${id}`,
  name: id,
  type: ROLE_DEFINITION_TYPE,
  properties: { roleName: name, type: 'BuiltInRole', permissions: [permissions], assignableScopes: ['/'] },
}));

function isDefinedBy({ roleDefinitionId }: StoredResource['properties'], name: string): boolean {
  return String(roleDefinitionId).split('/').at(-1)!.toLowerCase() === name.toLowerCase();
}

function scopeOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/')) || '/';
}
