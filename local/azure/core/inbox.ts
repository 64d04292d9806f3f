/** A push as it reached APNs, FCM or a browser's push service, which end inside local Azure. */
export interface DeliveredPush {
  /** Azure's time, ISO 8601. */
  readonly time: string;
  /** The push service that it reached. */
  readonly service: 'apns' | 'fcmv1' | 'browser';
  /** ARM id of the hub that sent it. */
  readonly hubId: string;
  /** APNs device token, FCM registration token, or endpoint of a browser's subscription. */
  readonly handle: string;
  /** As the push service got them, such as `apns-topic`, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the app gets, as JSON. */
  readonly payload: unknown;
}
