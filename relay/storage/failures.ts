import { isRestError, type PipelineRequest } from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import { NoAnswer } from '../http';
import type { Clock } from '../ports';
import { holdOf } from '../retry-after';

/**
 * Does something with the account, and tells a failure as the relay does.
 *
 * @param expected statuses that are nobody's fault, for which it gives undefined
 * @throws TransientError with the wait that the service asked for
 */
export async function ask<T>(
  clock: Clock,
  operation: () => Promise<T>,
  expected: readonly number[] = [],
): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (isRestError(error) && expected.includes(error.statusCode ?? 0)) return undefined;
    throw asTransient(error, clock);
  }
}

/** What Azure's SDKs throw when the account refuses or does not answer, as the relay tells it; all else as it is. */
export function asTransient(error: unknown, clock: Clock): unknown {
  if (!isRestError(error) || !error.request) return error;
  const { statusCode, request, response, message } = error;
  if (statusCode !== undefined) {
    return refusal(request, statusCode, response?.headers.get('retry-after'), clock, error);
  }
  const { hostname } = new URL(request.url);
  return new NoAnswer(`no answer from ${hostname} (${message})`, undefined, { cause: error });
}

/**
 * The account refuses a request. Without the query and the keys of rows, which are ids of devices, and of a path as much
 * as may stand in a log.
 */
export function refusal(
  { url, method }: PipelineRequest,
  status: number,
  retryAfter: string | undefined,
  clock: Clock,
  cause?: Error,
): TransientError {
  const { hostname, pathname } = new URL(url);
  const [account, service] = hostname.split('.');
  const path = pathname.split('(')[0]!.slice(0, 80);
  return new TransientError(
    `${service} storage ${account} answered ${status} to ${method} ${path}`,
    holdOf(retryAfter, clock.now()),
    { cause },
  );
}
