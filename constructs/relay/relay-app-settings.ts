import { RELAY_SETTINGS } from '../../relay/contract';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { devicesApiSettings, type DevicesApi } from './devices-api';
import type { PushRelayProps } from './push-relay-props';

/** What a relay was made with. */
export interface RelayParts {
  readonly sendPolicies: readonly IHubPolicy[];
  readonly listenPolicies: readonly IHubPolicy[];
  readonly identityClientId: string;
  readonly storageAccountName: string;
  readonly deadLetterContainerName: string;
  /** The devices API, when it is a part of the same app. */
  readonly sharedApi?: DevicesApi;
}

/** The app settings of a relay; none of them is secret. */
export function relayAppSettings(props: PushRelayProps, parts: RelayParts): Record<string, string> {
  const { storageShards, messageText, optionalEvents = [], androidMessages, successLinesPercent } = props;
  const [send, voipSend] = parts.sendPolicies;
  return {
    ...(parts.sharedApi ? {} : { [RELAY_SETTINGS.part]: 'events' }),
    [RELAY_SETTINGS.sourceId]: props.communicationService.communicationServiceId,
    [RELAY_SETTINGS.hubRuleId]: send!.policyId,
    ...(voipSend && { [RELAY_SETTINGS.voipHubRuleId]: voipSend.policyId }),
    [RELAY_SETTINGS.identityClientId]: parts.identityClientId,
    [RELAY_SETTINGS.storageAccount]: parts.storageAccountName,
    [RELAY_SETTINGS.deadLetterContainer]: parts.deadLetterContainerName,
    ...(storageShards !== undefined && { [RELAY_SETTINGS.storageShards]: String(storageShards) }),
    ...platformSettings(props.hub),
    ...(messageText && { [RELAY_SETTINGS.messageText]: messageText }),
    ...(optionalEvents.length > 0 && {
      [RELAY_SETTINGS.optionalEvents]: [...new Set([optionalEvents].flat())].join(','),
    }),
    ...(parts.sharedApi && devicesApiSettings(parts.sharedApi, parts.listenPolicies)),
    ...(androidMessages && { [RELAY_SETTINGS.androidMessages]: androidMessages }),
    ...(successLinesPercent !== undefined && {
      [RELAY_SETTINGS.successLinesPercent]: String(successLinesPercent),
    }),
  };
}

/**
 * The ids of the link's parts and not the link itself: the relay does not wait for it.
 *
 * @param name of the Function App
 */
export function linkHealthSettings(
  { linkHealth, resourceGroup }: PushRelayProps,
  name: string,
  location: string,
): Record<string, string> {
  if (!linkHealth) return {};
  const { hub, policy } = linkHealth.link;
  return {
    [RELAY_SETTINGS.linkHubId]: hub.notificationHubId,
    [RELAY_SETTINGS.linkRuleId]: policy.policyId,
    // Its own id, put together: a resource cannot refer to itself.
    [RELAY_SETTINGS.resourceId]: `${resourceGroup.id}/providers/Microsoft.Web/sites/${name}`,
    [RELAY_SETTINGS.region]: location,
  };
}

/** The push services that a hub has credentials for, where that is known. */
export function platformSettings({ platforms }: INotificationHub): Record<string, string> {
  if (!platforms) return {};
  const names = [
    ...(platforms.apns ? ['apple'] : []),
    ...(platforms.fcmV1 ? ['fcmv1'] : []),
    ...(platforms.browser ? ['browser'] : []),
  ];
  return { [RELAY_SETTINGS.platforms]: names.join(',') };
}
