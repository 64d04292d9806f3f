import { createHash } from 'node:crypto';

/**
 * Names a key without telling it: the first 16 hex digits of its SHA-256. Keys of authorization rules are 256 random
 * bits, so the fingerprint cannot be searched backwards.
 */
export function fingerprint(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
