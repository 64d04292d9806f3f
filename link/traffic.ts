import type { PushPlatform } from './hub-client';
import {
  ceilMinute,
  delivered,
  floorMinute,
  INCOMING,
  METRIC_LAG,
  MINUTE,
  OUTCOMES,
  outcomeMetric,
  PLATFORMS,
  REFUSED,
  type MetricTable,
  type PushOutcome,
} from './metrics';
import type { Observation } from './observation';

/**
 * How long a hub goes on trying to hand over a push, milliseconds: a delivery proves a send of no earlier than that.
 * Source: azure-docs `notification-hubs/notification-hubs-push-notification-fixer.md`.
 */
export const HUB_RETRIES = 30 * MINUTE;

/** Requests that a probe has refused: it tries Listen and Manage. */
const REFUSED_OF_PROBE = 2;

/** The minute that counted the probe may be this much later or earlier than the probe's own time, milliseconds. */
const PROBE_MARGIN = { before: 15_000, after: 5_000 } as const;

/** A push to a device, or to several: never the probe of this tool. */
export interface Call {
  /** Start of the minute that counted it, Azure's time. */
  readonly minute: number;
  readonly evidence: string;
}

/**
 * What others sent through the hub, read from its metrics. They have no dimensions, so this tool's own probes have to
 * be told apart: each leaves two refused requests (it tries Listen and Manage) in the minute of its sends, and what it
 * sends is never delivered.
 */
export class Traffic {
  private readonly metrics: MetricTable;
  private readonly ownProbes: ReadonlySet<number>;
  /** Minutes of those that the hub refused more of than it does of any. */
  private readonly failedProbes: ReadonlySet<number>;
  /** Pushes that each probe sends. */
  private readonly platforms: number;

  constructor(private readonly o: Observation) {
    this.metrics = o.metrics.answer!.value;
    const { apns, fcmV1 } = o.credentials.answer?.value ?? {};
    this.platforms = apns && fcmV1 ? 2 : 1;
    this.ownProbes = minutesOf(o.probeTimes);
    this.failedProbes = minutesOf(o.failedProbeTimes);
  }

  /**
   * The first call from then on that a push service took.
   * @param waited milliseconds that a push may have waited in the hub: of deliveries within that time it is not known
   *   whether they were sent before
   */
  deliveredCall(from: number, waited: number): Call | undefined {
    for (const minute of this.accepted(from)) {
      for (const platform of PLATFORMS) {
        const near = [minute, minute + MINUTE].find((at) => this.metrics.count(delivered(platform), at) > 0);
        if (near === undefined) continue;
        const counted = `${INCOMING} counted ${this.metrics.count(INCOMING, minute)} in the minute of ${iso(minute)}`;
        return {
          minute,
          evidence: `${counted}, and ${delivered(platform)} a delivery in that of ${iso(near)}`,
        };
      }
    }
    // Without the minute of the call; it was sent no earlier than that.
    for (const platform of PLATFORMS) {
      const minute = this.metrics.minutes(delivered(platform), ceilMinute(from + waited))[0];
      if (minute !== undefined) {
        return {
          minute,
          evidence: `${delivered(platform)} counted a delivery in the minute of ${iso(minute)}`,
        };
      }
    }
    return undefined;
  }

  /** The newest call from then on that the hub accepted. */
  acceptedCall(from: number): Call | undefined {
    const minute = this.accepted(from).at(-1);
    if (minute === undefined) return undefined;
    const count = this.metrics.count(INCOMING, minute);
    return { minute, evidence: `${INCOMING} counted ${count} in the minute of ${iso(minute)}` };
  }

  /** How the push services answered in that minute and the next, by the metrics that moved; none may be complete. */
  answersTo(minute: number): string[] {
    const names = PLATFORMS.flatMap((platform) =>
      OUTCOMES[platform].map((outcome) => outcomeMetric(platform, outcome)),
    );
    return names.filter((name) => [minute, minute + MINUTE].some((at) => this.metrics.count(name, at) > 0));
  }

  /** Whether every count of that minute, and of the next, has arrived. */
  isComplete(minute: number): boolean {
    return minute + MINUTE + METRIC_LAG <= this.o.now;
  }

  /** Pushes that the push service refused since it took one for the last time, probes left out, by metric. */
  refusedSinceDelivery(platform: PushPlatform, from: number): { count: number; metrics: string[] } {
    const last = this.metrics.minutes(delivered(platform), from).at(-1) ?? Number.NEGATIVE_INFINITY;
    const found = new Map<string, number>();
    for (const outcome of REFUSALS[platform]) {
      const name = outcomeMetric(platform, outcome);
      for (const minute of this.metrics.minutes(name, Math.max(from, last + MINUTE))) {
        const real = this.metrics.count(name, minute) - this.probesNear(minute);
        if (real > 0) found.set(name, (found.get(name) ?? 0) + real);
      }
    }
    return { count: [...found.values()].reduce((sum, n) => sum + n, 0), metrics: [...found.keys()] };
  }

  /**
   * Minutes from then on in which the hub refused requests that were no probe's, oldest first: of those near a push that
   * was accepted, which may be a probe's, the ones in which more was refused than the probes can have had refused.
   */
  refusedMinutes(from: number): number[] {
    return this.metrics.minutes(REFUSED, from).filter((minute) => {
      const near = around(minute);
      if (near.some((at) => this.failedProbes.has(at))) return false;
      const own = this.ownProbesNear(minute);
      const accepted = this.sumOf(INCOMING, near);
      if (this.asksOutcomes(minute)) return accepted === 0 && own === 0;
      const probes = Math.max(own, Math.ceil(accepted / this.platforms));
      return this.sumOf(REFUSED, near) > REFUSED_OF_PROBE * probes;
    });
  }

  /** Minutes from then on in which the hub accepted what was no probe's, oldest first. */
  accepted(from: number): number[] {
    return this.metrics.minutes(INCOMING, from).filter((minute) => !this.isProbed(minute));
  }

  /** Whether what was accepted in that minute may be a probe: this run's, or what looks like another's. */
  private isProbed(minute: number): boolean {
    if (this.ownProbes.has(minute) || this.metrics.count(REFUSED, minute) > 0) return true;
    const before = minute - MINUTE;
    return this.metrics.count(REFUSED, before) > 0 && !this.ownProbes.has(before);
  }

  /** Probes that may have had their answer in that minute: this run's, and what looks like another's. */
  private probesNear(minute: number): number {
    const signs = this.sumOf(REFUSED, around(minute));
    return Math.max(this.ownProbesNear(minute), Math.floor(signs / REFUSED_OF_PROBE));
  }

  private ownProbesNear(minute: number): number {
    const near = around(minute);
    return this.o.probeTimes.filter((time) => near.includes(floorMinute(time))).length;
  }

  private sumOf(name: string, minutes: readonly number[]): number {
    return minutes.reduce((sum, minute) => sum + this.metrics.count(name, minute), 0);
  }

  /**
   * Whether a probe of then may have asked the hub for its outcome, as it does of a Standard namespace: each question
   * without an answer is a refused request more. A namespace may have been of another tier before it was changed.
   */
  private asksOutcomes(minute: number): boolean {
    const namespace = this.o.namespace.answer?.value;
    if (!namespace || !/^(free|basic)$/i.test(namespace.tier)) return true;
    return minute < (namespace.modifiedAt ?? 0);
  }
}

/** Minutes that may have counted a probe of those times. */
function minutesOf(probeTimes: readonly number[]): ReadonlySet<number> {
  return new Set(
    probeTimes.flatMap((time) => [
      floorMinute(time - PROBE_MARGIN.before),
      floorMinute(time + PROBE_MARGIN.after),
    ]),
  );
}

/** The parts of a probe may be counted in two minutes. */
function around(minute: number): number[] {
  return [minute - MINUTE, minute, minute + MINUTE];
}

/** A device, or all of them, did not get the push, and trying again does not help. */
const REFUSALS: Readonly<Record<PushPlatform, readonly PushOutcome[]>> = {
  apns: ['badchannel', 'expiredchannel', 'invalidcredentials', 'invalidnotificationsize'],
  fcmV1: [
    'badchannel',
    'wrongchannel',
    'invalidcredentials',
    'invalidnotificationformat',
    'invalidnotificationsize',
  ],
};

export function iso(time: number): string {
  return new Date(time).toISOString();
}
