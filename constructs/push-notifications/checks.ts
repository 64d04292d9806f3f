import { TerraformStack, Token } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { fail } from '../core/errors';
import { referenceOf } from '../core/reference';
import { isDestination, type PushNotificationsProps } from './props';

/** @throws PushConstructError on a name that Azure does not take, and on parts that do not go together */
export function checkPushNotifications(scope: Construct, props: PushNotificationsProps): void {
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
