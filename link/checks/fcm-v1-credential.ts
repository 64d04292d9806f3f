import { fail, pass, unknown, type Finding } from '../check';
import type { HubExpectation } from '../expectation';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'fcm-v1-credential';
export const title = 'the hub has a credential for FCM v1, not the legacy one';

/** Undefined when nothing is expected of FCM and nothing is there. */
export function find(o: Observation, expectation: HubExpectation): Finding | undefined {
  const nothingExpected = !expectation.apns && !expectation.fcmV1;
  if (!expectation.fcmV1 && !nothingExpected) return undefined;
  const { answer } = o.credentials;
  if (!answer) return unanswered(o.credentials, NEEDED_ROLES.credentials);
  if (!answer.value) return unknown('there is no hub to hold credentials');
  const { apns, fcmV1, legacyFcm } = answer.value;
  if (!fcmV1) {
    if (legacyFcm) {
      return fail(
        'the hub has a legacy FCM server key only, and FCM stopped taking those in 2024',
        'replace it by an FCM v1 credential (project id, client e-mail, private key) and deploy',
        answer.time,
      );
    }
    if (nothingExpected && apns) return undefined;
    return fail(
      'the hub has no FCM v1 credential: no push reaches an Android device',
      "give the hub's FCM v1 credential (project id, client e-mail, private key) and deploy",
      answer.time,
    );
  }
  if (!fcmV1.hasPrivateKey || fcmV1.projectId === '' || fcmV1.clientEmail === '') {
    return fail(
      'the FCM v1 credential is incomplete: it needs project id, client e-mail and private key',
      "give the hub's FCM v1 credential in full and deploy",
      answer.time,
    );
  }
  const projectId = expectation.fcmV1?.projectId;
  if (projectId && fcmV1.projectId !== projectId) {
    return fail(
      `the FCM project is '${fcmV1.projectId}'; expected '${projectId}'`,
      `give the FCM v1 credential of project '${projectId}' and deploy`,
      answer.time,
    );
  }
  return pass(`FCM v1, project ${fcmV1.projectId}, ${fcmV1.clientEmail}`, answer.time);
}
