import { fail, pass, unknown, type Finding } from '../check';
import type { HubExpectation } from '../expectation';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'policy-rights';
export const title = 'the policy can send, and nothing else';

export function find(o: Observation, expectation: HubExpectation): Finding {
  const { answer } = o.rule;
  if (!answer) return unanswered(o.rule, NEEDED_ROLES.rule);
  if (!answer.value) {
    if (o.hub.answer && !o.hub.answer.value) return unknown('there is no hub to hold the policy');
    return fail(
      `the policy ${expectation.ruleId} does not exist`,
      'deploy the stack: it makes the policy again and links with its key',
      answer.time,
    );
  }
  const { rights } = answer.value;
  const names = rights.join(', ') || 'none';
  if (!rights.some((right) => right.toLowerCase() === 'send')) {
    return fail(`the policy lacks Send; its rights are: ${names}`, grantOnlySend(expectation), answer.time);
  }
  if (rights.length > 1) {
    return fail(
      `the policy has more than Send; its rights are: ${names}`,
      grantOnlySend(expectation),
      answer.time,
    );
  }
  return pass('its rights are: Send', answer.time);
}

function grantOnlySend(expectation: HubExpectation): string {
  return `set the rights of ${expectation.ruleId} to Send: deploy the stack`;
}
