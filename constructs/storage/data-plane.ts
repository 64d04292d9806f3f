import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import type { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { TerraformStack, Token } from 'cdktf';

/**
 * Azurerm waits for blobs and queues of each account that it makes, and reads their properties in each plan, unless it
 * is told that it cannot reach them. Of an account without public access it never can: private endpoints are made after
 * the account, wherever Terraform runs.
 *
 * Source: hashicorp/terraform-provider-azurerm#32474.
 */
export function dataPlaneProblems(account: StorageAccount): string[] {
  return providersOf(account)
    .filter((provider) => reachesDataPlane(provider))
    .map(
      ({ node }) =>
        `public access is off, and the provider ${node.path} waits for blobs and queues that it cannot reach: give it ` +
        'features: [{ storage: [{ dataPlaneAvailable: false }] }]',
    );
}

/** The one that it was given, else those of the stack without alias. */
function providersOf(account: StorageAccount): AzurermProvider[] {
  const { provider } = account;
  if (provider) return provider instanceof AzurermProvider ? [provider] : [];
  return TerraformStack.of(account)
    .node.findAll()
    .filter((node): node is AzurermProvider => node instanceof AzurermProvider && node.alias === undefined);
}

function reachesDataPlane({ featuresInput: features }: AzurermProvider): boolean {
  if (Token.isUnresolved(features) || !Array.isArray(features)) return false;
  const [feature] = features;
  const storage: unknown = feature?.storage;
  if (Token.isUnresolved(storage)) return false;
  const [first] = (Array.isArray(storage) ? storage : []) as { dataPlaneAvailable?: unknown }[];
  const available = first?.dataPlaneAvailable;
  return !Token.isUnresolved(available) && available !== false;
}
