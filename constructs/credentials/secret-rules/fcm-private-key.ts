import { allOf, matches, not } from './expressions';
import { isEcKey, isRsaKey, isStrongRsaKey, lengthAgainstDeclared } from './der';
import { key, PEM_FINDINGS, pemOf } from './pem-private-key';
import { secretRule } from './secret-rule';

export const FIREBASE_ADVICE =
  'Create one in the Firebase console: Project settings, Service accounts, Generate new private key.';

/**
 * The key of a Google service account: RSA in PKCS#8. A hub takes it in PEM with real line ends (azure-docs,
 * notification-hubs/firebase-migration-rest.md). Whether it would take PKCS#1 is not known; Google hands out none.
 */
export function fcmPrivateKey(subject: string) {
  return secretRule({
    subject,
    remedy: `It has to be an RSA key in PKCS#8 PEM (BEGIN PRIVATE KEY). ${FIREBASE_ADVICE}`,
    otherwise: 'cannot be read as a private key',
    findings: [
      ...PEM_FINDINGS,
      {
        name: 'JSON',
        found: (text) => matches('^\\s*[{\\[]', text),
        says: 'is JSON',
        remedy:
          'Give the private_key of the service account alone, or the whole file by fromServiceAccountJson.',
      },
      {
        name: 'server key',
        found: (text) => matches('^\\s*AAAA[A-Za-z0-9_:-]{100,}\\s*$', text),
        says: 'is a legacy server key, which Google turned off in 2024',
        remedy: FIREBASE_ADVICE,
      },
      { name: 'EC key', found: key(isEcKey('b')), says: 'is an EC key, as the .p8 of Apple is' },
      {
        name: 'RSA size',
        found: key(allOf(isRsaKey('b'), lengthAgainstDeclared('==', 'b'), not(isStrongRsaKey('b')))),
        says: 'is an RSA key of another size than 2048, 3072 or 4096 bits',
      },
    ],
    accepted: key(allOf(isStrongRsaKey('b'), lengthAgainstDeclared('==', 'b'))),
    canonical: pemOf,
  });
}

export const FCM_PRIVATE_KEY = fcmPrivateKey('The FCM private key');
