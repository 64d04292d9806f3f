import type { Notification } from '../notification';
import type { Words } from '../words';

/**
 * Payloads for Web Push. The page's service worker shows them; `tag` is the one of `showNotification`, under which
 * a later notification replaces an earlier one.
 * https://learn.microsoft.com/azure/notification-hubs/browser-push
 */
export function browserMessage(
  notification: Notification,
  { title, body }: Words,
  shortened: boolean,
): string {
  return JSON.stringify({
    title: title.text,
    body: body.text,
    tag: notification.collapseId,
    expiresAt: notification.expiresAt,
    data: shortened ? { ...notification.data, shortened: '1' } : notification.data,
  });
}

/** Withdraws: the service worker closes what is shown under the tag. */
export function browserBackground(notification: Notification): string {
  return JSON.stringify({ tag: notification.collapseId, withdraw: true, data: notification.data });
}
