import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { PushPlatform } from '../hub-client';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'connection-string';
export const title = "the policy's connection string opens the hub, and only to send";

const NAMES: Readonly<Record<PushPlatform, string>> = { apns: 'APNs', fcmV1: 'FCM v1' };

/** Undefined when nothing was to be sent. */
export function find(o: Observation, expectation: LinkExpectation): Finding | undefined {
  if (!o.probing) return undefined;
  if (!o.keys.answer) return unanswered(o.keys, NEEDED_ROLES.keys);
  if (!o.keys.answer.value) return unknown('there is no policy to have a connection string');
  const { answer, error } = o.probe;
  if (!answer)
    return error && !error.transient ? unknown(error.message) : waiting(error?.message ?? 'not asked yet');
  const { key, sends, listenStatus, manageStatus } = answer.value;
  const refused = sends.find(({ status }) => status === 401 || status === 403);
  if (refused) {
    return fail(
      `the hub refused a Direct Send with the ${key} key (${refused.status})`,
      `see that ${expectation.ruleId} has Send; if it has, regenerate the key by 'acs-push rotate'`,
      answer.time,
    );
  }
  const odd = sends.find(({ status }) => status < 200 || status > 299);
  if (odd) {
    return fail(
      `the hub answered a Direct Send for ${NAMES[odd.platform]} with ${odd.status}; expected 201`,
      odd.status === 404
        ? 'the namespace does not know the hub: see that the hub exists'
        : `see that the hub takes pushes for ${NAMES[odd.platform]}`,
      answer.time,
    );
  }
  const wide = [
    ...(isRefusal(listenStatus) ? [] : [`Listen (${listenStatus})`]),
    ...(isRefusal(manageStatus) ? [] : [`Manage (${manageStatus})`]),
  ];
  if (wide.length > 0) {
    return fail(
      `the ${key} key opens more than sending: ${wide.join(', ')}`,
      `set the rights of ${expectation.ruleId} to Send: deploy the stack`,
      answer.time,
    );
  }
  if (sends.length === 0) return unknown('the hub has no push service to send to');
  const platforms = sends.map(({ platform }) => NAMES[platform]).join(' and ');
  return pass(
    `Direct Send for ${platforms} accepted with the ${key} key; Listen and Manage refused`,
    answer.time,
  );
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}
