/** As Notification Hubs name the services that they send through, of those that a hub here has credentials for. */
export type PushPlatform = 'apns' | 'fcmV1';
