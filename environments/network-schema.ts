import * as z from 'zod';
import { ipRangeProblem } from '../constructs/network/allowed-ip-ranges';
import { PRIVATE_DNS_ZONE_TYPE, SUBNET_TYPE } from '../constructs/network/network-ids';
import { armId, says, SUBSCRIPTION } from './fields';

const NETWORK = `${SUBSCRIPTION}/Microsoft.Network`;

const subnetId = (name: string) => armId(SUBNET_TYPE, `${NETWORK}/virtualNetworks/vnet-app/subnets/${name}`);
const zoneId = (name: string) => armId(PRIVATE_DNS_ZONE_TYPE, `${NETWORK}/privateDnsZones/${name}`);

/** See docs/private-networking.md. */
export const privateNetworking = z.strictObject(
  {
    virtualNetworkSubnetId: subnetId('snet-apps'),
    privateEndpointSubnetId: subnetId('snet-endpoints'),
    privateDnsZoneIds: z.union(
      [
        z.literal('manual'),
        z.strictObject({
          blob: zoneId('privatelink.blob.core.windows.net'),
          table: zoneId('privatelink.table.core.windows.net'),
          sites: zoneId('privatelink.azurewebsites.net'),
          vault: zoneId('privatelink.vaultcore.azure.net').optional(),
        }),
      ],
      says("'manual', or an object with blob, table and sites", 'manual'),
    ),
    /** Addresses of who deploys from outside of the network. */
    allowedIpRanges: z
      .array(
        z.string(says('a public IPv4 address or range', '203.0.113.7')).superRefine((range, context) => {
          const message = ipRangeProblem(range);
          if (message) context.addIssue({ code: 'custom', message, params: { complete: true } });
        }),
        says('a list of public IPv4 addresses and ranges', "['203.0.113.7']"),
      )
      .optional(),
    devicesApi: z.enum(['private', 'public'], says("'private' or 'public'", 'private')).optional(),
    /** A vault that gets a private endpoint. */
    keyVaultId: armId(
      'Microsoft.KeyVault/vaults',
      `${SUBSCRIPTION}/Microsoft.KeyVault/vaults/kv-app`,
    ).optional(),
  },
  says(
    'an object with virtualNetworkSubnetId, privateEndpointSubnetId and privateDnsZoneIds',
    "{ virtualNetworkSubnetId: '/subscriptions/…', … }",
  ),
);

interface NetworkInput {
  readonly events?: { readonly target?: string };
  readonly privateNetworking?: unknown;
}

/** What does not go together; the constructs say the rest. */
export function networkContradictions({ events, privateNetworking: network }: NetworkInput) {
  if (network === undefined || !events || events.target === 'relay') return [];
  return [
    {
      path: ['privateNetworking'],
      message: "goes with events of target 'relay', whose network it is: leave it out",
    },
  ];
}
