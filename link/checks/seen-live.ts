import { pass, unknown, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import type { Observation } from '../observation';
import { seenLive } from '../evidence';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'seen-live';
export const title = 'a call has reached the hub through this link';

export function find(o: Observation, expectation: LinkExpectation): Finding {
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const seen = seenLive(o, expectation);
  if (seen) return pass(seen.evidence, seen.minute);
  return unknown(
    'no call has been seen through this link so far, which says nothing: there may have been none, and metrics lag',
    'place a call to a user whose app is in the background',
  );
}
