import { fail, pass, waiting, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'communication-service';
export const title = 'the Communication Services resource is there and provisioned';

export function find(o: Observation, expectation: LinkExpectation): Finding {
  const { answer } = o.service;
  if (!answer) return unanswered(o.service, NEEDED_ROLES.service);
  if (!answer.value) {
    return fail(
      `${expectation.communicationServiceId} does not exist`,
      'deploy the stack, or correct the id of the Communication Services resource',
      answer.time,
    );
  }
  const { provisioningState, hostName } = answer.value;
  if (provisioningState === 'Succeeded') return pass(`${hostName} is provisioned`, answer.time);
  if (provisioningState === 'Failed' || provisioningState === 'Canceled') {
    return fail(`provisioningState is ${provisioningState}`, 'deploy the stack again', answer.time);
  }
  return waiting(`provisioningState is ${provisioningState}`);
}
