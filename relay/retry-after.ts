/**
 * Longest time, in milliseconds, that one answer keeps the relay from a service. An instance that believed one that asks
 * for an hour, a mistake or a proxy's, would send nothing for that hour.
 */
export const MAX_HOLD_MS = 60_000;

/** `Sun, 06 Nov 1994 08:49:37 GMT`. `Date.parse` takes nearly anything with a number in it for a time. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a service wants to be left alone by its `Retry-After`, in milliseconds: seconds or an HTTP date, at most
 * {@link MAX_HOLD_MS}. Undefined when it names nothing that lies ahead.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 *
 * @param now milliseconds since the epoch
 */
export function holdOf(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  let asked = Number.NaN;
  if (/^\d+(\.\d+)?$/.test(text)) asked = Number(text) * 1000;
  else if (HTTP_DATE.test(text)) asked = Date.parse(text) - now;
  return asked > 0 ? Math.min(asked, MAX_HOLD_MS) : undefined;
}
