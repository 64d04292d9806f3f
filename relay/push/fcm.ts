import type { Notification } from '../notification';
import { lookups, type Words } from '../words';
import { alertOf, apnsHeaders, apsOf } from './apns';
import { dataOf, secondsLeft } from './data';
import { isQuiet, stopsRing } from './quiet';

/**
 * Who shows messages on Android: the app, of messages that are data alone, or Android itself. Of notification messages
 * that wait for a phone FCM keeps the last, whatever their collapse key; of data messages without one each, up to 100.
 * https://firebase.google.com/docs/cloud-messaging/customize-messages/collapsible-message-types
 */
export type AndroidMessages = 'data' | 'notification';

/**
 * Payloads in the envelope of FCM's HTTP v1 API: for Android, and for iOS devices whose app registered with FCM.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
export function fcmMessage(
  notification: Notification,
  words: Words,
  shortened: boolean,
  now: number,
  messages: AndroidMessages,
): string {
  const data = dataOf(notification, shortened);
  const android = {
    // High is for what is to be noticed now: https://firebase.google.com/docs/cloud-messaging/android-message-priority
    priority: notification.silent && !stopsRing(notification, now) ? 'normal' : 'high',
    ttl: `${secondsLeft(notification, now)}s`,
    direct_boot_ok: words.template.androidDirectBoot,
  };
  const toApple = {
    headers: apnsHeaders(notification, 'alert'),
    ...(words.image && { fcm_options: { image: words.image } }),
  };
  const rings = notification.kind === 'ring' || notification.kind === 'ring-end';
  if (rings || messages === 'data') {
    return envelope({
      data: { ...data, ...presentation(notification, words) },
      android: {
        ...android,
        // A phone that was offline gets the last word on a call alone. A message has no key: FCM keeps four a device.
        ...(rings && { collapse_key: notification.collapseId }),
      },
      apns: { ...toApple, payload: { aps: { alert: alertOf(words), ...apsOf(notification, words) } } },
    });
  }
  const { title, body } = words;
  const looksUp = title.locKey !== undefined || body.locKey !== undefined;
  return envelope({
    notification: { title: title.text, body: body.text },
    data,
    android: { ...android, notification: androidNotification(notification, words) },
    apns: {
      ...toApple,
      // FCM makes the alert of `notification`; one with keys has to be whole.
      payload: { aps: { ...(looksUp && { alert: alertOf(words) }), ...apsOf(notification, words) } },
    },
  });
}

/** For the app alone; it takes away what is shown under `notificationId`. */
export function fcmBackground(notification: Notification, now: number): string {
  return envelope({
    data: notification.data,
    android: {
      priority: stopsRing(notification, now) ? 'high' : 'normal',
      ttl: `${secondsLeft(notification, now)}s`,
    },
    apns: {
      headers: apnsHeaders(notification, 'background'),
      payload: { aps: { 'content-available': 1 } },
    },
  });
}

/** What the app shows by itself, and how: data holds text alone. */
function presentation(notification: Notification, words: Words): Record<string, string> {
  const { title, body, image, template } = words;
  return {
    title: title.text,
    body: body.text,
    ...lookups(words),
    group: notification.threadId,
    visibility: template.androidVisibility ?? 'private',
    ...(template.androidChannel && { channel: template.androidChannel }),
    ...(template.androidClickAction && { clickAction: template.androidClickAction }),
    ...(template.badge !== undefined && { count: String(template.badge) }),
    ...(image && { image }),
    ...(isQuiet(notification) && { silent: '1' }),
  };
}

function androidNotification({ collapseId, silent }: Notification, { title, body, image, template }: Words) {
  return {
    channel_id: template.androidChannel,
    // Replaces what is shown under it.
    tag: collapseId,
    sound: silent ? undefined : template.sound,
    click_action: template.androidClickAction,
    notification_count: template.badge,
    notification_priority: `PRIORITY_${(silent ? 'low' : (template.androidPriority ?? 'high')).toUpperCase()}`,
    visibility: (template.androidVisibility ?? 'private').toUpperCase(),
    image,
    ...(title.locKey && { title_loc_key: title.locKey, title_loc_args: title.locArgs }),
    ...(body.locKey && { body_loc_key: body.locKey, body_loc_args: body.locArgs }),
  };
}

function envelope(message: object): string {
  return JSON.stringify({ message });
}
