export {
  PRIVATE_LINK_GROUPS,
  PrivateEndpoint,
  type PrivateEndpointOptions,
  type PrivateEndpointProps,
  type PrivateLinkGroup,
} from './private-endpoint';
export type { PrivateDnsZoneIds, PrivateNetworking } from './private-networking';
