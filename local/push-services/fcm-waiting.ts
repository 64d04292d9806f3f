import type { FcmMessage } from './fcm-message';

/** A message that waits for a phone without a network. */
export interface Waiting {
  /** Messages with the same key take each other's place; none: it stays until it is delivered. */
  readonly collapseKey?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly hubId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

/** https://firebase.google.com/docs/cloud-messaging/customize-messages/collapsible-message-types */
const MOST_KEYS = 4;
const MOST_WITHOUT_KEY = 100;
/** What a message without `ttl` gets: four weeks, in seconds. */
const DEFAULT_TTL = 28 * 24 * 60 * 60;

/**
 * What FCM keeps for a phone that is offline once one more message has come for it. A notification message is
 * collapsible whatever its key says, under the app's package name. Of more than four keys FCM keeps any four: here those
 * that came last. Of more than a hundred messages without a key it keeps none.
 */
export function keepWaiting(
  waiting: readonly Waiting[],
  message: FcmMessage,
  now: number,
  sent: Pick<Waiting, 'hubId' | 'headers' | 'payload'>,
): Waiting[] {
  const seconds = message.android?.ttl === undefined ? DEFAULT_TTL : Number.parseFloat(message.android.ttl);
  if (seconds === 0) return [...waiting];
  const shown = message.notification !== undefined || message.android?.notification !== undefined;
  const collapseKey = shown ? 'package' : message.android?.collapse_key;
  const one: Waiting = { collapseKey, expiresAt: now + seconds * 1000, ...sent };
  const others = waiting.filter((other) => other.expiresAt > now && !sameKey(other, one));
  const all = [...others, one];
  const keyed = all.filter((other) => other.collapseKey !== undefined).slice(-MOST_KEYS);
  const unkeyed = all.filter((other) => other.collapseKey === undefined);
  return all.filter(
    (other) =>
      keyed.includes(other) || (other.collapseKey === undefined && unkeyed.length <= MOST_WITHOUT_KEY),
  );
}

function sameKey(a: Waiting, b: Waiting): boolean {
  return a.collapseKey !== undefined && a.collapseKey === b.collapseKey;
}
