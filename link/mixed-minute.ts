import type { ArmResource } from './azure';
import { floorMinute } from './metrics';

/** Our knowledge of Azure's time may be that much ahead of the minute that counted the probe, milliseconds. */
export const CLOCKS = 2_000;

/**
 * Whether what the metrics count of that time's minute may be from before the hub was changed, so that a probe would
 * not be told from it. A hub that was made, and not changed since, has no before.
 */
export function isMixedMinute(hub: ArmResource | undefined, time: number): boolean {
  const { modifiedAt, createdAt = 0 } = hub ?? {};
  if (modifiedAt === undefined || modifiedAt <= createdAt) return false;
  return floorMinute(modifiedAt) >= floorMinute(time - CLOCKS);
}
