import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { isOptions, shown, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { sameReference } from '../core/same-reference';
import { checkTags } from '../core/tags';
import { soundCredential } from '../credentials/sound-credential';
import { checkDeadLetter, checkDestination } from '../event-grid/event-checks';
import { ignoredProps } from './ignored-props';
import { isDestination, type PushNotificationsProps } from './props';

const NAME = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;

/** Notes what Azure does not take and parts that do not go together; answers props that everything can be made of. */
export function soundPushNotificationsProps(
  scope: Construct,
  given: PushNotificationsProps,
): PushNotificationsProps {
  const props = isOptions(given) ? soundKinds(scope, given) : ({} as PushNotificationsProps);
  for (const problem of ignoredProps(props)) mistake(scope, problem);
  checkHubsApart(scope, props);
  checkTags(scope, props.tags);
  checkDeadLetter(scope, props.deadLetter);
  if (isDestination(props.events)) checkDestination(scope, 'events', props.events);
  return {
    ...props,
    name: soundName(scope, props.name),
    resourceGroup: soundResourceGroup(scope, props.resourceGroup),
    apns: soundCredential(scope, 'apns', props.apns),
    linkedApns: soundCredential(scope, 'apns', props.linkedApns, 'linkedApns'),
    voipApns: soundCredential(scope, 'apns', props.voipApns, 'voipApns'),
    fcm: soundCredential(scope, 'fcm', props.fcm),
    browser: soundCredential(scope, 'browser', props.browser),
  };
}

function soundName(scope: Construct, name: string): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  const got = Token.isUnresolved(name) ? 'a value known only after the deploy' : shown(name);
  mistake(
    scope,
    `name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got ${got}`,
  );
  return 'none';
}

/** What the props take that are neither text nor number: plain JavaScript gives `true` for "yes, please". */
const KINDS = {
  communicationService: {
    takes: 'a Communication Services resource, such as CommunicationService.fromCommunicationServiceId(…)',
  },
  namespace: { takes: 'a namespace, such as NotificationHubNamespace.fromNamespaceId(…)' },
  callingHub: { takes: 'a notification hub, such as NotificationHub.fromNotificationHubId(…)' },
  relayHub: { takes: 'a notification hub, such as NotificationHub.fromNotificationHubId(…)' },
  voipHub: { takes: 'a notification hub, such as NotificationHub.fromNotificationHubId(…)' },
  systemTopic: { takes: 'a system topic, such as SystemTopic.fromSystemTopicId(…)' },
  events: { takes: 'options of the relay, a destination, or false for calling pushes alone', or: [false] },
  link: { takes: 'options of the link: policy, key, relinkToken' },
  verification: { takes: 'options (level, timeout), or false for none', or: [false] },
  linkHealthAlert: { takes: 'true, false, or options such as actionGroupIds', or: [true, false] },
  monitoring: { takes: 'options such as emails and alerts' },
  calls: { takes: 'options of the subscription, such as filter' },
  messages: { takes: 'options of the subscription, such as filter' },
  recordings: { takes: 'options of the subscription, such as filter' },
} as const satisfies Partial<
  Record<keyof PushNotificationsProps, { takes: string; or?: readonly boolean[] }>
>;

/** Without the props that are of another kind, which are noted. */
function soundKinds(scope: Construct, props: PushNotificationsProps): PushNotificationsProps {
  const sound: Record<string, unknown> = { ...props };
  for (const [prop, kind] of Object.entries(KINDS)) {
    const value = sound[prop];
    const others: readonly unknown[] = 'or' in kind ? kind.or : [];
    if (value === undefined || isOptions(value) || others.includes(value)) continue;
    mistake(scope, `${prop} takes ${kind.takes}; got ${shown(value)}`);
    delete sound[prop];
  }
  return sound as unknown as PushNotificationsProps;
}

/** By their ids, whatever their case: they may have come in by different ways. */
function checkHubsApart(scope: Construct, { callingHub, relayHub, voipHub }: PushNotificationsProps): void {
  const same = (a: typeof relayHub, b: typeof relayHub) =>
    a && b && sameReference(scope, a.notificationHubId, b.notificationHubId);
  const told = (a: typeof relayHub, b: typeof relayHub) =>
    a === b ? a!.node.path : `${a!.node.path} and ${b!.node.path}, which are one`;
  if (same(callingHub, relayHub)) {
    mistake(
      scope,
      `the relay needs a hub of its own, or its pushes cannot be told from those of Communication Services; ` +
        `got ${told(relayHub, callingHub)} as callingHub and as relayHub: leave relayHub out, or give another`,
    );
  }
  if (same(voipHub, relayHub)) {
    mistake(
      scope,
      `voipHub takes another hub than relayHub, since a hub sends to one APNs topic; got ${told(voipHub, relayHub)} as both: leave voipHub out, or give another`,
    );
  }
  if (same(voipHub, callingHub)) {
    mistake(
      scope,
      `voipHub takes a hub of the relay's own, or its pushes cannot be told from those of Communication Services; got ${told(voipHub, callingHub)} as callingHub and as voipHub: give another`,
    );
  }
}
