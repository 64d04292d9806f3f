import type { Notification } from '../notification';
import { lookups, type Words } from '../words';
import { dataOf } from './data';

/**
 * Payloads for Android devices, in the envelope of FCM's HTTP v1 API.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
export function fcmMessage(
  notification: Notification,
  words: Words,
  shortened: boolean,
  now: number,
): string {
  const { title, body, template } = words;
  const data = dataOf(notification, shortened);
  if (notification.kind === 'ring' || notification.kind === 'ring-end') {
    // Data alone, so that the app itself is woken and can show its call screen, or take it away.
    return envelope({
      data: { ...data, title: title.text, body: body.text, ...lookups(words) },
      // A phone that was offline gets the last word on a call alone. FCM keeps four keys a device, of 30 seconds each.
      android: { priority: 'high', ttl: ttl(notification, now), collapse_key: notification.collapseId },
    });
  }
  return envelope({
    notification: { title: title.text, body: body.text },
    data,
    android: {
      priority: 'high',
      ttl: ttl(notification, now),
      notification: {
        channel_id: template.androidChannel,
        // Replaces what is shown under it. A collapse key for each message would exceed FCM's four a device.
        tag: notification.collapseId,
        sound: template.sound,
        click_action: template.category,
        notification_count: template.badge,
        ...(title.locKey && { title_loc_key: title.locKey, title_loc_args: title.locArgs }),
        ...(body.locKey && { body_loc_key: body.locKey, body_loc_args: body.locArgs }),
      },
    },
  });
}

/** For the app alone; it takes away what is shown under `notificationId`. */
export function fcmBackground(notification: Notification, now: number): string {
  return envelope({ data: notification.data, android: { priority: 'normal', ttl: ttl(notification, now) } });
}

function envelope(message: object): string {
  return JSON.stringify({ message });
}

function ttl(notification: Notification, now: number): string {
  return `${Math.max(0, Math.ceil((notification.expiresAt - now) / 1000))}s`;
}
