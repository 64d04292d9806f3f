import { allOf, anyOf, bind, matches, not } from './expressions';
import { lengthAgainstDeclared } from './der';
import type { NamedFinding } from './secret-rule';
import { BYTE_ORDER_MARK, EMPTY, isPlaceholder, PATH, QUOTES, REFERENCE } from './wrong-text';

const BEGIN = '-----BEGIN PRIVATE KEY-----';
const END = '-----END PRIVATE KEY-----';
const BASE64 = '[A-Za-z0-9+/=[:space:]]+';

const CONVERT = 'Convert it: openssl pkcs8 -topk8 -nocrypt -in FILE.';

/** Line ends that a JSON file or a shell wrote out as two characters become line ends; a lost last one is no loss. */
function withLineEnds(text: string): string {
  return `trimspace(replace(replace(replace(${text}, "\\\\r", ""), "\\\\n", "\\n"), "\\r", "\\n"))`;
}

/** The base64 of a PEM without armour and white space. */
export function bodyOf(text: string): string {
  return `replace(${withLineEnds(text)}, "/-----[^-]*-----|[[:space:]]/", "")`;
}

/** PEM as OpenSSL writes it: lines of 64 characters, and one more line end. */
export function pemOf(text: string): string {
  return `"${BEGIN}\\n\${join("\\n", regexall(".{1,64}", ${bodyOf(text)}))}\\n${END}\\n"`;
}

/** A condition on `n`, the text with real line ends, and `b`, its body. */
const looking = (condition: string) => (text: string) =>
  bind('n', withLineEnds(text), bind('b', bodyOf('n'), condition));

/** One block of PKCS#8 in PEM, or the body of one without its armour. */
const ONE_BLOCK = matches(`^(${BEGIN}${BASE64}${END}|${BASE64})$`, 'n');

/** A key whose body holds: one block, and the condition on `b`. */
export const key = (condition: string) => looking(allOf(ONE_BLOCK, condition));

const IS_SEC1 = anyOf(
  matches('^-----BEGIN EC (PRIVATE KEY|PARAMETERS)-----', 'n'),
  matches('^M[A-H][AEIMQUYcgkosw048]CAQEE', 'b'),
);

const IS_PKCS1 = anyOf(
  matches('^-----BEGIN RSA PRIVATE KEY-----', 'n'),
  matches('^MII[A-Za-z0-9+/]{2}[AQgw]IBAAKC', 'b'),
);

/** What a text may be that should have been a private key in PKCS#8, whatever its kind. */
export const PEM_FINDINGS: readonly NamedFinding[] = [
  EMPTY,
  {
    name: 'placeholder',
    found: looking(isPlaceholder('b')),
    says: 'is a placeholder (such as REDACTED) in place of the key',
  },
  REFERENCE,
  BYTE_ORDER_MARK,
  QUOTES,
  PATH,
  {
    name: 'base64 of the file',
    found: looking(matches('^(77u/)?LS0tLS1CRUdJTi', 'b')),
    says: 'is the base64 of a whole file',
    remedy: 'Give the text of the file as it is: undo the encoding with base64 --decode.',
  },
  {
    name: 'public key',
    found: looking(
      anyOf(
        matches('^-----BEGIN ([A-Z0-9]+ )?PUBLIC KEY-----', 'n'),
        matches('^(MFkwEwYHKoZIzj0CAQ|MIIBIjANBgkqhkiG9w0BAQ)', 'b'),
      ),
    ),
    says: 'is a public key',
  },
  {
    name: 'certificate',
    found: looking(matches('^-----BEGIN ([A-Z0-9]+ )?CERTIFICATE', 'n')),
    says: 'is a certificate',
  },
  {
    name: 'encrypted',
    found: looking(
      anyOf(matches('^-----BEGIN ENCRYPTED PRIVATE KEY-----', 'n'), matches('Proc-Type: 4,ENCRYPTED', 'n')),
    ),
    says: 'is encrypted with a pass phrase, which a hub does not know',
    remedy: 'Decrypt it: openssl pkcs8 -topk8 -nocrypt -in FILE.',
  },
  {
    name: 'SEC1',
    found: looking(IS_SEC1),
    says: 'is an EC key in SEC1 (BEGIN EC PRIVATE KEY) in place of PKCS#8 (BEGIN PRIVATE KEY)',
    remedy: CONVERT,
  },
  {
    name: 'PKCS#1',
    found: looking(IS_PKCS1),
    says: 'is an RSA key in PKCS#1 (BEGIN RSA PRIVATE KEY) in place of PKCS#8 (BEGIN PRIVATE KEY)',
    remedy: CONVERT,
  },
  {
    name: 'OpenSSH',
    found: looking(matches('^-----BEGIN OPENSSH PRIVATE KEY-----', 'n')),
    says: 'is a key of OpenSSH',
  },
  {
    name: 'text in front',
    found: looking(
      allOf(
        matches(`(?s)^.+${BEGIN}`, 'n'),
        not(BYTE_ORDER_MARK.found('n')),
        not(QUOTES.found('n')),
        not(matches(`^${BEGIN}|^[{\\[]`, 'n')),
      ),
    ),
    says: 'has other text in front of -----BEGIN PRIVATE KEY-----',
    remedy: 'Take it off: one key, and nothing else.',
  },
  {
    name: 'text behind',
    found: looking(
      allOf(matches(`(?s)${END}.+$`, 'n'), not(QUOTES.found('n')), not(matches('^[{\\[]', 'n'))),
    ),
    says: 'has other text behind -----END PRIVATE KEY-----',
    remedy: 'Take it off: one key, and nothing else.',
  },
  {
    name: 'cut short',
    found: looking(
      anyOf(
        matches('^-{1,5}$|^-{5}B?E?G?I?N?[A-Z ]*-{0,4}$', 'n'),
        allOf(matches(`^${BEGIN}`, 'n'), not(matches(END, 'n'))),
        allOf(matches(`${END}$`, 'n'), not(matches('-----BEGIN ', 'n'))),
        allOf(ONE_BLOCK, anyOf('b == ""', matches('^M.{0,4}$', 'b'), lengthAgainstDeclared('<', 'b'))),
      ),
    ),
    says: 'is cut short: its beginning or its end is missing',
    remedy: 'Give the whole text of the file: "$(cat FILE)".',
  },
  {
    name: 'too long',
    found: key(lengthAgainstDeclared('>', 'b')),
    says: 'is longer than it says itself: a line of it is there twice, or something of another file behind it',
    remedy: 'Give the text of the file as it is: "$(cat FILE)".',
  },
];
