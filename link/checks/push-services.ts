import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { PushPlatform } from '../hub-client';
import { credentialRefused, delivered, floorMinute, handleRefused, METRIC_LAG, MINUTE } from '../metrics';
import type { MetricTable } from '../metrics';
import type { Observation } from '../observation';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'push-services';
export const title = "the push services accept the hub's credentials";

const NAMES: Readonly<Record<PushPlatform, string>> = { apns: 'APNs', fcmV1: 'FCM v1' };

/** Milliseconds after the probe at which an answer would have shown, were it ever to. */
export const PUSH_SERVICES_DEADLINE = METRIC_LAG + MINUTE;

/** Undefined when nothing was to be sent. */
export function find(o: Observation): Finding | undefined {
  if (!o.probing) return undefined;
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  const probe = o.probe.answer;
  const platforms = probe?.value.sends.filter(({ status }) => status === 201).map(({ platform }) => platform);
  if (!probe || !platforms || platforms.length === 0)
    return unknown('no push was sent that could be answered');
  const results = platforms.map((platform) => [
    platform,
    outcome(o.metrics.answer!.value, platform, probe.time),
  ]);
  const of = (wanted: Outcome) =>
    results.filter(([, result]) => result === wanted).map(([platform]) => NAMES[platform as PushPlatform]);

  const refused = of('refused');
  if (refused.length > 0) {
    return fail(
      `${refused.join(' and ')} refused the hub's credential (metric invalidcredentials)`,
      `give the hub the right credential for ${refused.join(' and ')}: key, key id, team or project may be wrong or revoked`,
      o.now,
    );
  }
  const silent = of('silent');
  if (silent.length === 0) {
    return pass(
      `${of('accepted').join(' and ')} took the credential and refused no more than the made-up device`,
    );
  }
  const deadline = probe.time + PUSH_SERVICES_DEADLINE;
  const evidence = `no outcome of the push to ${silent.join(' and ')} shows in the metrics`;
  if (o.now < deadline) return waiting(`${evidence} yet; they lag by up to five minutes`);
  return unknown(`${evidence} after ${Math.round((o.now - probe.time) / MINUTE)} minutes`);
}

type Outcome = 'accepted' | 'refused' | 'silent';

/** What the push service's newest answer since the probe was. In one minute, both prove nothing. */
function outcome(metrics: MetricTable, platform: PushPlatform, probeTime: number): Outcome {
  // The probe's clock may be a second ahead of the minute that counted it.
  const from = floorMinute(probeTime - MINUTE / 4);
  const refused = metrics.minutes(credentialRefused(platform), from).at(-1) ?? -1;
  const accepted = Math.max(
    metrics.minutes(handleRefused(platform), from).at(-1) ?? -1,
    metrics.minutes(delivered(platform), from).at(-1) ?? -1,
  );
  if (refused > accepted) return 'refused';
  return accepted > refused ? 'accepted' : 'silent';
}
