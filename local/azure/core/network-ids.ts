const IN_GROUP = '^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/Microsoft\\.Network';
const SUBNET = new RegExp(`${IN_GROUP}/virtualNetworks/[^/]+/subnets/([^/]+)$`, 'i');
const PRIVATE_DNS_ZONE = new RegExp(`${IN_GROUP}/privateDnsZones/[^/]+$`, 'i');

/** Of any subscription: a network may lie in another one than what is in it. */
export function isSubnetId(id: string): boolean {
  return SUBNET.test(id);
}

export function subnetName(id: string): string | undefined {
  return SUBNET.exec(id)?.[1];
}

export function isPrivateDnsZoneId(id: string): boolean {
  return PRIVATE_DNS_ZONE.test(id);
}
