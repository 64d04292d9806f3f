import type { AzureReader } from '../../link';
import { valueOf, type PlannedId } from './resource-ids';
import type { PlannedResource } from './stack-plan';

const ROLE_ASSIGNMENTS = 'providers/Microsoft.Authorization/roleAssignments';
const ROLE_DEFINITIONS = 'providers/Microsoft.Authorization/roleDefinitions';

/** Source: Azure/azure-rest-api-specs `specification/authorization/…/stable/2022-04-01`. */
const API_VERSION = '2022-04-01';

/**
 * An assignment that nobody gave a name, of which azurerm makes another with each create: whoever has the role at that
 * scope has it once, so it is found by principal, role and scope.
 * @param ids of the stack's resources, by address
 * @returns undefined when there is none, or principal, role or scope are not known yet
 */
export async function unnamedAssignment(
  resource: PlannedResource,
  ids: ReadonlyMap<string, string>,
  azure: AzureReader,
  signal?: AbortSignal,
): Promise<PlannedId | undefined> {
  if (resource.type !== 'azurerm_role_assignment' || resource.written.name !== undefined) return undefined;
  const scope = valueOf(resource, 'scope', ids)?.replace(/\/+$/, '');
  const principal = valueOf(resource, 'principal_id', ids);
  if (scope === undefined || principal === undefined) return undefined;
  const role = await roleAt(scope, resource, ids, azure, signal);
  if (role === undefined) return undefined;
  const assignments = await list(
    `${scope}/${ROLE_ASSIGNMENTS}`,
    `principalId eq '${principal}'`,
    azure,
    signal,
  );
  // Azure lists those of other scopes above and below as well.
  const own = assignments.find(
    ({ properties }) =>
      sameText(properties?.scope, scope) && sameText(lastOf(properties?.roleDefinitionId), role),
  );
  if (own?.id === undefined) return undefined;
  // Azurerm reads the scope out of the id, and takes another casing for another scope.
  const id = `${scope}/${ROLE_ASSIGNMENTS}/${lastOf(own.id)}`;
  return { address: resource.address, id, importId: id, apiVersion: API_VERSION };
}

/** The GUID of the role. */
async function roleAt(
  scope: string,
  resource: PlannedResource,
  ids: ReadonlyMap<string, string>,
  azure: AzureReader,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const id = valueOf(resource, 'role_definition_id', ids);
  if (id !== undefined) return lastOf(id);
  const name = valueOf(resource, 'role_definition_name', ids);
  if (name === undefined) return undefined;
  const filter = `roleName eq '${name.replaceAll("'", "''")}'`;
  const [found] = await list(`${scope}/${ROLE_DEFINITIONS}`, filter, azure, signal);
  return found?.id === undefined ? undefined : lastOf(found.id);
}

interface Listed {
  readonly id?: string;
  readonly properties?: { readonly scope?: string; readonly roleDefinitionId?: string };
}

async function list(
  path: string,
  filter: string,
  azure: AzureReader,
  signal: AbortSignal | undefined,
): Promise<readonly Listed[]> {
  const answer = await azure.query(path, API_VERSION, { $filter: filter }, signal);
  return ((answer ?? {}) as { value?: Listed[] }).value ?? [];
}

const lastOf = (id: string | undefined) => id?.split('/').at(-1) ?? '';

const sameText = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
