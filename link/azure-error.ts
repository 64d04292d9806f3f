/**
 * What kept an answer of Azure from arriving.
 * - `forbidden`: 403, a role is missing
 * - `credentials`: nobody to sign in as, or the sign-in was refused (401)
 * - `throttled`: 429
 * - `unavailable`: 5xx
 * - `network`: no answer at all, or the sign-in cannot be reached
 * - `rejected`: any other refusal, by what was asked
 * - `budget`: not sent, because the stated number of ARM reads was used up
 */
export type AzureErrorKind =
  'forbidden' | 'credentials' | 'throttled' | 'unavailable' | 'network' | 'rejected' | 'budget';

export class AzureError extends Error {
  override readonly name = 'AzureError';

  constructor(
    readonly kind: AzureErrorKind,
    message: string,
    readonly details: {
      readonly status?: number;
      /** ARM's own error code: `AuthorizationFailed`, `WrongSubscription`, … */
      readonly code?: string;
      /** Milliseconds that Azure asked to wait. */
      readonly retryAfter?: number;
    } = {},
  ) {
    super(message);
  }

  /** Whether the same request may succeed when it is sent again later. */
  get transient(): boolean {
    return this.kind === 'throttled' || this.kind === 'unavailable' || this.kind === 'network';
  }
}

/** What a status of ARM above 399 means. @param what what was asked, for the message: `read /subscriptions/…` */
export function fromStatus(
  status: number,
  what: string,
  code: string | undefined,
  message: string,
  retryAfter: number | undefined,
): AzureError {
  const kind =
    status === 403
      ? 'forbidden'
      : status === 401
        ? 'credentials'
        : status === 429
          ? 'throttled'
          : status >= 500
            ? 'unavailable'
            : 'rejected';
  const reason = [code, message].filter(Boolean).join(': ');
  return new AzureError(kind, `cannot ${what}: ${status}${reason ? ` ${reason}` : ''}`, {
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Milliseconds in a `Retry-After` header: seconds or an HTTP date. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
