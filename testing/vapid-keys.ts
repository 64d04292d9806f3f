import { createECDH } from 'node:crypto';

/** A VAPID pair as Web Push has it (RFC 8292): a P-256 key in base64url. */
export interface VapidKeys {
  /** Uncompressed point, 87 characters: for `vapidPublicKey` of a BrowserCredential. */
  readonly publicKey: string;
  /** 43 characters: for the variable that `vapidPrivateKey` is taken from. */
  readonly privateKey: string;
}

/** Makes a VAPID pair for a test: the public half stands in the stack, so that both have to be known to it. */
export function makeVapidKeys(): VapidKeys {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // Node drops leading zeros of the private key; RFC 8292 wants all 32 bytes.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return {
    publicKey: pair.getPublicKey('base64url'),
    privateKey: privateKey.toString('base64url'),
  };
}
