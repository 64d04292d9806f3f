import type { PushPlatform } from './hub-client';

/** As people call them. */
export const PLATFORM_NAMES: Readonly<Record<PushPlatform, string>> = { apns: 'APNs', fcmV1: 'FCM v1' };
