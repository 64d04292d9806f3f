import type { LinkExpectation } from './expectation';
import { ceilMinute, delivered, INCOMING, MINUTE } from './metrics';
import type { Observation } from './observation';
import { linkWindow } from './window';

/**
 * How long a hub goes on trying to hand over a push, milliseconds: a delivery proves a send of no earlier than that.
 * Source: azure-docs `notification-hubs/notification-hubs-push-notification-fixer.md`.
 */
const HUB_RETRIES = 30 * MINUTE;

/** The minute that counted the probe may be this much later than the probe's own time, milliseconds. */
const PROBE_MARGIN = 5_000;

export interface LiveEvidence {
  /** Start of the minute that counted the call, Azure's time. */
  readonly minute: number;
  readonly evidence: string;
}

/**
 * The proof that a call went through this link and no earlier one, or undefined.
 *
 * Either the hub accepted a send in a minute after this run's last probe (the baseline), or, whoever probed when, it
 * handed a push over to a device, which a push to a made-up handle never does.
 * @param notBefore an additional bound: evidence of earlier minutes does not count
 */
export function seenLive(
  o: Observation,
  expectation: LinkExpectation,
  notBefore = 0,
): LiveEvidence | undefined {
  const metrics = o.metrics.answer?.value;
  if (!metrics) return undefined;
  const from = Math.max(linkWindow(o, expectation).evidenceFrom, ceilMinute(notBefore));
  const lastProbe = o.probeTimes.at(-1);
  if (lastProbe !== undefined) {
    const baseline = ceilMinute(lastProbe + PROBE_MARGIN);
    const minute = metrics.minutes(INCOMING, Math.max(from, baseline))[0];
    if (minute !== undefined) {
      const count = metrics.count(INCOMING, minute);
      return {
        minute,
        evidence: `incoming counted ${count} in the minute of ${iso(minute)}, above the baseline of ${iso(baseline)}`,
      };
    }
  }
  for (const platform of ['apns', 'fcmV1'] as const) {
    const minute = metrics.minutes(delivered(platform), from + HUB_RETRIES)[0];
    if (minute !== undefined) {
      return {
        minute,
        evidence: `${delivered(platform)} counted a delivery in the minute of ${iso(minute)}`,
      };
    }
  }
  return undefined;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
