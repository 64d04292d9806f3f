import type { BrowserPushChannel } from '@azure/notification-hubs/models';
import { isRecord } from '../envelope';

/**
 * 65 bytes of which the first is 4, an uncompressed point of P-256, in either alphabet of base64: RFC 8291 section 3.2
 * has browsers make nothing else.
 */
const P256DH = /^B[A-P]([A-Za-z0-9_-]{84}|[A-Za-z0-9+/]{84})[AEIMQUYcgkosw048]=?$/;

/** 16 bytes: RFC 8291 section 3.2. */
const AUTH = /^([A-Za-z0-9_-]{21}|[A-Za-z0-9+/]{21})[AQgw](==)?$/;

/**
 * Reads a browser's push subscription: as `PushSubscription.toJSON()` gives it, with `keys`, or flat, as hubs take it.
 * Keys come in base64url or in base64, padded or not, and go on in base64url without padding. What else the subscription
 * has is left aside.
 * https://www.w3.org/TR/push-api/#pushsubscription-interface
 *
 * @returns the channel, or what is wrong with it: never its values
 */
export function readSubscription(value: unknown): BrowserPushChannel | { problem: string } {
  if (!isRecord(value))
    return { problem: `must be the browser's subscription: endpoint, and its keys p256dh and auth` };
  const { endpoint } = value;
  const keys = 'keys' in value ? value['keys'] : value;
  const { p256dh, auth } = isRecord(keys) ? keys : {};
  const wrong = [
    matches(endpoint, /^https:\/\/[!-~]{1,1000}$/) ? [] : 'endpoint must be an https address',
    matches(p256dh, P256DH) ? [] : 'p256dh must be 65 bytes in base64url or base64, the first of them 4',
    matches(auth, AUTH) ? [] : 'auth must be 16 bytes in base64url or base64',
  ].flat();
  if (wrong.length > 0) return { problem: `must be the browser's subscription: ${wrong.join('; ')}` };
  return { endpoint: endpoint as string, p256dh: base64url(p256dh), auth: base64url(auth) };
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function base64url(text: unknown): string {
  return Buffer.from(text as string, 'base64').toString('base64url');
}
