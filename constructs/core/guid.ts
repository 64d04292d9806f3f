import { createHash } from 'node:crypto';

/** A GUID made of a text: the same one for the same text, and for no other. */
export function guidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  // Version 8 and the variant of RFC 9562: a GUID by a rule of one's own.
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest
    .toString('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
