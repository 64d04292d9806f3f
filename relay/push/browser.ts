import type { Notification } from '../notification';
import { lookups, type Words } from '../words';
import { dataOf } from './data';

/**
 * Payloads for Web Push. The page's service worker shows them; `tag` is the one of `showNotification`, under which
 * a later notification replaces an earlier one.
 * https://learn.microsoft.com/azure/notification-hubs/browser-push
 */
export function browserMessage(notification: Notification, words: Words, shortened: boolean): string {
  return JSON.stringify({
    title: words.title.text,
    body: words.body.text,
    tag: notification.collapseId,
    // The words are for browsers that ask of each push that it shows something.
    ...(notification.kind === 'ring-end' && { withdraw: true }),
    expiresAt: notification.expiresAt,
    data: { ...dataOf(notification, shortened), ...lookups(words) },
  });
}

/** Withdraws: the service worker closes what is shown under the tag. */
export function browserBackground(notification: Notification): string {
  return JSON.stringify({ tag: notification.collapseId, withdraw: true, data: notification.data });
}
