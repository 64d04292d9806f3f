import { allOf, matches, not } from './expressions';
import { isEcKey, isP256Key, isRsaKey, isWholeP256Key } from './der';
import { bodyOf, key, PEM_FINDINGS } from './pem-private-key';
import { secretRule } from './secret-rule';

/**
 * The key that signs tokens for APNs: P-256 in PKCS#8, as Apple's `.p8` files have it. A hub takes the body alone,
 * without armour and line ends (azure-docs, notification-hubs/notification-hubs-push-notification-http2-token-authentication.md).
 */
export const APNS_TOKEN = secretRule({
  subject: 'The APNs token',
  remedy:
    'Give the text of the .p8 file as downloaded from the Apple developer account: a P-256 private key in PKCS#8 PEM (BEGIN PRIVATE KEY).',
  otherwise: 'cannot be read as a .p8 key',
  findings: [
    ...PEM_FINDINGS,
    {
      name: 'JSON',
      found: (text) => matches('^\\s*[{\\[]', text),
      says: 'is JSON, as the service account of FCM is',
    },
    { name: 'RSA key', found: key(isRsaKey('b')), says: 'is an RSA key and not a P-256 key' },
    {
      name: 'wrong curve',
      found: key(allOf(isEcKey('b'), not(isP256Key('b')))),
      says: 'is an EC key of another curve than P-256',
    },
  ],
  accepted: key(isWholeP256Key('b')),
  canonical: bodyOf,
});
