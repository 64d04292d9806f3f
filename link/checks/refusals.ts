import { fail, pass, waiting, type Finding } from '../check';
import type { LinkExpectation } from '../expectation';
import { floorMinute, INCOMING, METRIC_LAG, MINUTE, REFUSED } from '../metrics';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';
import { linkWindow } from '../window';

export const id = 'refusals';
export const title = 'the hub refuses nothing that Communication Services sends';

/** How far back refusals count, milliseconds. */
const LOOK_BACK = 60 * MINUTE;

/**
 * Nobody but Communication Services talks to this hub, so a minute with refused requests and no accepted one is the
 * link's connection string being refused. A probe of this tool leaves both kinds in its minute, and is no evidence.
 */
export function find(o: Observation, expectation: LinkExpectation): Finding {
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const metrics = o.metrics.answer.value;
  const from = Math.max(linkWindow(o, expectation).closesAt, o.now - LOOK_BACK);
  const probed = new Set(o.probeTimes.flatMap((time) => around(floorMinute(time))));
  const accepted = metrics.minutes(INCOMING, from).filter((minute) => !probed.has(minute));
  const refused = metrics
    .minutes(REFUSED, from)
    .filter((minute) => !probed.has(minute))
    .filter((minute) => around(minute).every((near) => metrics.count(INCOMING, near) === 0))
    .filter((minute) => minute > (accepted.at(-1) ?? 0));
  const newest = refused.at(-1);
  if (newest === undefined) return pass('no refused request since the link');
  // An accepted request of the same minute may still be on its way into the metrics.
  const certain = refused.find((minute) => minute + METRIC_LAG + MINUTE <= o.now);
  const evidence = `the hub refused requests at ${new Date(certain ?? newest).toISOString()} and accepted none since`;
  if (certain === undefined) return waiting(`${evidence}; the metrics are not complete yet`);
  return fail(
    `${evidence}: the connection string that Communication Services holds is wrong, or its key was regenerated since the link`,
    "link again with a present key of the policy: set the link's relinkToken to another text and deploy",
    certain,
  );
}

function around(minute: number): number[] {
  return [minute - MINUTE, minute, minute + MINUTE];
}
