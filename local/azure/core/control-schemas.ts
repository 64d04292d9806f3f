import { z } from 'zod';

/** What bodies and answers of the control API are made of. */
export const text = z.string().min(1);
export const seconds = z.number().min(0);
export const percent = z.number().min(0).max(100);
/** From the least to the most. */
export const lag = z.tuple([seconds, seconds]);
/** Azure's time, ISO 8601. */
export const time = z.iso.datetime();
export const anyPushService = z.enum(['apns', 'fcmv1', 'browser']);
