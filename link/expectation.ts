import {
  COMMUNICATION_SERVICE_TYPE,
  HUB_RULE_TYPE,
  NOTIFICATION_HUB_TYPE,
  parseResourceId,
  ResourceIdError,
  sameResourceId,
} from './resource-id';

/** The two keys of an authorization rule. */
export type KeyName = 'primary' | 'secondary';

export const KEY_NAMES: readonly KeyName[] = ['primary', 'secondary'];

export interface ApnsExpectation {
  readonly environment: 'production' | 'sandbox';
  /** The app's bundle id; not compared when absent. */
  readonly bundleId?: string;
}

export interface FcmV1Expectation {
  /** Not compared when absent. */
  readonly projectId?: string;
}

/** What whoever linked knows about the link. Times are this machine's, milliseconds since the epoch. */
export interface LinkRecord {
  /** When the link had been made at the latest. */
  readonly linkedAt: number;
  /** When it had not been made yet: the start of the deploy that made it. @default - linkedAt */
  readonly notBefore?: number;
  /** True when this was the first link of a resource that had never sent a notification: no window then. */
  readonly firstLink?: boolean;
  /** Fingerprint (see fingerprint.ts) of the key that the link was made with. */
  readonly keyFingerprint?: string;
}

/** The link as it should be. */
export interface LinkExpectation {
  readonly communicationServiceId: string;
  readonly notificationHubId: string;
  /** The Send-only rule whose connection string Communication Services holds. */
  readonly ruleId: string;
  /** Which of the rule's keys the link was made with, if known. */
  readonly key?: KeyName;
  /** When neither this nor `fcmV1` is given, the hub must have one of them, and what it has is checked. */
  readonly apns?: ApnsExpectation;
  readonly fcmV1?: FcmV1Expectation;
  readonly record?: LinkRecord;
}

/**
 * Refuses an expectation that can never hold.
 * @throws ResourceIdError naming the id and what is wrong with it
 */
export function validateExpectation(expectation: LinkExpectation): void {
  parseResourceId(expectation.communicationServiceId, COMMUNICATION_SERVICE_TYPE);
  parseResourceId(expectation.notificationHubId, NOTIFICATION_HUB_TYPE);
  const rule = parseResourceId(expectation.ruleId, HUB_RULE_TYPE);
  const hubOfRule = rule.parents.at(-1)?.id ?? '';
  if (!sameResourceId(hubOfRule, expectation.notificationHubId)) {
    throw new ResourceIdError(
      `the rule ${expectation.ruleId} belongs to another hub; expected a rule of ${expectation.notificationHubId}`,
    );
  }
}
