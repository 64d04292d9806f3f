import { createHash, hash } from 'node:crypto';

/** SHA-256 of a text, in 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a text, in letters, digits, `-` and `_`: 43 characters. */
export function sha256(text: string): string {
  // In one call where Node has it (from 20.12): a third of the time.
  return hash ? hash('sha256', text, 'base64url') : createHash('sha256').update(text).digest('base64url');
}
