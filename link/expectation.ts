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

/** The two keys of an authorization rule. */
export const KEY_NAMES: readonly KeyName[] = ['primary', 'secondary'];

/** What the hub's APNs credential shall be for. */
export interface ApnsExpectation {
  /** Which of Apple's services takes its pushes. */
  readonly environment: 'production' | 'sandbox';
  /** The topic: the app's bundle id, with `.voip` behind it for VoIP pushes; not compared when absent. */
  readonly bundleId?: string;
}

/** What the hub's FCM credential shall be for. */
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

/** A hub as it should be, and the rule by which somebody sends through it. */
export interface HubExpectation {
  /** ARM id of the hub. */
  readonly notificationHubId: string;
  /** The Send-only rule: Communication Services holds its connection string, or the relay reads its key. */
  readonly ruleId: string;
  /** Which of the rule's keys is used, if known. */
  readonly key?: KeyName;
  /** When neither this nor `fcmV1` is given, the hub must have one of them, and what it has is checked. */
  readonly apns?: ApnsExpectation;
  /** Its FCM credential; undefined when none is expected. */
  readonly fcmV1?: FcmV1Expectation;
}

/** The link as it should be. */
export interface LinkExpectation extends HubExpectation {
  /** ARM id of the Communication Services resource. */
  readonly communicationServiceId: string;
  /** What the stack wrote down when it linked; undefined when nothing is known of it. */
  readonly record?: LinkRecord;
  /**
   * Nobody knows of a change of the link: what the hub refused at any time counts against it until something was seen
   * to work. For a timer that cannot read the activity log.
   * @default false
   */
  readonly longLinked?: boolean;
}

/** The link that is meant, or undefined when it is a hub without one. */
export function linkOf(expectation: HubExpectation | LinkExpectation): LinkExpectation | undefined {
  return 'communicationServiceId' in expectation ? expectation : undefined;
}

/**
 * Refuses an expectation that can never hold.
 * @throws ResourceIdError naming the id and what is wrong with it
 */
export function validateExpectation(expectation: HubExpectation | LinkExpectation): void {
  const link = linkOf(expectation);
  if (link) parseResourceId(link.communicationServiceId, COMMUNICATION_SERVICE_TYPE);
  parseResourceId(expectation.notificationHubId, NOTIFICATION_HUB_TYPE);
  const rule = parseResourceId(expectation.ruleId, HUB_RULE_TYPE);
  const hubOfRule = rule.parents.at(-1)?.id ?? '';
  if (!sameResourceId(hubOfRule, expectation.notificationHubId)) {
    throw new ResourceIdError(
      `the rule ${expectation.ruleId} belongs to another hub; expected a rule of ${expectation.notificationHubId}`,
    );
  }
}
