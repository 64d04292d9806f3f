import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { warn } from '../core/warnings';
import type { IStorageAccount } from '../storage/storage-account-interface';
import { AppNetwork } from './app-network';
import type { PushRelayProps } from './push-relay-props';

/** The network of a relay's app for events, and the endpoints that it starts after. */
export interface RelayNetwork {
  readonly network?: AppNetwork;
  readonly endpoints: ITerraformDependable[];
}

/** Makes the private endpoints of the relay's storage, and says what of the relay is reached from outside. */
export function makeRelayNetwork(
  scope: Construct,
  { privateNetworking, resourceGroup, naming, tags, lock }: PushRelayProps,
  location: string,
  storage: IStorageAccount,
): RelayNetwork {
  if (!privateNetworking) return { endpoints: [] };
  warnOfPublicParts(scope, storage);
  const network = new AppNetwork(scope, {
    network: privateNetworking,
    callers: 'event-grid',
    resourceGroup,
    naming,
    purpose: 'relay',
    location,
    tags,
    lock,
  });
  return {
    network,
    endpoints: network.storageEndpoints(storage, ['blob', 'table']),
  };
}

function warnOfPublicParts(scope: Construct, storage: IStorageAccount): void {
  warn(
    scope,
    'event-function-public',
    'the app for events keeps a public address, open to the service tag AzureEventGrid: Event Grid delivers to no private endpoint; see docs/private-networking.md',
  );
  if (storage.behindFirewall === false) {
    warn(
      scope,
      'relay-storage-public',
      "storage is given and open to every network: give it publicNetworkAccess: 'Disabled' or allowedIpRanges; the relay's private endpoints lead to it all the same",
    );
  }
}
