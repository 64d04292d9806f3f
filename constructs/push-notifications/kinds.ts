import type { Construct } from 'constructs';
import { filledText, list, number, options, soundKinds, text, type Kind, type Kinds } from '../core/kinds';
import {
  COMMUNICATION_SERVICE,
  HUB_NAMESPACE,
  LOCK,
  NOTIFICATION_HUB,
  partOptionsKind,
  PRIVATE_NETWORKING,
  SYSTEM_TOPIC,
  TAGS,
} from '../core/part-kinds';
import { keptFromDestroy } from '../core/prevent-destroy';
import { SUBSCRIPTION_KINDS } from '../event-grid/subscription-kinds';
import { RELAY_OPTIONS } from '../relay/relay-kinds';
import { isDestination, PUSH_NOTIFICATIONS_PARTS, type PushNotificationsProps } from './props';

const SUBSCRIPTION: Kind = options('options of the subscription, such as filter', SUBSCRIPTION_KINDS);

const KINDS: Kinds<keyof PushNotificationsProps> = {
  communicationService: COMMUNICATION_SERVICE,
  namespace: HUB_NAMESPACE,
  callingHub: NOTIFICATION_HUB,
  relayHub: NOTIFICATION_HUB,
  voipHub: NOTIFICATION_HUB,
  systemTopic: SYSTEM_TOPIC,
  sku: text("'Free', 'Basic' or 'Standard'"),
  events: options('options of the relay, a destination, or false for calling pushes alone', {}, false),
  link: options('options of the link: policy, key, relinkToken'),
  verification: options('options (level, timeout), or false for none', {}, false),
  linkHealthAlert: options(
    'true, false, or options such as actionGroupIds',
    { actionGroupIds: list('a list of ARM ids'), runbookUrl: filledText('an address') },
    true,
    false,
  ),
  monitoring: options('options such as emails and alerts', {
    runbookUrl: filledText('an address'),
    webhooks: list('a list', options('options such as url')),
    monthlyPushes: number('a number above 0'),
    logAnalyticsWorkspaceId: text('the ARM id of a workspace'),
  }),
  calls: SUBSCRIPTION,
  messages: SUBSCRIPTION,
  recordings: SUBSCRIPTION,
  deadLetter: options('storageAccountId and containerName'),
  outputs: options(
    'options such as prefix, or false for none',
    { prefix: text('letters, digits and underscores') },
    false,
  ),
  privateNetworking: PRIVATE_NETWORKING,
  tags: TAGS,
  lock: LOCK,
  resourceOptions: partOptionsKind(PUSH_NOTIFICATIONS_PARTS),
};

/** Without the props that are of another kind, which are noted. */
export function soundKindsOf(scope: Construct, given: PushNotificationsProps): PushNotificationsProps {
  const props = soundKinds(scope, given, KINDS);
  const { preventDestroy, events } = props;
  keptFromDestroy(scope, props);
  return {
    ...props,
    preventDestroy: typeof preventDestroy === 'boolean' ? preventDestroy : undefined,
    events:
      typeof events !== 'object' || isDestination(events)
        ? events
        : soundKinds(scope, events, RELAY_OPTIONS, 'events.'),
  };
}
