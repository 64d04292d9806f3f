import { createPrivateKey, randomBytes, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const DAY_MS = 86_400_000;

/** What an application signs its assertions with. */
export interface ApplicationCertificate {
  /** The certificate in PEM, which is registered on the application. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly sha1: Buffer;
  readonly sha256: Buffer;
}

/** A certificate that signs itself, and its key. */
export async function applicationCertificate(): Promise<ApplicationCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: `01${randomBytes(15).toString('hex')}`,
      name: 'CN=application of the tests',
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    webcrypto as never,
  );
  const pem = certificate.toString('pem');
  const { fingerprint, fingerprint256 } = new X509Certificate(pem);
  return {
    pem,
    privateKey: createPrivateKey({
      key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
      format: 'der',
      type: 'pkcs8',
    }),
    sha1: bytesOf(fingerprint),
    sha256: bytesOf(fingerprint256),
  };
}

function bytesOf(fingerprint: string): Buffer {
  return Buffer.from(fingerprint.replaceAll(':', ''), 'hex');
}
