import type { Construct } from 'constructs';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { RELAY_PARTS, type RelayPart } from '../relay/push-relay-props';
import { checkPartOptions, optionsOf, type PartOptions } from '../resource-options';
import {
  hasRelay,
  newHubs,
  relayOptions,
  type PushNotificationsPart,
  type PushNotificationsProps,
} from './props';

export type HubPurpose = 'calling' | 'relay' | 'voip';

const HUB_PARTS = { calling: 'callingHub', relay: 'relayHub', voip: 'voipHub' } as const;

/** Options of a hub: the lock of a namespace that is made holds for its hubs, and they need none. */
export function hubOptions(props: PushNotificationsProps, purpose: HubPurpose): AzureResourceOptions {
  const { tags, lock, namespace, resourceOptions = {} } = props;
  const above = namespace ? undefined : optionsOf({ lock }, resourceOptions.namespace).lock;
  const isUnder = above !== undefined && above.kind !== 'None';
  return optionsOf({ tags, lock: isUnder ? undefined : lock }, resourceOptions[HUB_PARTS[purpose]]);
}

/** Options of the relay's own parts; its storage is made before it. */
export function relayPartOptions(
  options: PartOptions<PushNotificationsPart> = {},
): PartOptions<Exclude<RelayPart, 'storage'>> {
  const { storage: _, ...parts } = Object.fromEntries(RELAY_PARTS.map((name) => [name, options[name]]));
  return parts;
}

/** Notes options of parts that are not made. Those of the relay that depend on its own props are the relay's to note. */
export function checkOptionsOfParts(scope: Construct, props: PushNotificationsProps): void {
  const { events, systemTopic, deadLetter, privateNetworking } = props;
  const hasEvents = events !== false;
  const relay = hasRelay(props);
  const hubs = newHubs(props);
  const storage = hasEvents && !relayOptions(events).storage && (relay || !(deadLetter ?? systemTopic));
  checkPartOptions(scope, props.resourceOptions, {
    communicationService: !props.communicationService,
    namespace: !props.namespace && (hubs.calling || hubs.relay || hubs.voip),
    callingHub: hubs.calling,
    relayHub: hubs.relay,
    voipHub: hubs.voip,
    systemTopic: hasEvents && !systemTopic,
    eventsIdentity: hasEvents && !systemTopic && !deadLetter,
    deadLetterStorage: relay && !systemTopic && !deadLetter && privateNetworking !== undefined,
    ...(Object.fromEntries(RELAY_PARTS.map((name) => [name, relay])) as Record<RelayPart, boolean>),
    storage,
  });
}
