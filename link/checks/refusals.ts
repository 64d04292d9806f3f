import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import { METRIC_LAG, MINUTE } from '../metrics';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { iso, Traffic } from '../traffic';
import { unanswered } from '../unanswered';
import { linkWindow } from '../window';

export const id = 'refusals';
export const title = 'the hub refuses nothing that Communication Services sends';

/**
 * Nobody but Communication Services talks to this hub, so a minute with refused requests and no accepted one is the
 * link's connection string being refused. That stays so until something is accepted, however long ago it was.
 */
export function find(o: Observation, expectation: LinkExpectation): Finding {
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const traffic = new Traffic(o);
  const from = Math.max(linkWindow(o, expectation).closesAt, o.metricsFrom);
  const refused = traffic.refusedMinutes(from);
  const others = o.otherSenders.answer?.value ?? [];
  const last = refused.at(-1);
  if (last !== undefined && others.length > 0) {
    return unknown(
      `the hub refused requests at ${iso(last)}; whose they were cannot be told, because ${others.join(' and ')} ${others.length > 1 ? 'are' : 'is'} linked to it too`,
      'give each Communication Services resource a hub of its own',
    );
  }
  const accepted = traffic.accepted(from).at(-1) ?? 0;
  const since = refused.filter((minute) => minute > accepted);
  const newest = since.at(-1);
  if (newest === undefined) return pass(`no refused request since ${iso(from)}, or accepted ones after it`);
  // An accepted request of that minute, or of the next, may still be on its way into the metrics.
  const certain = since.find((minute) => minute + METRIC_LAG + 2 * MINUTE <= o.now);
  const evidence = `the hub refused requests at ${iso(certain ?? newest)} and accepted none since`;
  if (certain === undefined) return waiting(`${evidence}; the metrics are not complete yet`);
  return fail(
    `${evidence}: the connection string that Communication Services holds is wrong, or its key was regenerated since the link; or somebody else sends with a wrong key`,
    "link again with a present key of the policy: set the link's relinkToken to another text and deploy; when the hub accepts a call, two minutes or more after this verification, that is proof: 'acs-push test-call'",
    certain,
  );
}
