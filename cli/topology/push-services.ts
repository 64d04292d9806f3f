import { at, isObject, type Block } from './blocks';
import { kindOf } from './services';
import type { TopologyEdge, TopologyNode } from './topology';

/** By the names of a hub's credentials, in ARM and in azurerm. */
const PUSH_SERVICES: Readonly<Record<string, string>> = {
  apnsCredential: 'APNs',
  apns_credential: 'APNs',
  fcmV1Credential: 'FCM v1',
  gcmCredential: 'FCM, legacy',
  gcm_credential: 'FCM, legacy',
  browserCredential: 'Web Push',
  browser_credential: 'Web Push',
  wnsCredential: 'WNS',
  admCredential: 'ADM',
  baiduCredential: 'Baidu',
};

/** Where a hub pushes to, which its credentials tell; nothing for any other block. */
export function pushServicesOf(block: Block): { edge: TopologyEdge; service: TopologyNode }[] {
  if (block.kind !== 'resource' || kindOf(block.type).kind !== 'hub') return [];
  const places = [
    block.config,
    ...['body', 'sensitive_body'].map((part) => at(block.config, part, 'properties')),
  ];
  const names = places
    .filter(isObject)
    .flatMap((place) => Object.keys(place).filter((key) => (at(place, key) ?? null) !== null));
  const services = new Set(names.flatMap((name) => PUSH_SERVICES[name] ?? []));
  return [...services].sort().map((name) => ({
    edge: { from: block.address, to: `outside:${name}`, kind: 'flow', labels: ['pushes'] },
    service: {
      id: `outside:${name}`,
      service: 'Push services',
      label: 'Push service',
      name,
      maker: 'outside',
      notes: [],
    },
  }));
}
