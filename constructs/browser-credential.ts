import { createECDH, ECDH } from 'node:crypto';
import { Token } from 'cdktf';
import { PushConstructError } from './errors';
import { requireSecretValue, type SecretValue } from './secret-value';

/** A `mailto:` or `https:` URL (RFC 8292 section 2.1). */
export const VAPID_SUBJECT = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/;

export interface BrowserCredentialProps {
  /** Whom the push services of browsers may turn to: a `mailto:` or `https:` URL. */
  readonly subject: string;
  /** VAPID public key, which the page subscribes with (`applicationServerKey`): 87 characters of base64url. */
  readonly vapidPublicKey: string;
  /** VAPID private key: 43 characters of base64url. */
  readonly vapidPrivateKey: SecretValue;
}

/**
 * How a hub signs in to the push services of browsers (Web Push): a VAPID key pair, P-256.
 *
 * Source: azure-docs, notification-hubs/browser-push.md; RFC 8292.
 */
export class BrowserCredential {
  private readonly secret: SecretValue;

  constructor(readonly props: BrowserCredentialProps) {
    const { subject, vapidPublicKey } = props;
    if (!Token.isUnresolved(subject) && !VAPID_SUBJECT.test(subject ?? '')) {
      throw new PushConstructError(
        `browser.subject takes a mailto: or https: URL, for example 'mailto:push@example.com', got '${subject}'`,
      );
    }
    if (!Token.isUnresolved(vapidPublicKey) && !isVapidPublicKey(vapidPublicKey)) {
      throw new PushConstructError(
        `browser.vapidPublicKey takes an uncompressed P-256 point in base64url, 87 characters that begin with B, got '${vapidPublicKey}'`,
      );
    }
    this.secret = requireSecretValue(props.vapidPrivateKey, 'browser.vapidPrivateKey');
    this.secret.addValidation({
      condition: (value) => `can(regex("^[A-Za-z0-9_-]{43}$", trimspace(${value})))`,
      errorMessage:
        'The VAPID private key must be 32 bytes in base64url: 43 letters, digits, - and _, as generators of VAPID keys write it, without PEM armour.',
    });
  }

  /** The part of the hub's body that may be seen. */
  body(): object {
    const { subject, vapidPublicKey } = this.props;
    return { properties: { subject, vapidPublicKey } };
  }

  /** The part that may not. */
  sensitiveBody(): object {
    return { properties: { vapidPrivateKey: this.secret.transform((value) => `trimspace(${value})`) } };
  }
}

/** What is wrong with a VAPID key pair, or undefined. Needs the private key itself, so it serves tools only. */
export function vapidKeyProblem(privateKey: string, publicKey: string): string | undefined {
  if (!/^[\w-]{43}$/.test(privateKey.trim())) {
    return 'expected a VAPID private key of 43 characters in base64url, got something else';
  }
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(privateKey.trim(), 'base64url');
  } catch {
    return 'expected a P-256 private key, got a number that is none';
  }
  if (pair.getPublicKey('base64url') === publicKey) return undefined;
  return 'expected the private key of vapidPublicKey, got that of another pair';
}

/** A point on the curve, as `PushManager.subscribe` takes it. */
export function isVapidPublicKey(text: string): boolean {
  if (!/^B[\w-]{86}$/.test(text ?? '')) return false;
  try {
    ECDH.convertKey(text, 'prime256v1', 'base64url', undefined, 'uncompressed');
    return true;
  } catch {
    return false;
  }
}
