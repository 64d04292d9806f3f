import type { ArmResource } from './arm-resource';
import { floorMinute, INCOMING, OUTCOMES, outcomeMetric, PLATFORMS, type MetricTable } from './metrics';

/** Our knowledge of Azure's time may be that much ahead of the minute that counted the probe, milliseconds. */
const CLOCKS = 2_000;

/** Start of the minute that counts what is sent at that time. */
export function minuteOf(time: number): number {
  return floorMinute(time - CLOCKS);
}

/**
 * Whether a probe that is sent at that time would share its minute with others: then the metrics of that minute prove
 * nothing of what the credentials are worth now, and those of later minutes have to.
 */
export function isMixedMinute(
  hub: ArmResource | undefined,
  metrics: MetricTable | undefined,
  time: number,
): boolean {
  return wasChanged(hub, time) || wasUsed(metrics, minuteOf(time));
}

/** A hub that was made, and not changed since, has no before. */
function wasChanged(hub: ArmResource | undefined, time: number): boolean {
  const { modifiedAt, createdAt = 0 } = hub ?? {};
  if (modifiedAt === undefined || modifiedAt <= createdAt) return false;
  return floorMinute(modifiedAt) >= minuteOf(time);
}

/** Somebody's pushes of that minute are counted already: another run's probe, or a call. */
function wasUsed(metrics: MetricTable | undefined, minute: number): boolean {
  if (!metrics) return false;
  const outcomes = PLATFORMS.flatMap((platform) =>
    OUTCOMES[platform].map((outcome) => outcomeMetric(platform, outcome)),
  );
  return [INCOMING, ...outcomes].some((name) => metrics.count(name, minute) > 0);
}
