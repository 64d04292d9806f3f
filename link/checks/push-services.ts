import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { HubExpectation, LinkExpectation } from '../expectation';
import type { PushPlatform } from '../hub-client';
import { ceilMinute, METRIC_LAG, MINUTE, OUTCOMES, outcomeMetric } from '../metrics';
import { minuteOf } from '../mixed-minute';
import type { Observation } from '../observation';
import { expectedPlatforms } from '../platforms';
import { PLATFORM_NAMES } from '../platform-names';
import { NEEDED_ROLES } from '../roles';
import { iso } from '../traffic';
import { unanswered } from '../unanswered';

export const id = 'push-services';
export const title = "the push services accept the hub's credentials";

/** Milliseconds after the probe at which an answer would have shown, were it ever to. */
export const PUSH_SERVICES_DEADLINE = METRIC_LAG + MINUTE;

/**
 * With a probe, its outcome decides: told by the hub itself (Standard tier), else by the metrics. Without one, the
 * newest outcome of anybody's push since the hub was changed.
 */
export function find(o: Observation, expectation: HubExpectation | LinkExpectation): Finding {
  const probe = o.probe.answer;
  const sent = probe?.value.sends.filter(({ status }) => status === 201).map(({ platform }) => platform);
  if (o.probing && !sent?.length) return unknown('no push was sent that could be answered');
  const platforms = sent ?? expectedPlatforms(o, expectation);
  const mixed = probe?.value.mixed === true;
  const from = probe
    ? minuteOf(probe.value.startedAt) + (mixed ? MINUTE : 0)
    : ceilMinute(o.hub.answer?.value?.modifiedAt ?? 0);
  const results = platforms.map((platform) => ({
    platform,
    ...outcome(o, platform, from),
  }));
  const of = (wanted: Outcome) => results.filter(({ result }) => result === wanted);
  const names = (some: readonly { platform: PushPlatform }[]) =>
    some.map(({ platform }) => PLATFORM_NAMES[platform]).join(' and ');

  const refused = of('refused');
  if (refused.length > 0) {
    return fail(
      `${names(refused)} refused the hub's credential (${refused.map(({ told }) => told).join(', ')})`,
      `give the hub the right credential for ${names(refused)}: key, key id, team or project may be wrong or revoked`,
      o.now,
    );
  }
  const silent = of('silent');
  if (silent.length === 0 && results.length > 0) {
    return pass(`${names(results)} took the credential (${results.map(({ told }) => told).join(', ')})`);
  }
  if (!o.metrics.answer) return unanswered(o.metrics, NEEDED_ROLES.metrics);
  if (!probe) {
    return unknown(
      `nothing shows whether ${names(silent) || 'the push services'} accept the credentials: nothing was sent`,
      "verify with a probe (without --no-probe), or place a call: 'acs-push test-call'",
    );
  }
  const before = silent.filter(
    ({ platform }) =>
      outcome(o, platform, ceilMinute(o.hub.answer?.value?.modifiedAt ?? 0)).result === 'refused',
  );
  const evidence = `no outcome of the push to ${names(silent)} shows`;
  if (o.now < probe.time + PUSH_SERVICES_DEADLINE) {
    return waiting(`${evidence} yet: ${mixed ? MIXED : whyItTakesMinutes(o)}`);
  }
  if (before.length > 0) {
    return fail(
      `${names(before)} refused the hub's credential when it was last heard of, and does not answer since`,
      `give the hub the right credential for ${names(before)}: key, key id, team or project may be wrong or revoked`,
      o.now,
    );
  }
  return unknown(
    `${evidence} after ${Math.round((o.now - probe.time) / MINUTE)} minutes`,
    "verify again; if it stays so, place a call: 'acs-push test-call'",
  );
}

const MIXED =
  'the hub was changed, or others sent through it, in the minute of the probe; what comes later decides';

type Outcome = 'accepted' | 'refused' | 'silent';

/** Words of the hub's own telemetry that say that the push service could not be asked at all. */
const NOT_ASKED = /^(Pns|Unknown|Throttled|ChannelThrottled|Skipped|Dropped|Abandoned|NoTargets)/;

function outcome(o: Observation, platform: PushPlatform, from: number): { result: Outcome; told: string } {
  const told = o.probeOutcomes[platform]?.filter((name) => !NOT_ASKED.test(name)) ?? [];
  if (told.includes('InvalidCredentials'))
    return { result: 'refused', told: 'telemetry: InvalidCredentials' };
  if (told.length > 0) return { result: 'accepted', told: `telemetry: ${told.join(', ')}` };

  const metrics = o.metrics.answer?.value;
  const newest = (name: string) => metrics?.minutes(name, from).at(-1) ?? -1;
  const refusal = outcomeMetric(platform, 'invalidcredentials');
  const accepted = OUTCOMES[platform]
    // That it could not be reached, or had no time, says nothing about the credential.
    .filter((name) => name !== 'invalidcredentials' && name !== 'pnserror' && name !== 'throttled')
    .map((name) => ({ name: outcomeMetric(platform, name), minute: newest(outcomeMetric(platform, name)) }))
    .sort((a, b) => b.minute - a.minute)[0]!;
  // Of one minute, both prove nothing.
  if (newest(refusal) > accepted.minute) return { result: 'refused', told: at(refusal, newest(refusal)) };
  if (accepted.minute > newest(refusal))
    return { result: 'accepted', told: at(accepted.name, accepted.minute) };
  return { result: 'silent', told: '' };
}

function at(metric: string, minute: number): string {
  return `${metric} at ${iso(minute)}`;
}

function whyItTakesMinutes(o: Observation): string {
  const tier = o.namespace.answer?.value?.tier;
  const lag = 'the metrics lag by up to five minutes';
  if (tier === 'Standard') return `the hub does not tell of the message, and ${lag}`;
  return tier ? `${lag}, and a namespace of tier ${tier} tells nothing of a single message` : lag;
}
