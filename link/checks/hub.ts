import { fail, pass, type Finding } from '../check';
import { linkOf, type HubExpectation, type LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { subscriptionOf } from '../resource-id';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'hub';
export const title = 'the hub is there, where it can be used';

export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding {
  const ofHub = subscriptionOf(expectation.notificationHubId);
  const link = linkOf(expectation);
  const ofService = link && subscriptionOf(link.communicationServiceId);
  if (ofService && ofHub.toLowerCase() !== ofService.toLowerCase()) {
    return fail(
      `the hub is in subscription ${ofHub}, the Communication Services resource in ${ofService}`,
      'use a hub of the same subscription: Azure refuses to link any other (WrongSubscription)',
    );
  }
  const { answer } = o.hub;
  if (!answer) return unanswered(o.hub, NEEDED_ROLES.hub);
  if (answer.value) return pass(`${answer.value.id} exists`, answer.time);
  return fail(
    `${expectation.notificationHubId} does not exist: it was deleted or never made`,
    `deploy the stack: it makes the hub again${link ? ' and links it' : ''}`,
    answer.time,
  );
}
