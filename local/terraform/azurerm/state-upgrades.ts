import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';

type Upgrade = (state: CtyObject, typeName: string) => CtyObject;

/** What the state of a version becomes in the next one, by type and version. */
const UPGRADES: Readonly<Record<string, Readonly<Record<number, Upgrade>>>> = {
  azurerm_storage_container: { 1: byArmId },
  azurerm_storage_queue: { 1: byArmId },
};

/**
 * State of an older version of a type, as a newer one keeps it.
 * @throws ProviderError for a version from which nobody upgrades here
 */
export function upgradeState(typeName: string, version: number, wanted: number, state: CtyObject): CtyObject {
  if (version === wanted) return state;
  const upgrade = version < wanted ? UPGRADES[typeName]?.[version] : undefined;
  if (upgrade) return upgradeState(typeName, version + 1, wanted, upgrade(state, typeName));
  throw new ProviderError(
    'State of another version',
    `${typeName} has state of version ${version}, expected ${wanted}; the stand-in provider has no upgrade from it, so ` +
      `apply with the real provider first`,
  );
}

/** From azurerm 5.0 on, the id is the one of ARM alone; with `storage_account_name` it was a URL. */
function byArmId(state: CtyObject, typeName: string): CtyObject {
  if (String(state['id']).startsWith('/subscriptions/')) return state;
  throw new ProviderError(
    'State by the name of a storage account',
    `${typeName} has the id ${String(state['id'])}; the stand-in provider upgrades those alone that are in ARM: set ` +
      `storage_account_id`,
  );
}
