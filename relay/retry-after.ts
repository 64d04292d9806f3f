import { retryAfterOf } from '../link/azure-error';

/**
 * Longest time, in milliseconds, that one answer keeps the relay from a service. An instance that believed one that asks
 * for an hour, a mistake or a proxy's, would send nothing for that hour.
 */
export const MAX_HOLD_MS = 60_000;

/**
 * How long a service wants to be left alone by its `Retry-After`, in milliseconds, at most {@link MAX_HOLD_MS}. Undefined
 * when it names nothing that lies ahead.
 *
 * @param now milliseconds since the epoch
 */
export function holdOf(header: string | undefined, now: number): number | undefined {
  const asked = retryAfterOf(header, now);
  return asked ? Math.min(asked, MAX_HOLD_MS) : undefined;
}
