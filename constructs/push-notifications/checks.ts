import type { Construct, IConstruct } from 'constructs';
import { TerraformStack, Token } from 'cdktf';
import { checkTags } from '../core/tags';
import { checkOptionsOfParts } from './part-options';
import { mistake } from '../core/mistakes';
import { Naming } from '../core/naming';
import { referenceOf, sameReference } from '../core/reference';
import { isOptions, shown, soundResourceGroup } from '../core/checks';
import { soundCredential } from '../credentials/sound-credential';
import { checkDeadLetter, checkDestination } from '../event-grid/event-checks';
import { ignoredProps } from './ignored-props';
import { soundKindsOf } from './kinds';
import { isDestination, type PushNotificationsProps } from './props';

const NAME = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;

const SUFFIX = /^[a-z0-9]{3,10}$/;

/** Names from what the caller wrote and from nothing else: they stay when the construct is moved or renamed. */
export function namingOf(scope: Construct, { name, uniqueSuffix }: PushNotificationsProps): Naming {
  const problem = suffixProblem(uniqueSuffix);
  if (problem === undefined) return new Naming(name, uniqueSuffix);
  mistake(
    scope,
    `uniqueSuffix takes 3 to 10 lower-case letters and digits, got ${problem}: give any that nobody else has with this ` +
      "name, such as 'x7k2p9'; a stack that is deployed already has one, which the names of its namespace and of its " +
      'Function App end with',
  );
  return new Naming(name, 'unknown');
}

function suffixProblem(suffix: unknown): string | undefined {
  if (suffix === undefined || suffix === null) return 'none';
  if (Token.isUnresolved(suffix)) return undefined;
  return typeof suffix === 'string' && SUFFIX.test(suffix) ? undefined : `'${String(suffix)}'`;
}

/** Notes what Azure does not take and parts that do not go together; answers props that everything can be made of. */
export function soundPushNotificationsProps(
  scope: Construct,
  given: PushNotificationsProps,
): PushNotificationsProps {
  const props = isOptions(given) ? soundKindsOf(scope, given) : ({} as PushNotificationsProps);
  for (const problem of ignoredProps(props)) mistake(scope, problem);
  checkHubsApart(scope, props);
  checkTags(scope, props.tags);
  checkOptionsOfParts(scope, props);
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
  if (Token.isUnresolved(name) || (typeof name === 'string' && NAME.test(name))) return name;
  mistake(
    scope,
    `name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got ${shown(name)}`,
  );
  return 'none';
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

const names = new WeakMap<IConstruct, string>();

/** Names within a resource group come from `name` alone. */
export function checkNameIsFree(scope: Construct, name: string): void {
  const reference = referenceOf(scope, name);
  names.set(scope, reference);
  const twin = TerraformStack.of(scope)
    .node.findAll()
    .find((other) => other !== scope && names.get(other) === reference);
  if (twin) {
    mistake(
      scope,
      `name '${name}' is taken by ${twin.node.path}: give each PushNotifications of a stack its own`,
    );
  }
}
