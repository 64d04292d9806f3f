import { createPrivateKey, randomBytes, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** Go and Apple's stacks refuse leaf certificates that live longer than 825 days. */
const LEAF_DAYS = 397;

interface KeyAndCertificate {
  readonly key: webcrypto.CryptoKey;
  readonly certificate: X509Certificate;
}

/**
 * The certificate authority of local Azure. It is made anew, or taken from the folder where an earlier run left
 * it, and issues one leaf certificate per host name that a client asks for. The private key is of use only to
 * somebody who already trusts the CA, which nothing but the environment of local Azure does.
 */
export class CertificateAuthority {
  private readonly contexts = new Map<string, Promise<SecureContext>>();

  private constructor(
    private readonly authority: KeyAndCertificate,
    /** The CA's certificate as a file, for `NODE_EXTRA_CA_CERTS`. */
    readonly certificateFile: string,
    /** The CA's certificate behind the public roots, for `SSL_CERT_FILE`, which replaces the system's roots. */
    readonly bundleFile: string,
  ) {}

  static async open(folder: string): Promise<CertificateAuthority> {
    cryptoProvider.set(webcrypto as never);
    mkdirSync(folder, { recursive: true });
    const keyFile = join(folder, 'ca.key.pem');
    const certificateFile = join(folder, 'ca.pem');
    const bundleFile = join(folder, 'ca-bundle.pem');
    const authority =
      existsSync(keyFile) && existsSync(certificateFile)
        ? await load(keyFile, certificateFile)
        : await create(keyFile, certificateFile);
    writeFileSync(bundleFile, [...rootCertificates, authority.certificate.toString('pem')].join('\n') + '\n');
    return new CertificateAuthority(authority, certificateFile, bundleFile);
  }

  get certificatePem(): string {
    return this.authority.certificate.toString('pem');
  }

  /** The TLS context for one host name or IP address. */
  contextFor(host: string): Promise<SecureContext> {
    let context = this.contexts.get(host);
    if (!context) {
      context = this.issue(host).then(createSecureContext);
      this.contexts.set(host, context);
    }
    return context;
  }

  /** A new leaf certificate and its key, as PEM. */
  async issue(host: string): Promise<{ cert: string; key: string }> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const names =
      isIP(host) || host === 'localhost'
        ? [
            { type: 'dns' as const, value: 'localhost' },
            { type: 'ip' as const, value: '127.0.0.1' },
          ]
        : [{ type: 'dns' as const, value: host }];
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: 'CN=local-azure-leaf',
      issuer: this.authority.certificate.subjectName,
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + LEAF_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.authority.key,
      extensions: [
        new BasicConstraintsExtension(false),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names),
      ],
    });
    return { cert: certificate.toString('pem'), key: await privatePem(keys.privateKey) };
  }
}

async function create(keyFile: string, certificateFile: string): Promise<KeyAndCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=local Azure CA',
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + CA_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  writeFileSync(keyFile, await privatePem(keys.privateKey), { mode: 0o600 });
  writeFileSync(certificateFile, certificate.toString('pem') + '\n');
  return { key: keys.privateKey, certificate };
}

async function load(keyFile: string, certificateFile: string): Promise<KeyAndCertificate> {
  const pem = readFileSync(certificateFile, 'utf8');
  const der = createPrivateKey(readFileSync(keyFile)).export({ format: 'der', type: 'pkcs8' });
  const key = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
  return { key, certificate: new X509Certificate(new NodeCertificate(pem).raw) };
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

/** 16 random bytes, the first bit clear so that the number is positive. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x01;
  return bytes.toString('hex');
}
