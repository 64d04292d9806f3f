import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pemOf } from '../../../link/sign-in/pkcs12';

const PASSWORD = 'of-the-tests';
const bundle = (name: string) => readFileSync(join(__dirname, 'certificates', name));
const registered = new X509Certificate(bundle('app.crt'));

test.each([
  ['AES, as OpenSSL 3 and Windows write them', 'aes.pfx', PASSWORD],
  ['triple DES, as .NET and Key Vault write them', 'triple-des.pfx', PASSWORD],
  ['an empty password', 'no-password.pfx', ''],
])('reads certificate and key of a bundle with %s', (_, name, password) => {
  const pem = pemOf(bundle(name), password);
  expect(new X509Certificate(pem).fingerprint256).toBe(registered.fingerprint256);
  expect(registered.checkPrivateKey(createPrivateKey(pem.slice(pem.indexOf('-----BEGIN PRIVATE'))))).toBe(
    true,
  );
});

test.each([
  ['another password', 'aes.pfx', 'guessed', 'its password is another one'],
  ['no password', 'aes.pfx', '', 'its password is another one'],
  ['RC2, which OpenSSL 3 has given up', 'rc2.pfx', PASSWORD, /export it again with 'openssl pkcs12 -export'/],
  ['a certificate in PEM', 'app.crt', '', 'it is no PKCS#12 bundle (.pfx)'],
  ['a key on an elliptic curve', 'elliptic-curve.pfx', PASSWORD, 'its key is ec; Microsoft Entra takes RSA'],
  ['no key', 'no-key.pfx', PASSWORD, 'it holds no private key'],
])('says what is wrong with a bundle with %s', (_, name, password, message) => {
  expect(() => pemOf(bundle(name), password)).toThrow(message);
});
