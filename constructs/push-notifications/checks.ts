import type { Construct, IConstruct } from 'constructs';
import { TerraformStack, Token } from 'cdktf';
import { fail } from '../core/errors';
import { checkTags } from '../core/tags';
import { checkOptionsOfParts } from './part-options';
import { mistake } from '../core/mistakes';
import { Naming } from '../core/naming';
import { referenceOf } from '../core/reference';
import { isDestination, type PushNotificationsProps } from './props';

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
  if (Token.isUnresolved(suffix)) return 'a value that is known only when it is deployed';
  return typeof suffix === 'string' && SUFFIX.test(suffix) ? undefined : `'${String(suffix)}'`;
}

/** @throws PushConstructError on a name that Azure does not take, and on parts that do not go together */
export function checkPushNotifications(scope: Construct, props: PushNotificationsProps): void {
  checkTags(scope, props.tags);
  checkOptionsOfParts(scope, props);
  if (!Token.isUnresolved(props.name) && !/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/.test(props.name)) {
    fail(
      scope,
      `name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got '${props.name}'`,
    );
  }
  const { events, callingHub, linkedApns, relayHub, voipApns, voipHub, browser, linkHealthAlert } = props;
  const hasRelay = events !== false && !isDestination(events);
  if (callingHub && linkedApns) {
    fail(
      scope,
      `linkedApns is the credential of a new linked hub, and one that exists is given: leave out linkedApns, or callingHub`,
    );
  }
  if (!hasRelay && (relayHub || voipApns || voipHub)) {
    fail(
      scope,
      `relayHub, voipApns and voipHub are the relay's, and there is no relay here: leave them out, or leave out events`,
    );
  }
  if (browser && (!hasRelay || relayHub)) {
    fail(
      scope,
      `browser is the credential of the relay's new hub, and there is none here: leave it out, or leave out ${hasRelay ? 'relayHub' : 'events'}`,
    );
  }
  if (!hasRelay && linkHealthAlert) {
    fail(
      scope,
      `linkHealthAlert is on what the relay reports, and there is no relay here: leave it out, or leave out events`,
    );
  }
  if (!hasRelay && props.privateNetworking) {
    mistake(
      scope,
      `privateNetworking takes the relay's network, got no relay: leave it out, or leave out events; for a vault alone make a PrivateEndpoint`,
    );
  }
  const nothingKept = events === false || (isDestination(events) && (props.deadLetter ?? props.systemTopic));
  if (nothingKept && props.deadLetterRetentionDays !== undefined) {
    fail(
      scope,
      `deadLetterRetentionDays is of the dead letters in a storage account of this construct's, and there are none here: leave it out`,
    );
  }
  if (callingHub && relayHub && callingHub.notificationHubId === relayHub.notificationHubId) {
    fail(
      scope,
      `the relay needs a hub of its own, or its pushes cannot be told from those of Communication Services; ` +
        `got ${relayHub.node.path} as callingHub and as relayHub: leave relayHub out, or give another`,
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
    fail(
      scope,
      `name '${name}' is taken by ${twin.node.path}: give each PushNotifications of a stack its own`,
    );
  }
}
