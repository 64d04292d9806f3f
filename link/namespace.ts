import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure';
import { parseResourceId } from './resource-id';

/** What of a hub's namespace decides whether a send is taken. */
export interface NamespaceFacts {
  readonly name: string;
  /** `Free`, `Basic` or `Standard`; empty when Azure does not tell. */
  readonly tier: string;
  /** False when somebody or Azure has switched it off; then `status` says more. */
  readonly enabled: boolean;
  readonly status: string;
  /** Whether access is limited to some networks. */
  readonly networkRules: boolean;
  /** When it was last written: milliseconds since the epoch; undefined when Azure does not tell. */
  readonly modifiedAt?: number;
}

/** Undefined when the namespace does not exist. @throws AzureError */
export async function readNamespace(
  azure: Pick<AzureReader, 'get'>,
  notificationHubId: string,
  signal?: AbortSignal,
): Promise<NamespaceFacts | undefined> {
  const { id, name } = parseResourceId(notificationHubId).parents.at(-1)!;
  const namespace = await azure.get(id, API_VERSIONS.notificationHubs, signal);
  if (!namespace) return undefined;
  const { enabled, status, publicNetworkAccess, networkAcls, updatedAt } = namespace.properties;
  const modifiedAt = namespace.modifiedAt ?? Date.parse(typeof updatedAt === 'string' ? updatedAt : '');
  return {
    name,
    tier: namespace.sku ?? '',
    enabled: enabled !== false && !/disabled/i.test(String(status ?? '')),
    status: typeof status === 'string' ? status : '',
    networkRules:
      /^disabled$/i.test(String(publicNetworkAccess ?? '')) || limitsNetworks(networkAcls as NetworkAcls),
    ...(Number.isNaN(modifiedAt) ? {} : { modifiedAt }),
  };
}

/** Source: Azure/azure-rest-api-specs, notificationhubs 2023-10-01-preview, NetworkAcls. */
type NetworkAcls =
  | {
      readonly ipRules?: readonly unknown[];
      readonly publicNetworkRule?: { readonly rights?: readonly string[] };
    }
  | undefined;

/** Rules for addresses, or no right to send for anybody else. */
function limitsNetworks(acls: NetworkAcls): boolean {
  if (!acls) return false;
  const { ipRules = [], publicNetworkRule } = acls;
  const open = publicNetworkRule?.rights?.some((right) => /^send$/i.test(right)) ?? ipRules.length === 0;
  return !open;
}
