import { invalid } from './errors';

/** Limits of a subscription (azure-docs, event-grid/delivery-and-retry and event-grid/quotas-limits). */
const LIMITS = {
  maxDeliveryAttempts: { least: 1, most: 30, otherwise: 30 },
  eventTimeToLiveInMinutes: { least: 1, most: 1440, otherwise: 1440 },
  maxEventsPerBatch: { least: 1, most: 5000, otherwise: 1 },
  preferredBatchSizeInKilobytes: { least: 1, most: 1024, otherwise: 64 },
} as const;

/** Throws ArmError. */
export function within(name: keyof typeof LIMITS, value: unknown): number {
  const { least, most, otherwise } = LIMITS[name];
  const got = value === undefined || value === null ? otherwise : Number(value);
  if (Number.isInteger(got) && got >= least && got <= most) return got;
  throw invalid(`The ${name} ${String(value)} is invalid. Expected: ${least} to ${most}.`);
}
