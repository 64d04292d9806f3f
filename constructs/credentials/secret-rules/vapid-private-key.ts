import { allOf, matches, not } from './expressions';
import { secretRule, type NamedFinding } from './secret-rule';
import { BYTE_ORDER_MARK, EMPTY, isPlaceholder, PATH, QUOTES, REFERENCE } from './wrong-text';

/** base64url without padding; the other alphabet of base64 and its padding mean the same. */
const inBase64Url = (text: string) =>
  `trimsuffix(replace(replace(trimspace(${text}), "+", "-"), "/", "_"), "=")`;

/** 32 bytes: the last of 43 characters carries four bits. A number of zero is no key. */
const accepted = (text: string) =>
  allOf(
    matches('^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$', inBase64Url(text)),
    not(matches('^A+$', inBase64Url(text))),
  );

/** Any text of 43 characters may be a key, so that nothing is found in one that is right. */
const unlessRight = (finding: NamedFinding): NamedFinding => ({
  ...finding,
  found: (text) => allOf(not(accepted(text)), finding.found(text)),
});

/**
 * The private half of a VAPID pair: 32 bytes in base64url (RFC 8292, RFC 7515). Whether it belongs to the public key
 * cannot be computed by Terraform.
 */
export const VAPID_PRIVATE_KEY = secretRule({
  subject: 'The VAPID private key',
  remedy: 'Give 32 bytes in base64url, 43 letters, digits, - and _, as generators of VAPID keys write them.',
  otherwise: 'cannot be read as 32 bytes in base64url',
  findings: [
    EMPTY,
    ...[REFERENCE, BYTE_ORDER_MARK, QUOTES, PATH].map(unlessRight),
    unlessRight({
      name: 'placeholder',
      found: (text) => isPlaceholder(`trimspace(${text})`),
      says: 'is a placeholder (such as REDACTED) in place of the key',
    }),
    {
      name: 'PEM',
      found: (text) => matches('-----BEGIN ', text),
      says: 'is a key in PEM',
    },
    {
      name: 'base64 of the file',
      found: (text) => matches('^\\s*(77u/)?LS0tLS1CRUdJTi', text),
      says: 'is the base64 of a whole file',
    },
    { name: 'JSON', found: (text) => matches('^\\s*[{\\[]', text), says: 'is JSON' },
    {
      name: 'public key',
      found: (text) => matches('^B[A-Za-z0-9_-]{86}$', inBase64Url(text)),
      says: 'is the public key of the pair',
    },
    {
      name: 'hexadecimal',
      found: (text) => matches('^[0-9A-Fa-f]{64}$', `trimspace(${text})`),
      says: 'is in hexadecimal digits',
    },
    {
      name: 'cut short',
      found: (text) =>
        allOf(
          matches('^[A-Za-z0-9_-]{1,42}$', inBase64Url(text)),
          not(isPlaceholder(`trimspace(${text})`)),
          not(PATH.found(text)),
        ),
      says: 'is cut short: it has fewer than 43 characters',
    },
    {
      name: 'DER',
      found: (text) => matches('^M[A-P][A-Za-z0-9_-]{60,}={0,2}$', inBase64Url(text)),
      says: 'is the body of a key in PEM',
    },
  ],
  accepted,
  canonical: inBase64Url,
});
