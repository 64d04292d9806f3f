import { createHmac, timingSafeEqual } from 'node:crypto';

/** `SharedAccessSignature sr={uri}&sig={HMAC-SHA256(key, sr + "\n" + se)}&se={epoch}&skn={rule}`. */
export interface SharedAccessSignature {
  /** The resource it was signed for, still percent-encoded, as it went into the signature. */
  readonly audience: string;
  readonly signature: string;
  /** Seconds since the epoch. */
  readonly expiry: number;
  readonly keyName: string;
}

export function signSharedAccess(uri: string, keyName: string, key: string, expiry: number): string {
  const audience = encodeURIComponent(uri.toLowerCase());
  const signature = encodeURIComponent(hmac(key, audience, expiry));
  return `SharedAccessSignature sr=${audience}&sig=${signature}&se=${expiry}&skn=${encodeURIComponent(keyName)}`;
}

/** Undefined when the header is no well-formed shared access signature. */
export function parseSharedAccess(header: string | undefined): SharedAccessSignature | undefined {
  const match = /^SharedAccessSignature\s+(.+)$/i.exec(header ?? '');
  if (!match) return undefined;
  const fields = new Map<string, string>();
  for (const part of match[1]!.split('&')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  const [audience, signature, expiry, keyName] = ['sr', 'sig', 'se', 'skn'].map((name) => fields.get(name));
  if (!audience || !signature || !expiry || !keyName || !/^\d+$/.test(expiry)) return undefined;
  try {
    return {
      audience,
      signature: decodeURIComponent(signature),
      expiry: Number(expiry),
      keyName: decodeURIComponent(keyName),
    };
  } catch {
    return undefined;
  }
}

export function isSignedWith(token: SharedAccessSignature, key: string): boolean {
  const expected = Buffer.from(hmac(key, token.audience, token.expiry));
  const got = Buffer.from(token.signature);
  return expected.length === got.length && timingSafeEqual(expected, got);
}

/** True when the signature's resource is the requested one or a parent of it, whatever its scheme. */
export function covers(token: SharedAccessSignature, host: string, path: string): boolean {
  let audience: string;
  try {
    audience = decodeURIComponent(token.audience).toLowerCase();
  } catch {
    return false;
  }
  const match = /^(?:https?|sb):\/\/([^/:]+)(?::\d+)?(\/.*)?$/.exec(audience);
  if (!match || match[1] !== host.toLowerCase()) return false;
  const prefix = (match[2] ?? '/').replace(/\/+$/, '');
  const requested = path.toLowerCase();
  return requested === prefix || requested.startsWith(`${prefix}/`);
}

function hmac(key: string, audience: string, expiry: number): string {
  return createHmac('sha256', key).update(`${audience}\n${expiry}`).digest('base64');
}

/** `Endpoint=sb://{ns}.servicebus.windows.net/;SharedAccessKeyName={rule};SharedAccessKey={key}`. */
export interface HubConnectionString {
  /** Host name of the namespace. */
  readonly host: string;
  readonly keyName: string;
  readonly key: string;
}

/** Undefined when the text is no connection string of a Notification Hubs namespace. */
export function parseHubConnectionString(text: string): HubConnectionString | undefined {
  const fields = new Map<string, string>();
  for (const part of text.trim().split(';')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  const host = /^(?:sb|https):\/\/([^/:]+)/i.exec(fields.get('endpoint') ?? '')?.[1];
  const keyName = fields.get('sharedaccesskeyname');
  const key = fields.get('sharedaccesskey');
  return host && keyName && key ? { host: host.toLowerCase(), keyName, key } : undefined;
}
