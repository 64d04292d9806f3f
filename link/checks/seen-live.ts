import { fail, pass, unknown, waiting, type Finding } from '../check';
import { linkOf, type HubExpectation, type LinkExpectation } from '../expectation';
import { ceilMinute } from '../metrics';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { HUB_RETRIES, Traffic } from '../traffic';
import { unanswered } from '../unanswered';
import { linkWindow } from '../window';

export const id = 'seen-live';
export const title = 'a push has been delivered through this hub';

/**
 * Proof is a delivery, in the minute of the call. A call that the hub accepted and the push service refused proves the
 * link and nothing of the phone: then this fails, which is a verdict of its own.
 */
export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding {
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const traffic = new Traffic(o);
  // Deliveries with the credentials that were there before prove nothing of those that are there now.
  const changedAt = o.hub.answer?.value?.modifiedAt ?? 0;
  const evidenceFrom = Math.max(
    linkWindow(o, expectation).evidenceFrom,
    ceilMinute(changedAt),
    o.outcomesFrom,
  );
  const link = linkOf(expectation) !== undefined;
  const delivered = traffic.deliveredCall(evidenceFrom, link ? HUB_RETRIES : 0);
  const call = delivered ?? traffic.acceptedCall(evidenceFrom);
  if (!call) {
    return unknown(
      `no ${link ? 'call' : 'push'} has been seen through this ${link ? 'link' : 'hub'} so far, which says nothing: there may have been none, and metrics lag`,
      link
        ? "place a call to a user whose app is in the background: 'acs-push test-call'"
        : "send a push to a registered device: 'acs-push test-send'",
    );
  }
  const others = o.otherSenders.answer?.value;
  if (link && !others) return unanswered(o.otherSenders, NEEDED_ROLES.otherSenders);
  if (others && others.length > 0) {
    return unknown(
      `${call.evidence}; whose it was cannot be told, because ${others.join(' and ')} ${others.length > 1 ? 'are' : 'is'} linked to this hub too`,
      'give each Communication Services resource a hub of its own',
    );
  }
  if (delivered) return pass(delivered.evidence, delivered.minute);
  const answers = traffic.answersTo(call.minute);
  if (answers.length > 0) {
    return fail(
      `${call.evidence}: it reached the hub and no device; the push service's answer moved ${answers.join(' and ')}`,
      REMEDY,
      call.minute,
    );
  }
  if (!traffic.isComplete(call.minute)) {
    return waiting(`${call.evidence}: it reached the hub; the push service's answer does not show yet`);
  }
  return fail(`${call.evidence}: it reached the hub; no answer of a push service shows`, REMEDY, call.minute);
}

const REMEDY =
  'see docs/troubleshooting.md: a sandbox build on a production hub (or the other way round), another bundle id, a device whose app was removed';
