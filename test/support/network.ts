import type { PrivateNetworking } from '../../constructs';
import { OTHER_SUBSCRIPTION } from './samples';

/** A network of another subscription's, as a platform team has it. */
const NETWORK = `/subscriptions/${OTHER_SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network`;

export const APP_SUBNET = `${NETWORK}/virtualNetworks/vnet-app/subnets/snet-apps`;
export const ENDPOINT_SUBNET = `${NETWORK}/virtualNetworks/vnet-app/subnets/snet-endpoints`;
export const ZONES = {
  blob: `${NETWORK}/privateDnsZones/privatelink.blob.core.windows.net`,
  table: `${NETWORK}/privateDnsZones/privatelink.table.core.windows.net`,
  sites: `${NETWORK}/privateDnsZones/privatelink.azurewebsites.net`,
  vault: `${NETWORK}/privateDnsZones/privatelink.vaultcore.azure.net`,
};

export const PRIVATE: PrivateNetworking = {
  virtualNetworkSubnetId: APP_SUBNET,
  privateEndpointSubnetId: ENDPOINT_SUBNET,
  privateDnsZoneIds: ZONES,
};

/** What a synth told of its mistakes, one a line: `[path] message`. */
export const told = (error: string) =>
  error
    .split('\n')
    .filter((line) => line.startsWith('  ['))
    .map((line) => line.trim());
