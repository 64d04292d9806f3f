import { createECDH, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Private keys made for one run of the tests, in the forms that people have them in. */
export function pkcs8(curve: 'P-256' | 'P-384'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** `BEGIN EC PRIVATE KEY`: what OpenSSL writes unless told otherwise. */
export function sec1(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'sec1', format: 'pem' }) as string;
}

/** A VAPID pair in base64url, as generators write it. */
export function vapidKeys(): { privateKey: string; publicKey: string } {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys('base64url');
  // A number that begins with a zero byte is written without it.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return {
    privateKey: privateKey.toString('base64url'),
    publicKey: Buffer.from(publicKey, 'base64url').toString('base64url'),
  };
}

const rsaKeys = new Map<number, KeyObject>();

/** The same key each time: making one takes long. */
export function rsa(type: 'pkcs8' | 'pkcs1' = 'pkcs8', bits = 2048): string {
  const key = rsaKeys.get(bits) ?? generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  rsaKeys.set(bits, key);
  return key.export({ type, format: 'pem' }) as string;
}

const ID_EC_PUBLIC_KEY = Buffer.from('06072a8648ce3d0201', 'hex');
const PRIME256V1 = Buffer.from('06082a8648ce3d030107', 'hex');

function p8(secret: Buffer, more: Buffer[]): string {
  const ecPrivateKey = sequence(Buffer.from([0x02, 0x01, 0x01]), tagged(0x04, secret), ...more);
  const der = sequence(
    Buffer.from([0x02, 0x01, 0x00]),
    sequence(ID_EC_PUBLIC_KEY, PRIME256V1),
    tagged(0x04, ecPrivateKey),
  );
  return armoured(der.toString('base64'));
}

function armoured(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.map((line) => `${line}\n`).join('')}-----END PRIVATE KEY-----\n`;
}

/** The key in each form in which P-256 keys in PKCS#8 occur: the curve named once more or not, the public key or not. */
export function p8Forms(): string[] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d, x, y } = privateKey.export({ format: 'jwk' });
  const [secret, ...point] = [d!, x!, y!].map((part) => Buffer.from(part, 'base64url'));
  const curve = tagged(0xa0, PRIME256V1);
  const publicKey = tagged(0xa1, tagged(0x03, Buffer.concat([Buffer.from([0, 4]), ...point])));
  return [[], [curve], [publicKey], [curve, publicKey]].map((more) => p8(secret!, more));
}

/** A key cut to its first bytes, in armour that is whole. */
export function shortened(pem: string, characters: number): string {
  return armoured(withoutArmour(pem).slice(0, characters));
}

/** The base64 of a PEM without its first and last line. */
export function withoutArmour(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '');
}

export function serviceAccount(over: Record<string, unknown> = {}): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: 'my-app-1234',
    client_email: 'push@my-app-1234.iam.gserviceaccount.com',
    private_key: rsa(),
    ...over,
  });
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
