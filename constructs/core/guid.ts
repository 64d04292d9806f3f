import { createHash } from 'node:crypto';
import { Fn, Token } from 'cdktf';
import { asArgument } from './reference';

/**
 * A GUID made of a text: the same one for the same text, and for no other. Terraform makes the same of a text that is a
 * token. Version 8 and the variant of RFC 9562: a GUID by a rule of one's own.
 */
export function guidOf(text: string): string {
  if (Token.isUnresolved(text)) return guidInTerraform(text);
  const hex = createHash('sha256').update(text).digest('hex');
  return guidIn((from, length) => hex.slice(from, from + length), VARIANTS[parseInt(hex[16]!, 16)]!);
}

/** The two highest bits of a digit as the variant demands, by what the digit is. */
const VARIANTS = '89ab89ab89ab89ab';

function guidInTerraform(text: string): string {
  const hex = Fn.sha256(asArgument(text));
  const part = (from: number, length: number) => Fn.substr(hex, from, length);
  return guidIn(part, Fn.substr(VARIANTS, Token.asNumber(Fn.parseint(part(16, 1), 16)), 1));
}

/** Of a digest's 64 digits the first 32, two of them replaced. */
function guidIn(digits: (from: number, length: number) => string, variant: string): string {
  return `${digits(0, 8)}-${digits(8, 4)}-8${digits(13, 3)}-${variant}${digits(17, 3)}-${digits(20, 12)}`;
}
