import type { Construct } from 'constructs';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import type { RelayPart } from '../relay/push-relay-props';
import { checkPartOptions, optionsOf, type PartOptions } from '../resource-options';
import {
  isDestination,
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
  const { functionApp, servicePlan, identity, logAnalyticsWorkspace, applicationInsights } = options;
  const { devicesFunctionApp, devicesServicePlan, devicesIdentity, devicesStorage } = options;
  return {
    functionApp,
    servicePlan,
    identity,
    logAnalyticsWorkspace,
    applicationInsights,
    devicesFunctionApp,
    devicesServicePlan,
    devicesIdentity,
    devicesStorage,
  };
}

/** Notes options of parts that are not made. Those of the relay that depend on its own props are the relay's to note. */
export function checkOptionsOfParts(scope: Construct, props: PushNotificationsProps): void {
  const { events, systemTopic, deadLetter, privateNetworking } = props;
  const hasEvents = events !== false;
  const hasRelay = hasEvents && !isDestination(events);
  const storage = hasEvents && !relayOptions(events).storage && (hasRelay || !(deadLetter ?? systemTopic));
  checkPartOptions(scope, props.resourceOptions, {
    communicationService: !props.communicationService,
    namespace: !props.namespace && (!props.callingHub || (hasRelay && !props.relayHub)),
    callingHub: !props.callingHub,
    relayHub: hasRelay && !props.relayHub,
    voipHub: hasRelay && !props.voipHub && props.voipApns !== undefined,
    systemTopic: hasEvents && !systemTopic,
    eventsIdentity: hasEvents && !systemTopic && !deadLetter,
    deadLetterStorage: hasRelay && !systemTopic && !deadLetter && privateNetworking !== undefined,
    storage,
    functionApp: hasRelay,
    servicePlan: hasRelay,
    identity: hasRelay,
    logAnalyticsWorkspace: hasRelay,
    applicationInsights: hasRelay,
    devicesFunctionApp: hasRelay,
    devicesServicePlan: hasRelay,
    devicesIdentity: hasRelay,
    devicesStorage: hasRelay,
  });
}
