import { z } from 'zod';

/**
 * The message resource of FCM's HTTP v1 API, as far as a sender fills it in. FCM answers 400 INVALID_ARGUMENT to names
 * that it does not know and to values of another type. The target is the hub's to set.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
const text = z.string();
const texts = z.array(text);
/** Seconds with up to nine digits of a fraction; at most four weeks. */
const duration = text
  .regex(/^\d+(\.\d{1,9})?s$/)
  .refine((value) => Number.parseFloat(value) <= 28 * 24 * 60 * 60, 'at most four weeks');

/**
 * Of data the values are texts and the keys not FCM's own. The reference of today reserves `google.` and
 * `gcm.notification.`, the one before it every word that begins with `google` or `gcm`: the stricter one is taken here.
 */
const data = z.record(text.regex(/^(?!from$|message_type$|google|gcm)/), text);

const fraction = z.number().min(0).max(1);
const light = z.strictObject({
  color: z.strictObject({ red: fraction, green: fraction, blue: fraction, alpha: fraction }).partial(),
  light_on_duration: duration,
  light_off_duration: duration,
});

const androidNotification = z
  .strictObject({
    title: text,
    body: text,
    icon: text,
    color: text.regex(/^#[0-9a-fA-F]{6}$/),
    sound: text,
    tag: text,
    click_action: text,
    body_loc_key: text,
    body_loc_args: texts,
    title_loc_key: text,
    title_loc_args: texts,
    channel_id: text,
    ticker: text,
    sticky: z.boolean(),
    event_time: z.iso.datetime({ offset: true }),
    local_only: z.boolean(),
    notification_priority: z.enum(
      ['UNSPECIFIED', 'MIN', 'LOW', 'DEFAULT', 'HIGH', 'MAX'].map((name) => `PRIORITY_${name}`),
    ),
    default_sound: z.boolean(),
    default_vibrate_timings: z.boolean(),
    default_light_settings: z.boolean(),
    vibrate_timings: z.array(duration),
    visibility: z.enum(['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET']),
    notification_count: z.int().min(0),
    light_settings: light,
    image: text,
    bypass_proxy_notification: z.boolean(),
    proxy: z.enum(['PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED']),
  })
  .partial();

const android = z
  .strictObject({
    collapse_key: text,
    priority: z.enum(['NORMAL', 'HIGH', 'normal', 'high']),
    ttl: duration,
    restricted_package_name: text,
    data,
    notification: androidNotification,
    fcm_options: z.strictObject({ analytics_label: text }).partial(),
    direct_boot_ok: z.boolean(),
    bandwidth_constrained_ok: z.boolean(),
    restricted_satellite_ok: z.boolean(),
  })
  .partial();

const apns = z
  .strictObject({
    headers: z.record(text, text),
    payload: z.looseObject({ aps: z.record(text, z.unknown()).optional() }),
    fcm_options: z.strictObject({ analytics_label: text, image: text }).partial(),
    live_activity_token: text,
  })
  .partial();

const webpush = z
  .strictObject({
    headers: z.record(text, text),
    data,
    notification: z.record(text, z.unknown()),
    fcm_options: z.strictObject({ link: text, analytics_label: text }).partial(),
  })
  .partial();

const message = z
  .strictObject({
    data,
    notification: z.strictObject({ title: text, body: text, image: text }).partial(),
    android,
    webpush,
    apns,
    fcm_options: z.strictObject({ analytics_label: text }).partial(),
  })
  .partial()
  .refine(
    // "When sending payloads containing only data fields to iOS devices, only normal priority is allowed."
    ({ notification, apns }) =>
      notification !== undefined ||
      apns?.headers?.['apns-priority'] !== '10' ||
      ['alert', 'badge', 'sound'].some((member) => member in (apns.payload?.aps ?? {})),
    'apns-priority 10 with nothing to show',
  );

export type FcmMessage = z.infer<typeof message>;

/** Undefined where FCM would answer INVALID_ARGUMENT. */
export function readFcmMessage(value: unknown): FcmMessage | undefined {
  return message.safeParse(value).data;
}
