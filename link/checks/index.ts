import type { Check, Finding } from '../check';
import { linkOf, type HubExpectation, type LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import * as apnsCredential from './apns-credential';
import * as communicationService from './communication-service';
import * as connectionString from './connection-string';
import * as deliveries from './deliveries';
import * as fcmV1Credential from './fcm-v1-credential';
import * as hub from './hub';
import * as keyCurrent from './key-current';
import * as linkWindow from './link-window';
import * as linkedHub from './linked-hub';
import * as networks from './networks';
import * as otherSenders from './other-senders';
import * as policyRights from './policy-rights';
import * as pushServices from './push-services';
import * as refusals from './refusals';
import * as seenLive from './seen-live';

interface CheckFile<Expectation> {
  readonly id: string;
  readonly title: string;
  /** Undefined when the check has no place here. */
  find(o: Observation, expectation: Expectation): Finding | undefined;
}

/** In the order in which causes hide one another: the first failure's remedy comes first. */
const LINK_CHECKS: readonly CheckFile<LinkExpectation>[] = [
  communicationService,
  hub,
  linkedHub,
  apnsCredential,
  fcmV1Credential,
  policyRights,
  connectionString,
  networks,
  pushServices,
  otherSenders,
  keyCurrent,
  refusals,
  linkWindow,
  deliveries,
  seenLive,
];

/** What there is to be seen of a hub that somebody else than Communication Services sends through. */
const HUB_CHECKS: readonly CheckFile<HubExpectation>[] = [
  hub,
  apnsCredential,
  fcmV1Credential,
  policyRights,
  connectionString,
  networks,
  pushServices,
  otherSenders,
  deliveries,
  seenLive,
];

/** The checks that tell whether the link is configured right, now, without waiting for anything. */
export const CONFIG_CHECKS: ReadonlySet<string> = new Set([
  communicationService.id,
  hub.id,
  linkedHub.id,
  apnsCredential.id,
  fcmV1Credential.id,
  policyRights.id,
  connectionString.id,
]);

/** The checks that only ever add proof: not knowing them holds up nothing. */
export const OPTIONAL_CHECKS: ReadonlySet<string> = new Set([seenLive.id, deliveries.id, otherSenders.id]);

/** The checks that tell of devices: when they alone fail, pushes reach the hub, and no device. */
export const DELIVERY_CHECKS = { deliveries: deliveries.id, seenLive: seenLive.id } as const;

export function runChecks(o: Observation, expectation: HubExpectation | LinkExpectation): Check[] {
  const link = linkOf(expectation);
  const findings = link
    ? LINK_CHECKS.map((check) => ({ ...check, finding: check.find(o, link) }))
    : HUB_CHECKS.map((check) => ({ ...check, finding: check.find(o, expectation) }));
  return findings.flatMap(({ id, title, finding }) => {
    if (!finding) return [];
    const { status, evidence, remedy, at } = finding;
    const time = new Date(at ?? o.now).toISOString();
    return [{ id, title, status, evidence, time, ...(remedy === undefined ? {} : { remedy }) }];
  });
}
