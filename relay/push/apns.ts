import type { HubMessage } from '../ports';
import type { Notification } from '../notification';
import { userTag } from '../tags';
import { words } from '../templates';

/**
 * The push for Apple devices.
 * https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export function apnsMessage(notification: Notification): HubMessage {
  const { title, body } = words(notification);
  const ring = notification.urgency === 'ring';
  return {
    hub: 'alert',
    platform: 'apple',
    tag: userTag(notification.recipient),
    headers: {
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-expiration': String(Math.floor(notification.expiresAt / 1000)),
      'apns-collapse-id': notification.collapseId,
    },
    body: JSON.stringify({
      aps: {
        alert: { title, body },
        sound: 'default',
        'thread-id': notification.threadId,
        'mutable-content': 1,
        ...(ring ? { 'interruption-level': 'time-sensitive' } : {}),
      },
      acs: notification.data,
    }),
  };
}
