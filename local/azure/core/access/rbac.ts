import { BUILT_IN_ROLES, type RolePermissions } from './built-in-roles';
import { DEPLOYER } from '../identity';
import type { ResourceStore, StoredResource } from '../store';

export const ROLE_ASSIGNMENT_TYPE = 'Microsoft.Authorization/roleAssignments';
export const ROLE_DEFINITION_TYPE = 'Microsoft.Authorization/roleDefinitions';

/** Decides by the role assignments in the store what a principal may do. */
export class Rbac {
  constructor(private readonly store: ResourceStore) {}

  /** May the principal do this management operation (`Microsoft.Web/sites/read`) on that resource? */
  allowsAction(objectId: string, action: string, scope: string): boolean {
    return this.allows(objectId, scope, (p) => grants(p.actions, p.notActions, action));
  }

  /** May it do this operation on the data in that resource (`…/containers/blobs/read`)? */
  allowsDataAction(objectId: string, action: string, scope: string): boolean {
    return this.allows(objectId, scope, (p) => grants(p.dataActions, p.notDataActions, action));
  }

  private allows(objectId: string, scope: string, test: (permissions: RolePermissions) => boolean): boolean {
    const principal = objectId.toLowerCase();
    // The deployer is the owner of the subscription, and of the data in it.
    if (principal === DEPLOYER.objectId) return true;
    return this.store
      .list({ type: ROLE_ASSIGNMENT_TYPE })
      .filter((assignment) => String(assignment.properties.principalId).toLowerCase() === principal)
      .filter((assignment) => covers(String(assignment.properties.scope), scope))
      .some((assignment) => this.permissionsOf(assignment).some(test));
  }

  private permissionsOf(assignment: StoredResource): readonly RolePermissions[] {
    const { builtIn, custom } = roleOf(assignment, this.store);
    if (builtIn) return [builtIn.permissions];
    const permissions = (custom?.properties.permissions ?? []) as Partial<RolePermissions>[];
    return permissions.map((p) => ({
      actions: p.actions ?? [],
      notActions: p.notActions ?? [],
      dataActions: p.dataActions ?? [],
      notDataActions: p.notDataActions ?? [],
    }));
  }
}

/** What people call the role that is assigned; nothing where no such role is known. */
export function roleNameOf(assignment: StoredResource, store: ResourceStore): string | undefined {
  const { builtIn, custom } = roleOf(assignment, store);
  const name = builtIn?.name ?? custom?.properties.roleName;
  return typeof name === 'string' ? name : undefined;
}

function roleOf({ properties }: StoredResource, store: ResourceStore) {
  const id = String(properties.roleDefinitionId).split('/').at(-1)?.toLowerCase();
  return {
    builtIn: BUILT_IN_ROLES.find((role) => role.id === id),
    custom: store.list({ type: ROLE_DEFINITION_TYPE }).find(({ name }) => name.toLowerCase() === id),
  };
}

function grants(granted: readonly string[], excepted: readonly string[], action: string): boolean {
  return granted.some((g) => matches(g, action)) && !excepted.some((e) => matches(e, action));
}

/** `*` in a role's action stands for any text, slashes included; case makes no difference. */
function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

function covers(assigned: string, scope: string): boolean {
  const above = assigned.toLowerCase().replace(/\/+$/, '');
  const below = scope.toLowerCase();
  return below === above || below.startsWith(`${above}/`);
}
