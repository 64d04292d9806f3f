import type { Check, Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import * as apnsCredential from './apns-credential';
import * as communicationService from './communication-service';
import * as connectionString from './connection-string';
import * as fcmV1Credential from './fcm-v1-credential';
import * as hub from './hub';
import * as keyCurrent from './key-current';
import * as linkWindow from './link-window';
import * as linkedHub from './linked-hub';
import * as policyRights from './policy-rights';
import * as pushServices from './push-services';
import * as refusals from './refusals';
import * as seenLive from './seen-live';

interface CheckFile {
  readonly id: string;
  readonly title: string;
  /** Undefined when the check has no place here. */
  find(o: Observation, expectation: LinkExpectation): Finding | undefined;
}

/** In the order in which causes hide one another: the first failure's remedy comes first. */
const CHECKS: readonly CheckFile[] = [
  communicationService,
  hub,
  linkedHub,
  apnsCredential,
  fcmV1Credential,
  policyRights,
  connectionString,
  pushServices,
  keyCurrent,
  refusals,
  linkWindow,
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
export const OPTIONAL_CHECKS: ReadonlySet<string> = new Set([seenLive.id, pushServices.id]);

export function runChecks(o: Observation, expectation: LinkExpectation): Check[] {
  return CHECKS.flatMap(({ id, title, find }) => {
    const finding = find(o, expectation);
    if (!finding) return [];
    const { status, evidence, remedy, at } = finding;
    const time = new Date(at ?? o.now).toISOString();
    return [{ id, title, status, evidence, time, ...(remedy === undefined ? {} : { remedy }) }];
  });
}
