import { isRestError, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import { isTransientStatus, NoAnswer } from '../http';
import type { Clock } from '../ports';
import { holdOf } from '../retry-after';
import type { StorageAccount } from './account';

/** Attempts at one request. */
const MAX_ATTEMPTS = 3;

/** Longest wait between two of them, in milliseconds: an event has 30 s in all. */
const MAX_WAIT_MS = 10_000;

/** First wait where the service names none, in milliseconds; doubled each time. */
const BACKOFF_MS = 200;

/**
 * The account's connections, which try again what fails in passing: soon, or when the service asks for it
 * (`Retry-After`), and not at all where that is too late. The policies of the SDKs wait as long as they are told to, or
 * do not look at what they are told; they are to be off.
 */
export function withRetries({ httpClient, clock }: Pick<StorageAccount, 'httpClient' | 'clock'>): HttpClient {
  return {
    async sendRequest(request) {
      for (let attempt = 1; ; attempt++) {
        let answer: PipelineResponse | undefined;
        try {
          answer = await httpClient.sendRequest(request);
          if (!isTransientStatus(answer.status)) return answer;
        } catch (error) {
          if (!isRestError(error) || attempt === MAX_ATTEMPTS) throw error;
        }
        const asked = holdOf(answer?.headers.get('retry-after'), clock.now());
        const wait = asked ?? BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
        if (answer && (attempt === MAX_ATTEMPTS || wait > MAX_WAIT_MS)) return answer;
        await clock.sleep(wait);
      }
    },
  };
}

/**
 * Does something with the account, and tells a failure as the relay does: without the query, and of a path as much as
 * may stand in a log.
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
    if (!isRestError(error) || !error.request) throw error;
    const { statusCode, request, response } = error;
    if (statusCode !== undefined && expected.includes(statusCode)) return undefined;
    const { hostname, pathname } = new URL(request.url);
    if (statusCode === undefined) {
      throw new NoAnswer(`no answer from ${hostname} (${error.message})`, undefined, { cause: error });
    }
    const [account, service] = hostname.split('.');
    throw new TransientError(
      `${service} storage ${account} answered ${statusCode} to ${request.method} ${pathname.slice(0, 80)}`,
      holdOf(response?.headers.get('retry-after'), clock.now()),
      { cause: error },
    );
  }
}
