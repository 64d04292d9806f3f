import type { LocalService, ServiceParts } from '../../core/service';
import { KeyVaultSecrets } from './data-plane';
import { keyVaultProvider } from './resource-types';

/** Key Vault: vaults and their secrets. */
export function keyVaultService({ context, tokens, rbac }: ServiceParts): LocalService {
  return { ...keyVaultProvider(context), hostServices: [new KeyVaultSecrets(context, tokens, rbac)] };
}
