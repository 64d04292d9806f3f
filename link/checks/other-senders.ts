import { pass, unknown, type Finding } from '../check';
import { linkOf, type HubExpectation, type LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'other-senders';
export const title = 'no other Communication Services resource is linked to the hub';

/** The metrics of a hub have no dimensions: what two resources send through one hub cannot be told apart. */
export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding {
  const { answer } = o.otherSenders;
  if (!answer) return unanswered(o.otherSenders, NEEDED_ROLES.otherSenders);
  const others = answer.value;
  if (others.length === 0) return pass('none in its subscription', answer.time);
  return unknown(
    `${others.join(' and ')} ${others.length > 1 ? 'are' : 'is'} linked to it: their calls and refusals count in the same metrics`,
    linkOf(expectation)
      ? 'give each Communication Services resource a hub of its own'
      : 'give the relay a hub that is not linked',
  );
}
