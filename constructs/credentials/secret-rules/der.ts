import { bind, matches } from './expressions';

/** What can be told of a key in DER from its base64. Terraform knows no bytes, but it can read them as Latin-1. */

const BASE64_ALPHABET = '"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"';

const VERSION_0 = '\\x02\\x01\\x00';
const EC_PUBLIC_KEY = '\\x06\\x07\\x2A\\x{86}\\x48\\x{CE}\\x3D\\x02\\x01';
const PRIME256V1 = '\\x06\\x08\\x2A\\x{86}\\x48\\x{CE}\\x3D\\x03\\x01\\x07';
const RSA_ENCRYPTION = '\\x06\\x09\\x2A\\x{86}\\x48\\x{86}\\x{F7}\\x0D\\x01\\x01\\x01\\x05\\x00';

/** Matches a pattern against the bytes, each as one character. */
export function bytesMatch(pattern: string, base64: string): string {
  return matches(`(?s)^${pattern}`, `textdecodebase64(${base64}, "ISO-8859-1")`);
}

/** An algorithm of PKCS#8 stands behind the outer length and the version. */
const algorithm = (pattern: string) => `\\x30.{1,3}${VERSION_0}\\x30.{1,2}${pattern}`;

export const isEcKey = (base64: string) => bytesMatch(algorithm(EC_PUBLIC_KEY), base64);

export const isP256Key = (base64: string) => bytesMatch(algorithm(EC_PUBLIC_KEY + PRIME256V1), base64);

export const isRsaKey = (base64: string) => bytesMatch(algorithm(RSA_ENCRYPTION), base64);

/**
 * A P-256 key in PKCS#8 to its last byte. Within it the curve (Apple writes it) and the public key may be named or
 * left out, which makes four lengths. Source: RFC 5208, RFC 5915, RFC 5480.
 */
export function isWholeP256Key(base64: string): string {
  const head = `${VERSION_0}\\x30\\x13${EC_PUBLIC_KEY}${PRIME256V1}\\x04`;
  const secret = '\\x02\\x01\\x01\\x04\\x20.{32}';
  const curve = `\\x{A0}\\x0A${PRIME256V1}`;
  const publicKey = '\\x{A1}\\x44\\x03\\x42\\x00\\x04.{64}';
  const forms = [
    `\\x30\\x41${head}\\x27\\x30\\x25${secret}`,
    `\\x30\\x4D${head}\\x33\\x30\\x31${secret}${curve}`,
    `\\x30\\x{81}\\x{87}${head}\\x6D\\x30\\x6B${secret}${publicKey}`,
    `\\x30\\x{81}\\x{93}${head}\\x79\\x30\\x77${secret}${curve}${publicKey}`,
  ];
  return bytesMatch(`(${forms.join('|')})$`, base64);
}

const rsaKey = (modulus: string) =>
  `\\x30\\x{82}..${VERSION_0}\\x30\\x0D${RSA_ENCRYPTION}\\x04\\x{82}..\\x30\\x{82}..${VERSION_0}\\x02${modulus}`;

/** The beginning of an RSA key in PKCS#8 with a modulus of 2048, 3072 or 4096 bits. Source: RFC 5208, RFC 8017. */
export const isStrongRsaKey = (base64: string) =>
  bytesMatch(rsaKey('\\x{82}(\\x01\\x01\\x00|\\x01\\x{81}\\x00|\\x02\\x01\\x00)'), base64);

/**
 * The length of what the base64 stands for, against the length that its first bytes tell (a SEQUENCE, so all of it):
 * a comparison such as `<`, false when it is no SEQUENCE.
 */
export function lengthAgainstDeclared(operator: '<' | '==' | '>', base64: string): string {
  const declared =
    '(c[1] % 16 * 16 + floor(c[2] / 4) < 128 ? 2 + c[1] % 16 * 16 + floor(c[2] / 4)' +
    ' : c[1] % 16 * 16 + floor(c[2] / 4) == 129 ? 3 + c[2] % 4 * 64 + c[3]' +
    ' : 4 + (c[2] % 4 * 64 + c[3]) * 256 + c[4] * 4 + floor(c[5] / 16))';
  const digits = `[for x in split("", substr(${base64}, 0, 6)) : index(split("", ${BASE64_ALPHABET}), x)]`;
  const real = `floor(length(replace(${base64}, "=", "")) * 3 / 4)`;
  return `(${matches('^M[A-P][A-Za-z0-9+/]{4}', base64)} && try(${bind('c', digits, `${real} ${operator} ${declared}`)}, false))`;
}
