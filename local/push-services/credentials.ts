import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';

/**
 * VAPID keys are a P-256 pair in base64url: 32 bytes of the private key, 65 of the public point, uncompressed
 * (RFC 8292 section 3.2).
 */
export function isVapidPair({ vapidPrivateKey, vapidPublicKey }: Record<string, unknown>): boolean {
  if (!/^[\w-]{43}$/.test(String(vapidPrivateKey)) || !/^[\w-]{87}$/.test(String(vapidPublicKey)))
    return false;
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(String(vapidPrivateKey), 'base64url');
  } catch {
    return false;
  }
  return pair.getPublicKey().equals(Buffer.from(String(vapidPublicKey), 'base64url'));
}

/**
 * Of a `.p8` file its base64 alone, on one line: "PEM header/footer must be stripped" (azure-docs,
 * notification-hubs/notification-hubs-push-notification-http2-token-authentication.md). Assumed: line ends too.
 */
export function readApnsToken(text: string): KeyObject | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return readKey(() => createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' }));
}

/**
 * `private_key` as a service account's JSON has it once it is read: PKCS#8 in PEM, real line ends (azure-docs,
 * notification-hubs/firebase-migration-rest.md takes it from there). Assumed: no other form is taken.
 */
export function readFcmKey(text: string): KeyObject | undefined {
  const pem = /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n?$/;
  return pem.test(text) ? readKey(() => createPrivateKey(text)) : undefined;
}

function readKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
