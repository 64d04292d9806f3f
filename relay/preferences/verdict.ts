import type { Notification } from '../notification';
import type { Preferences } from './preferences';
import { isQuiet } from './quiet-hours';

/** Why a user is not told, for log and figures. */
export type Withheld = 'muted' | 'quiet-hours' | 'turned-off';

/** What is done with a notification. */
export type Verdict =
  | { readonly kind: 'push' }
  /** It is pushed, without sound, vibration and banner. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'withheld'; readonly because: Withheld };

export const PUSH: Verdict = { kind: 'push' };

/** What of a notification preferences are about. */
export type Asked = Pick<Notification, 'recipient' | 'kind' | 'template' | 'threadId'>;

/**
 * Holds a notification against what its recipient wants.
 *
 * - What shows nothing always goes out: it takes back what is shown.
 * - A kind that is turned off and a muted thread are not pushed at all.
 * - In quiet hours a message comes silently, so that it is there when the user looks. A call does not ring: no push
 *   service rings silently (PushKit ends an app that does not report a call). The missed call then comes silently.
 *
 * @param now milliseconds since the epoch
 */
export function verdictOf(preferences: Preferences, notification: Asked, now: number): Verdict {
  const { kind, template, threadId } = notification;
  if (!asksForPreferences(notification) || !template) return PUSH;
  const { events, mutedThreads, quietHours } = preferences;
  if (events?.[template] === false) return { kind: 'withheld', because: 'turned-off' };
  if (mutedThreads?.some((muted) => muted.threadId === threadId && !isOver(muted.until, now))) {
    return { kind: 'withheld', because: 'muted' };
  }
  if (!quietHours || quietHours.except?.includes(template) || !isQuiet(quietHours, now)) return PUSH;
  return kind === 'ring' ? { kind: 'withheld', because: 'quiet-hours' } : { kind: 'silent' };
}

/** What shows nothing is no matter of preferences, and waits for none to be read. */
export function asksForPreferences({ kind, template }: Asked): boolean {
  return template !== undefined && (kind === 'ring' || kind === 'message');
}

function isOver(until: string | undefined, now: number): boolean {
  return until !== undefined && Date.parse(until) <= now;
}
