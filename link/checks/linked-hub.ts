import { fail, pass, unknown, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { sameResourceId } from '../resource-id';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'linked-hub';
export const title = 'the resource is linked to the expected hub';

export function find(o: Observation, expectation: LinkExpectation): Finding {
  const { answer } = o.service;
  if (!answer) return unanswered(o.service, NEEDED_ROLES.service);
  if (!answer.value) return unknown('there is no Communication Services resource to be linked');
  const { notificationHubId } = answer.value;
  if (notificationHubId === undefined) {
    return fail('no hub is linked', `link ${expectation.notificationHubId}: deploy the stack`, answer.time);
  }
  if (sameResourceId(notificationHubId, expectation.notificationHubId)) {
    return pass(`notificationHubId is ${notificationHubId}`, answer.time);
  }
  return fail(
    `notificationHubId is ${notificationHubId}; expected ${expectation.notificationHubId}`,
    "it was linked by other means: set the link's relinkToken to another text and deploy",
    answer.time,
  );
}
