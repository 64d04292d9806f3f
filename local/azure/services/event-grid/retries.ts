const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before the second attempt, the third, …; the last repeats (azure-docs, event-grid/delivery-and-retry). */
export const RETRY_DELAYS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
] as const;

/** An endpoint that answers so is not tried again before that (same page). */
export const LEAST_DELAYS: Readonly<Record<number, number>> = {
  400: 5 * MINUTE,
  401: 5 * MINUTE,
  403: 5 * MINUTE,
  404: 5 * MINUTE,
  408: 2 * MINUTE,
  503: 30 * SECOND,
};

/** Answers after which an event is not tried again, by kind of endpoint (same page). */
export const NOT_RETRIED = {
  AzureFunction: [400, 403, 413],
  StorageQueue: [400, 403, 413],
  WebHook: [400, 401, 403, 413],
} as const;
