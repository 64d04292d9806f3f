/**
 * What the push services take, in bytes.
 * APNs: https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
 * (VoIP may have 5 KB there, a hub takes 4 KB of it:
 * https://learn.microsoft.com/azure/notification-hubs/voip-apns).
 * FCM: https://firebase.google.com/docs/cloud-messaging/concept-options.
 * Web Push: 4096 bytes encrypted, of which 103 are not text: RFC 8291 section 4, RFC 8188.
 */
export const PAYLOAD_LIMIT = { apple: 4096, fcmv1: 4096, browser: 3993 } as const;
