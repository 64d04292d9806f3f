import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { mistake } from '../core/mistakes';
import { checkIpRanges } from './allowed-ip-ranges';
import { checkId, checkZone, SUBNET_TYPE } from './network-ids';
import { PRIVATE_LINK_GROUPS } from './private-endpoint';

/** ARM ids of private DNS zones that exist, linked to the virtual network. */
export interface PrivateDnsZoneIds {
  /** `privatelink.blob.core.windows.net` */
  readonly blob: string;
  /** `privatelink.table.core.windows.net` */
  readonly table: string;
  /** `privatelink.azurewebsites.net` */
  readonly sites: string;
  /** `privatelink.vaultcore.azure.net`; needed with `keyVaultId`. */
  readonly vault?: string;
}

/**
 * The network of a relay, whose parts exist: virtual network, subnets and zones are made by whoever plans the network.
 * What stays public all the same, and why, is in docs/private-networking.md.
 */
export interface PrivateNetworking {
  /**
   * ARM id of the subnet that the apps send from. In the region of the apps, /26 or larger, delegated to
   * `Microsoft.App/environments`, used for nothing but Flex Consumption, and without `_` in its name. Everything that
   * they send goes through it.
   */
  readonly virtualNetworkSubnetId: string;
  /** ARM id of the subnet for private endpoints; another one, and in the same region. */
  readonly privateEndpointSubnetId: string;
  /** Where addresses are written to; `manual`: somebody else does, such as an Azure Policy. */
  readonly privateDnsZoneIds: PrivateDnsZoneIds | 'manual';
  /**
   * Public IPv4 addresses and ranges of who deploys and operates from outside of the network: `203.0.113.7`,
   * `198.51.100.0/24`. They reach the storage accounts, the apps and where code is published.
   * @default - none: a deploy has to run inside of the network
   */
  readonly allowedIpRanges?: string[];
  /**
   * Who reaches the devices API: `private`, the network and `allowedIpRanges` alone, for back ends and for what stands
   * before it (Application Gateway, Front Door by Private Link); `public`, also phones and pages on the internet.
   * @default 'private'
   */
  readonly devicesApi?: 'private' | 'public';
}

/**
 * Notes what cannot work.
 *
 * @param devicesApi undefined: there is none
 */
export function checkPrivateNetworking(
  scope: IConstruct,
  network: PrivateNetworking,
  devicesApi: { readonly separateApp?: boolean } | undefined,
): void {
  checkSubnets(scope, network);
  checkZones(scope, network);
  checkIpRanges(scope, 'privateNetworking.allowedIpRanges', network.allowedIpRanges);
  const access = network.devicesApi;
  if (access === undefined) return;
  if (!['private', 'public'].includes(access)) {
    mistake(
      scope,
      `privateNetworking.devicesApi takes 'private' or 'public', got '${String(access)}': give one of them`,
    );
  } else if (!devicesApi) {
    mistake(
      scope,
      `privateNetworking.devicesApi takes who reaches the devices API, got '${access}' and no devices API: leave it out, or give devicesApi`,
    );
  } else if (access === 'public' && devicesApi.separateApp === false) {
    mistake(
      scope,
      `privateNetworking.devicesApi takes 'private' when the devices API shares the app for events, got 'public': its functions would be open to the internet too; leave out devicesApi.separateApp, or give 'private'`,
    );
  }
}

function checkSubnets(scope: IConstruct, network: PrivateNetworking): void {
  const { virtualNetworkSubnetId: apps, privateEndpointSubnetId: endpoints } = network;
  const subnet = checkId(scope, 'privateNetworking.virtualNetworkSubnetId', apps, SUBNET_TYPE);
  checkId(scope, 'privateNetworking.privateEndpointSubnetId', endpoints, SUBNET_TYPE);
  if (subnet?.name.includes('_')) {
    mistake(
      scope,
      `privateNetworking.virtualNetworkSubnetId takes a subnet without '_' in its name, which Flex Consumption does not support, got '${subnet.name}': give another one`,
    );
  }
  if (typeof apps === 'string' && apps.toLowerCase() === String(endpoints).toLowerCase()) {
    mistake(
      scope,
      `privateNetworking.privateEndpointSubnetId takes another subnet than virtualNetworkSubnetId, got the same: the apps' is delegated to Microsoft.App/environments and takes no private endpoints; give one of its own`,
    );
  }
}

function checkZones(scope: IConstruct, { privateDnsZoneIds: zones }: PrivateNetworking): void {
  if (zones === 'manual' || Token.isUnresolved(zones)) return;
  if (typeof zones !== 'object' || zones === null) {
    mistake(
      scope,
      `privateNetworking.privateDnsZoneIds takes the ARM ids of zones { blob, table, sites }, or 'manual', got ${zones === undefined ? 'nothing' : `'${String(zones)}'`}: without the addresses in a zone the apps find their storage where it is closed`,
    );
    return;
  }
  for (const group of ['blob', 'table', 'sites'] as const) {
    checkZone(
      scope,
      `privateNetworking.privateDnsZoneIds.${group}`,
      zones[group],
      PRIVATE_LINK_GROUPS[group].zone,
    );
  }
}

/** The zone for endpoints of a group; undefined when somebody else writes the address. */
export function zoneOf(network: PrivateNetworking, group: keyof PrivateDnsZoneIds): string | undefined {
  const { privateDnsZoneIds: zones } = network;
  // What is missing was noted; the endpoint is looked at all the same.
  return zones === 'manual' ? undefined : zones?.[group];
}

/** Who reaches the storage accounts of that network besides private endpoints. */
export function storageAccess(network: PrivateNetworking | undefined): {
  publicNetworkAccess?: 'Disabled';
  allowedIpRanges?: string[];
} {
  if (!network) return {};
  const { allowedIpRanges = [] } = network;
  return allowedIpRanges.length > 0 ? { allowedIpRanges } : { publicNetworkAccess: 'Disabled' };
}
