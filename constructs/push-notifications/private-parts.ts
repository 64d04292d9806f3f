import type { Construct } from 'constructs';
import { mistake } from '../core/mistakes';
import { checkName, type Naming } from '../core/naming';
import { warn } from '../core/warnings';
import { PrivateEndpoint } from '../network/private-endpoint';
import { zoneOf } from '../network/private-networking';
import { optionsOf } from '../resource-options';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import { relayOptions, type PushNotificationsProps } from './props';

/** The endpoint of the vault, when one is asked for. */
export function makeVaultEndpoint(
  scope: Construct,
  { privateNetworking, resourceGroup, events, tags, lock }: PushNotificationsProps,
  naming: Naming,
): void {
  if (privateNetworking?.keyVaultId === undefined) return;
  const { keyVaultId, privateDnsZoneIds, privateEndpointSubnetId } = privateNetworking;
  if (privateDnsZoneIds !== 'manual' && privateDnsZoneIds?.vault === undefined) {
    mistake(
      scope,
      "privateNetworking.privateDnsZoneIds.vault takes the ARM id of the zone of key vaults, got nothing: give it with keyVaultId, or 'manual' for all zones",
    );
  }
  new PrivateEndpoint(scope, 'VaultPrivateEndpoint', {
    resourceGroup,
    name: checkName(scope, 'privateEndpoint', naming.name('privateEndpoint', 'vault')),
    location: relayOptions(events).location,
    subnetId: privateEndpointSubnetId,
    groupId: 'vault',
    targetResourceId: keyVaultId,
    privateDnsZoneId: zoneOf(privateNetworking, 'vault'),
    tags,
    lock,
  });
}

/**
 * The account for events that Event Grid could not deliver, apart from the relay's: it cannot be behind a firewall. Past
 * one Event Grid comes with the topic's system-assigned identity alone, which a topic in `global` does not have.
 *
 * Sources: azure-docs, event-grid/add-identity-roles.md "Firewall and virtual network rules" and
 * event-grid/enable-identity-system-topics.md "Global Azure sources".
 */
export function makeDeadLetterStorage(
  scope: Construct,
  props: PushNotificationsProps,
  naming: Naming,
): KeylessStorageAccount {
  warn(
    scope,
    'event-grid-dead-letters-public',
    'events that Event Grid cannot deliver go to a storage account of their own with a public address, which nothing but Microsoft Entra ID opens: Event Grid reaches none behind a firewall with the identity that a topic of Communication Services can have; see docs/private-networking.md',
  );
  return new KeylessStorageAccount(scope, 'DeadLetterStorage', {
    resourceGroup: props.resourceGroup,
    name: naming.name('storageAccount', 'events'),
    ...optionsOf(props, props.resourceOptions?.deadLetterStorage),
  });
}
