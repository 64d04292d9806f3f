import { pass, unknown, type Finding } from '../check';
import { linkOf, type HubExpectation, type LinkExpectation } from '../expectation';
import { ceilMinute } from '../metrics';
import type { Observation } from '../observation';
import { Traffic } from '../traffic';
import { linkWindow } from '../window';

export const id = 'networks';
export const title = 'whoever sends through the hub is let in by its namespace';

/**
 * Network rules may let this machine in and keep Communication Services out; only what was accepted from others tells.
 * Undefined when there are no rules, or nobody can say.
 */
export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding | undefined {
  const namespace = o.namespace.answer?.value;
  if (!namespace?.networkRules) return undefined;
  // What came in before the rules were there says nothing of them; without a time of theirs, nor does what was before.
  const from = Math.max(linkWindow(o, expectation).evidenceFrom, ceilMinute(namespace.modifiedAt ?? o.since));
  const call = o.metrics.answer && new Traffic(o).acceptedCall(from);
  if (call) return pass(call.evidence, call.minute);
  const sender = linkOf(expectation) ? 'Communication Services' : 'the relay';
  return unknown(
    `the namespace ${namespace.name} limits the networks that may send, and nothing was seen to come in: whether ${sender} is let in cannot be seen from here`,
    linkOf(expectation) ? "place a call: 'acs-push test-call'" : "send a push: 'acs-push test-send'",
  );
}
