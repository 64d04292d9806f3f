import type { Notification } from '../notification';
import { lookups, type Words } from '../words';
import { dataOf } from './data';

/**
 * Headers and payload for Apple devices.
 * https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export function apnsHeaders(notification: Notification, pushType: 'alert' | 'background' | 'voip') {
  return {
    'apns-push-type': pushType,
    // APNs takes no other priority for background pushes.
    'apns-priority': pushType === 'background' ? '5' : '10',
    'apns-expiration': String(Math.floor(notification.expiresAt / 1000)),
    'apns-collapse-id': notification.collapseId,
  };
}

export function apnsAlert(notification: Notification, words: Words, shortened: boolean): string {
  return JSON.stringify({
    aps: { alert: alertOf(words), ...apsOf(notification, words) },
    acs: { ...dataOf(notification, shortened), ...(words.image && { image: words.image }) },
  });
}

/** The words, and keys of the app's own. */
export function alertOf({ title, body }: Words) {
  return {
    title: title.text,
    ...(title.locKey && { 'title-loc-key': title.locKey, 'title-loc-args': title.locArgs }),
    body: body.text,
    ...(body.locKey && { 'loc-key': body.locKey, 'loc-args': body.locArgs }),
  };
}

/** How iOS presents an alert. APNs cannot count: without a number of the template's the badge is left alone. */
export function apsOf({ kind, silent, threadId }: Notification, { template }: Words) {
  return {
    sound: silent ? undefined : template.sound,
    badge: template.badge,
    category: template.category,
    'thread-id': threadId,
    // The app's service extension may count, fetch the picture, or replace the words.
    'mutable-content': 1,
    'interruption-level': silent
      ? 'passive'
      : (template.interruptionLevel ?? (kind === 'ring' ? 'time-sensitive' : undefined)),
    'relevance-score': template.relevanceScore,
  };
}

/** Wakes the app without showing anything. */
export function apnsBackground(notification: Notification): string {
  return JSON.stringify({ aps: { 'content-available': 1 }, acs: notification.data });
}

/** For PushKit: the app must report the call to CallKit at once, and shows it by what is in here. */
export function apnsVoip(notification: Notification, words: Words, shortened: boolean): string {
  return JSON.stringify({
    aps: {},
    acs: {
      ...dataOf(notification, shortened),
      title: words.title.text,
      body: words.body.text,
      ...lookups(words),
    },
  });
}
