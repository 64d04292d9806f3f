import { asObject } from '../../core/arm/resource-id';
import { RINGING_SECONDS } from './ringing';

/** What a push says. */
export interface Notice {
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly data: Readonly<Record<string, string>>;
  readonly ringing: boolean;
}

/** Texts longer than this are cut, so that a push stays under 4 KB. */
const MAX_TEXT = 512;

export function applePayload(notice: Notice): unknown {
  return {
    aps: {
      alert: { title: notice.title, body: notice.body.slice(0, MAX_TEXT) },
      sound: 'default',
      'mutable-content': 1,
    },
    acs: { simulated: true, kind: notice.kind, ...notice.data },
  };
}

export function fcmPayload(notice: Notice): unknown {
  return {
    message: {
      data: {
        simulated: 'true',
        kind: notice.kind,
        title: notice.title,
        body: notice.body.slice(0, MAX_TEXT),
        ...notice.data,
      },
      android: { priority: 'high', ...(notice.ringing ? { ttl: `${RINGING_SECONDS}s` } : {}) },
    },
  };
}

/** Whether a push service got what Communication Services sends, and no other sender's payload. */
export function isNotice(payload: unknown): boolean {
  const apple = asObject(asObject(payload).acs);
  const google = asObject(asObject(asObject(payload).message).data);
  return apple.simulated === true || google.simulated === 'true';
}
