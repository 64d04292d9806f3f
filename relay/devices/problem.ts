import { TransientError } from '../errors';
import { AccessError } from './access';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Ends a request with a problem. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems?: readonly string[],
    /** Seconds after which to come again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

const PROBLEM = 'application/problem+json';

/** RFC 9457. */
export function problem(status: number, detail: string, problems?: readonly string[]): ApiResponse {
  return {
    status,
    headers: { 'content-type': PROBLEM },
    body: { status, detail, ...(problems && { problems }) },
  };
}

/** @returns undefined for an error that is nothing the caller should know of */
export function problemOf(error: unknown): ApiResponse | undefined {
  if (error instanceof Problem) {
    const response = problem(error.status, error.message, error.problems);
    if (error.retryAfter !== undefined) response.headers['retry-after'] = String(error.retryAfter);
    return response;
  }
  if (error instanceof AccessError) {
    const response = problem(error.status, error.message);
    if (error.status === 401) response.headers['www-authenticate'] = 'Bearer error="invalid_token"';
    return response;
  }
  if (error instanceof TransientError) {
    // The cause is for the log; the caller learns when to come again.
    const response = problem(503, 'the service cannot answer at the moment');
    response.headers['retry-after'] = String(Math.ceil((error.retryAfterMs ?? 5_000) / 1000));
    return response;
  }
  return undefined;
}
