import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Constructed, fromBER, ObjectIdentifier, OctetString, type AsnType } from 'asn1js';

/** The bags of PKCS#12 that hold a private key: as it is, and encrypted. RFC 7292, section 4.2. */
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';

/**
 * The certificate and its private key in a PKCS#12 bundle, as the PEM that `@azure/identity` takes.
 * @throws Error saying why it cannot be read; never with anything out of it
 */
export function pemOf(pfx: Buffer, passphrase: string): string {
  const certificate = certificateIn(pfx, passphrase);
  const der = keyBagIn(pfx);
  if (!der) throw new Error('it holds no private key that lies beside the encrypted part');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8', passphrase });
  if (key.asymmetricKeyType !== 'rsa') {
    throw new Error(`its key is ${key.asymmetricKeyType}; Microsoft Entra takes RSA`);
  }
  if (!certificate.checkPrivateKey(key))
    throw new Error('its private key does not belong to its certificate');
  return `${certificate.toString()}${key.export({ format: 'pem', type: 'pkcs8' }).toString()}`;
}

/** Node reads a bundle, password and all, when a TLS context is made of it, and shows the certificate of a socket. */
function certificateIn(pfx: Buffer, passphrase: string): X509Certificate {
  try {
    const secureContext = createSecureContext({ pfx, passphrase });
    const socket = new TLSSocket(new Duplex({ read: () => undefined }), { secureContext, isServer: true });
    const shown = socket.getX509Certificate() ?? undefined;
    socket.destroy();
    if (shown) return shown;
  } catch (error) {
    throw new Error(reasonOf(error as Error), { cause: error });
  }
  throw new Error('it holds no certificate');
}

function reasonOf({ message }: Error): string {
  if (/mac verify/i.test(message)) return 'its password is another one';
  if (/unsupported/i.test(message)) {
    return "it is encrypted in a way that OpenSSL 3 has given up (RC2); export it again with 'openssl pkcs12 -export' of OpenSSL 3";
  }
  if (/private key/i.test(message)) return 'it holds no private key';
  return 'it is no PKCS#12 bundle (.pfx)';
}

/** `PrivateKeyInfo` or `EncryptedPrivateKeyInfo`, DER; Node undoes the latter by itself. */
function keyBagIn(pfx: Buffer): Buffer | undefined {
  const { result, offset } = fromBER(pfx);
  return offset < 0 ? undefined : search(result);
}

function search(node: AsnType): Buffer | undefined {
  if (node instanceof OctetString) {
    // Content is a structure of its own inside an octet string.
    const inner = fromBER(node.getValue());
    return inner.offset < 0 ? undefined : search(inner.result);
  }
  if (!(node instanceof Constructed)) return undefined;
  const parts = node.valueBlock.value as AsnType[];
  const [id, value] = parts;
  if (id instanceof ObjectIdentifier && [KEY_BAG, SHROUDED_KEY_BAG].includes(id.getValue())) {
    const [key] = (value as Constructed).valueBlock.value as AsnType[];
    return key && Buffer.from(key.toBER());
  }
  for (const part of parts) {
    const found = search(part);
    if (found) return found;
  }
  return undefined;
}
