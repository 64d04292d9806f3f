import { fail, pass, unknown, type Finding } from '../check';
import type { HubExpectation } from '../expectation';
import type { Observation } from '../observation';
import { APNS_ENDPOINTS } from '../pns-credentials';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'apns-credential';
export const title = 'the hub has a token credential for APNs, with the right endpoint and topic';

/** Undefined when nothing is expected of APNs and nothing is there. */
export function find(o: Observation, expectation: HubExpectation): Finding | undefined {
  const nothingExpected = !expectation.apns && !expectation.fcmV1;
  if (!expectation.apns && !nothingExpected) return undefined;
  const { answer } = o.credentials;
  if (!answer) return unanswered(o.credentials, NEEDED_ROLES.credentials);
  if (!answer.value) return unknown('there is no hub to hold credentials');
  const { apns, fcmV1 } = answer.value;
  if (!apns) {
    if (nothingExpected && fcmV1) return undefined;
    return fail(
      'the hub has no APNs credential: no push reaches an Apple device',
      "give the hub's APNs token credential (key id, team id, bundle id, .p8 key) and deploy",
      answer.time,
    );
  }
  if (apns.mode === 'certificate') {
    return fail(
      'the APNs credential is in certificate mode, which Communication Services does not support',
      'replace the certificate by a token credential (.p8 key) and deploy',
      answer.time,
    );
  }
  if (!apns.hasToken || apns.keyId === '' || apns.teamId === '') {
    return fail(
      'the APNs token credential is incomplete: it needs token, key id and team id',
      "give the hub's APNs token credential in full and deploy",
      answer.time,
    );
  }
  if (apns.environment === 'unknown') {
    return fail(
      `the APNs endpoint is '${apns.endpoint}'; expected ${APNS_ENDPOINTS.production} or ${APNS_ENDPOINTS.sandbox}`,
      'correct the endpoint of the APNs credential and deploy',
      answer.time,
    );
  }
  const { environment, bundleId } = expectation.apns ?? {};
  if (environment && apns.environment !== environment) {
    return fail(
      `the APNs endpoint is the ${apns.environment} one; expected ${environment}`,
      `set the APNs endpoint to ${APNS_ENDPOINTS[environment]} and deploy`,
      answer.time,
    );
  }
  if (apns.topic === '') {
    return fail('the APNs credential names no bundle id', 'set its bundle id and deploy', answer.time);
  }
  if (bundleId && apns.topic !== bundleId) {
    return fail(
      `the APNs topic is '${apns.topic}'; expected '${bundleId}'`,
      `set the bundle id of the APNs credential to '${bundleId}' and deploy`,
      answer.time,
    );
  }
  return pass(`token mode, ${apns.environment}, topic ${apns.topic}, key ${apns.keyId}`, answer.time);
}
