import { parsePath } from './path';
import { ArmError } from '../http';
import type { ResourceStore } from '../store';

export const LOCK_TYPE = 'Microsoft.Authorization/locks';

export type LockedOperation = 'write' | 'delete';

/**
 * Refuses what a lock is against: at the scope itself, above it or, of a deletion, below it. A ReadOnly lock is against
 * every POST too. A lock itself can be changed and deleted under any other.
 *
 * Source: azure-docs, azure-resource-manager/management/lock-resources.md; the words are those that people quote
 * (hashicorp/terraform-provider-azurerm#17478).
 */
export function requireUnlocked(store: ResourceStore, operation: LockedOperation, scope: string): void {
  if (parsePath(scope)?.type.toLowerCase() === LOCK_TYPE.toLowerCase()) return;
  const target = `${scope.toLowerCase()}/`;
  const locked = store
    .list({ type: LOCK_TYPE })
    .filter(({ properties }) => operation === 'delete' || properties.level === 'ReadOnly')
    .map(({ id }) => parsePath(id)!.scope)
    .filter((at) => {
      const place = `${at.toLowerCase()}/`;
      return target.startsWith(place) || (operation === 'delete' && place.startsWith(target));
    });
  if (locked.length === 0) return;
  throw new ArmError(
    409,
    'ScopeLocked',
    `The scope '${scope}' cannot perform ${operation} operation because following scope(s) are locked: ` +
      `'${[...new Set(locked)].join(',')}'. Please remove the lock and try again.`,
  );
}
