import type { Notification } from '../notification';
import { lookups, type Words } from '../words';
import { dataOf, secondsLeft } from './data';
import { stopsRing } from './quiet';

/**
 * Headers of Web Push, for a browser that is not running. No document says that a hub passes them on; `expiresAt` and
 * `tag` in the payload therefore say the same.
 * https://www.rfc-editor.org/rfc/rfc8030#section-5
 */
export function browserHeaders(notification: Notification, now: number): Record<string, string> {
  return {
    ttl: String(secondsLeft(notification, now)),
    urgency: urgency(notification, now),
    // Takes the place of what waits under the same topic: at most 32 letters, digits, - and _.
    topic: notification.collapseId,
  };
}

/**
 * Payloads for Web Push. The page's service worker shows them; `tag` is the one of `showNotification`, under which
 * a later notification replaces an earlier one.
 * https://learn.microsoft.com/azure/notification-hubs/browser-push
 *
 * @param late what a ring says that comes when the call is over
 */
export function browserMessage(
  notification: Notification,
  words: Words,
  shortened: boolean,
  late?: string,
): string {
  return JSON.stringify({
    ...shown(notification, words, shortened),
    image: words.image,
    ...(notification.kind === 'ring' && { ring: true, late }),
    ...(notification.silent && { silent: true }),
  });
}

/**
 * Withdraws: the service worker puts these words in the place of what is shown under the tag, silently, and takes them
 * away soon. It has to show something: of a page whose pushes show nothing Safari withdraws the permission.
 */
export function browserWithdrawal(notification: Notification, words: Words, shortened: boolean): string {
  return JSON.stringify({ ...shown(notification, words, shortened), withdraw: true, silent: true });
}

function shown(notification: Notification, words: Words, shortened: boolean) {
  return {
    title: words.title.text,
    body: words.body.text,
    tag: notification.collapseId,
    expiresAt: notification.expiresAt,
    data: { ...dataOf(notification, shortened), ...lookups(words) },
  };
}

function urgency(notification: Notification, now: number): 'high' | 'normal' | 'low' {
  const { kind, silent, template } = notification;
  // What takes a ring back is as urgent as the ring.
  if (kind === 'ring' || stopsRing(notification, now)) return 'high';
  return silent || !template ? 'low' : 'normal';
}
