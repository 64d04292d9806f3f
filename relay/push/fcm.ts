import type { HubMessage } from '../ports';
import type { Notification } from '../notification';
import { userTag } from '../tags';
import { words } from '../templates';

/**
 * The push for Android devices, in the envelope of FCM's HTTP v1 API.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
export function fcmMessage(notification: Notification, now: number): HubMessage {
  const { title, body } = words(notification);
  const ring = notification.urgency === 'ring';
  const ttl = Math.max(0, Math.ceil((notification.expiresAt - now) / 1000));
  const android = ring
    ? { priority: 'high', ttl: `${ttl}s`, collapse_key: 'call' }
    : {
        priority: 'high',
        ttl: `${ttl}s`,
        // `tag` replaces what is shown; a collapse key for each message would exceed FCM's four a device.
        notification: { channel_id: 'messages', tag: notification.collapseId, sound: 'default' },
      };
  return {
    hub: 'alert',
    platform: 'fcmv1',
    tag: userTag(notification.recipient),
    headers: {},
    body: JSON.stringify({
      message: {
        // A ring is data only, so that the app itself is woken and can show its call screen.
        ...(ring ? {} : { notification: { title, body } }),
        data: ring ? { ...notification.data, title, body } : notification.data,
        android,
      },
    }),
  };
}
