import { randomUUID } from 'node:crypto';
import type { ArmResource } from '../azure-client';
import { AzureError } from '../azure-errors';
import { pause } from '../azure-transport';
import { ProviderError } from '../provider';
import { known, type AzurermResource } from './resource';
import { IdFormat } from './resource-ids';

const API_VERSION = '2022-04-01';
const DEFINITIONS_API_VERSION = '2022-05-01-preview';
const IDS = new IdFormat(
  'RoleAssignment',
  '{scope}/providers/Microsoft.Authorization/roleAssignments/{name}',
);
const PRINCIPAL_TRIES = 60;
const PRINCIPAL_PAUSE_MS = 1000;

export const roleAssignment: AzurermResource = {
  isAwaited: true,
  forceNew: [
    'name',
    'scope',
    'principal_id',
    'principal_type',
    'role_definition_id',
    'role_definition_name',
    'condition',
    'condition_version',
    'delegated_managed_identity_resource_id',
    'description',
    'skip_service_principal_aad_check',
  ],

  ids: {
    of: (planned) =>
      IDS.of({ ...planned, name: known(planned['name']) ?? randomUUID() }, { subscriptionId: '' }),
    parse: (id) => IDS.parse(id),
  },

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const scope = (planned['scope'] as string).replace(/\/$/, '');
    let roleDefinitionId = known<string>(planned['role_definition_id']);
    const roleName = known<string>(planned['role_definition_name']);
    if (roleDefinitionId === undefined) {
      const { body } = await client.arm(
        'GET',
        `${scope}/providers/Microsoft.Authorization/roleDefinitions`,
        DEFINITIONS_API_VERSION,
        { query: { $filter: `roleName eq '${roleName ?? ''}'` }, signal },
      );
      const found = (body as { value: ArmResource[] }).value;
      if (found.length !== 1) {
        throw new ProviderError(
          'Role definition not found',
          `got ${found.length} role definitions named "${roleName}" at ${scope}, expected one`,
        );
      }
      roleDefinitionId = found[0]!.id;
    }
    const optional = (name: string, key: string) => {
      const value = known(planned[name]);
      return value === undefined || value === '' ? {} : { [key]: value };
    };
    const body = {
      properties: {
        ...optional('condition', 'condition'),
        ...optional('condition_version', 'conditionVersion'),
        ...optional('delegated_managed_identity_resource_id', 'delegatedManagedIdentityResourceId'),
        description: planned['description'] ?? '',
        principalId: planned['principal_id'],
        ...(known(planned['skip_service_principal_aad_check']) === true && {
          principalType: 'ServicePrincipal',
        }),
        ...optional('principal_type', 'principalType'),
        roleDefinitionId,
      },
    };
    for (let tries = 1; ; tries++) {
      try {
        await client.arm('PUT', id, API_VERSION, { body, signal });
        return;
      } catch (error) {
        // A principal made a moment ago is not known everywhere yet.
        const early = error instanceof AzureError && error.code === 'PrincipalNotFound';
        if (!early || tries === PRINCIPAL_TRIES) throw error;
        await pause(PRINCIPAL_PAUSE_MS, signal);
      }
    }
  },

  async read(id, state, { client, signal }) {
    const assignment = await client.get(id, API_VERSION, { signal });
    if (!assignment) return undefined;
    const { properties } = assignment;
    const definitionId = properties['roleDefinitionId'] as string;
    const definition = await client.get(definitionId, DEFINITIONS_API_VERSION, { signal });
    const before = known<string>(state['role_definition_id']);
    const sameRole =
      before?.split('/').at(-1)?.toLowerCase() === definitionId.split('/').at(-1)?.toLowerCase();
    return {
      name: assignment.name,
      scope: known(state['scope']) ?? properties['scope'],
      // ARM may answer with the id of the same role at another scope.
      role_definition_id: sameRole ? before! : definitionId,
      role_definition_name: definition?.properties['roleName'] ?? known(state['role_definition_name']) ?? '',
      principal_id: properties['principalId'],
      principal_type: properties['principalType'] ?? '',
      condition: properties['condition'] ?? state['condition'] ?? null,
      condition_version: properties['conditionVersion'] ?? known(state['condition_version']) ?? '',
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};
