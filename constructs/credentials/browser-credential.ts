import { ECDH } from 'node:crypto';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../core/checks';
import type { ICheckedValue } from '../core/mistakes';
import { checkSecret, VAPID_PRIVATE_KEY } from './secret-rules';
import { secretValueProblem, type SecretValue } from './secret-value';

/** A `mailto:` or `https:` URL (RFC 8292 section 2.1). */
export const VAPID_SUBJECT = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/;

/** A VAPID key pair, by which push services of browsers know who sends. */
export interface BrowserCredentialProps {
  /** Whom the push services of browsers may turn to: a `mailto:` or `https:` URL. */
  readonly subject: string;
  /** VAPID public key, which the page subscribes with (`applicationServerKey`): 87 characters of base64url. */
  readonly vapidPublicKey: string;
  /** VAPID private key: 43 characters of base64url. Nothing here finds out whether it belongs to the public key. */
  readonly vapidPrivateKey: SecretValue;
}

/**
 * How a hub signs in to the push services of browsers (Web Push): a VAPID key pair, P-256.
 *
 * Source: azure-docs, notification-hubs/browser-push.md; RFC 8292.
 */
export class BrowserCredential implements ICheckedValue {
  readonly problems: readonly string[];
  /** What it was made of. */
  readonly props: BrowserCredentialProps;

  constructor(props: BrowserCredentialProps) {
    this.props = props ?? {};
    const { subject, vapidPublicKey, vapidPrivateKey } = this.props;
    const problems: string[] = [];
    if (!Token.isUnresolved(subject) && !VAPID_SUBJECT.test(subject ?? '')) {
      problems.push(
        `browser.subject takes a mailto: or https: URL, for example 'mailto:push@example.com', got ${shown(subject)}`,
      );
    }
    if (!Token.isUnresolved(vapidPublicKey) && !isVapidPublicKey(vapidPublicKey)) {
      problems.push(
        `browser.vapidPublicKey takes an uncompressed P-256 point in base64url, 87 characters that begin with B, got ${shown(vapidPublicKey)}`,
      );
    }
    const secretProblem = secretValueProblem(vapidPrivateKey, 'browser.vapidPrivateKey');
    if (secretProblem) problems.push(secretProblem);
    else checkSecret(vapidPrivateKey, VAPID_PRIVATE_KEY);
    this.problems = problems;
  }

  /** The part of the hub's body that may be seen. */
  body(): object {
    const { subject, vapidPublicKey } = this.props;
    return { properties: { subject, vapidPublicKey } };
  }

  /**
   * The part that may not.
   * @param scope the hub that it goes into
   */
  sensitiveBody(scope?: IConstruct): object {
    const { vapidPrivateKey } = this.props;
    return {
      properties: { vapidPrivateKey: vapidPrivateKey?.transform?.(VAPID_PRIVATE_KEY.canonical, scope) },
    };
  }
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
