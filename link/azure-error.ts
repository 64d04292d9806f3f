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

/** Azure did not do what was asked. `kind` says what can be done about it. */
export class AzureError extends Error {
  /** Tells it from other errors where `instanceof` cannot: across copies of the package. */
  override readonly name = 'AzureError';

  constructor(
    /** What it means to whoever asked. */
    readonly kind: AzureErrorKind,
    message: string,
    /** What Azure said, for the log. */
    readonly details: {
      /** HTTP status; undefined when nothing answered. */
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
  // One line: what comes from outside begins none of its own.
  const reason = [code, message].filter(Boolean).join(': ').replace(/\s+/g, ' ').trim();
  return new AzureError(kind, `cannot ${what}: ${status}${reason ? ` ${reason}` : ''}`, {
    status,
    ...(code === undefined ? {} : { code }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`. `Date.parse` takes nearly anything with a number in it for a time. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Milliseconds in a `Retry-After` header: seconds or an HTTP date, 0 for one that is past. Undefined when it is neither.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 *
 * @param now milliseconds since the epoch
 */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  return HTTP_DATE.test(text) ? Math.max(0, Date.parse(text) - now) : undefined;
}
