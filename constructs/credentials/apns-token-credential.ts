import { Fn, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { PushConstructError } from '../core/errors';
import { APNS_TOKEN, checkSecret } from './secret-rules';
import { requireSecretValue, type SecretValue } from './secret-value';

/**
 * Where APNs takes the pushes of a build: App Store and TestFlight builds use `production`, builds that Xcode
 * installs on a device use `sandbox`. The wrong one answers BadDeviceToken for every device.
 */
export type ApnsEndpoint = 'production' | 'sandbox';

/** Endpoints of the hub's APNs credential in token mode. Source: Azure REST specification, ApnsCredentialProperties. */
export const APNS_ENDPOINTS: Readonly<Record<ApnsEndpoint, string>> = {
  production: 'https://api.push.apple.com:443/3/device',
  sandbox: 'https://api.development.push.apple.com:443/3/device',
};

/** A hub sends to one APNs topic: `alert` is the bundle id itself, `voip` the bundle id with `.voip` behind it. */
export type ApnsTopicKind = 'alert' | 'voip';

export const APNS_TOPIC_KINDS = ['alert', 'voip'] as const satisfies readonly ApnsTopicKind[];

/** Key ids and team ids. */
export const APPLE_ID = /^[A-Z0-9]{10}$/;

export const BUNDLE_ID = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

export interface ApnsTokenCredentialProps {
  /** Key id of the .p8 key: 10 letters and digits, in the file's name (`AuthKey_{keyId}.p8`). */
  readonly keyId: string;
  /** Team id of the Apple developer account: 10 letters and digits. */
  readonly teamId: string;
  /** Bundle id of the app; with the suffix `.voip` when `topic` is 'voip'. */
  readonly bundleId: string;
  /** The .p8 file's text: a P-256 private key in PKCS#8 PEM. */
  readonly token: SecretValue;
  /** @default 'production' */
  readonly endpoint?: ApnsEndpoint;
  /** @default 'alert' */
  readonly topic?: ApnsTopicKind;
}

/**
 * How a hub signs in to APNs: token mode (a .p8 key). Certificate mode is refused: Azure Communication Services
 * does not support it, and its certificates expire every year.
 *
 * Source: azure-docs, communication-services/concepts/notifications.md.
 */
export class ApnsTokenCredential {
  readonly endpoint: ApnsEndpoint;
  readonly topic: ApnsTopicKind;

  constructor(readonly props: ApnsTokenCredentialProps) {
    refuseCertificate(props);
    this.endpoint = props.endpoint ?? 'production';
    this.topic = props.topic ?? 'alert';
    if (!Token.isUnresolved(this.endpoint) && !(this.endpoint in APNS_ENDPOINTS)) {
      throw new PushConstructError(`apns.endpoint takes 'production' or 'sandbox', got '${this.endpoint}'`);
    }
    checkAppleId('keyId', props.keyId);
    checkAppleId('teamId', props.teamId);
    checkBundleId(props.bundleId, this.topic);
    checkSecret(requireSecretValue(props.token, 'apns.token'), APNS_TOKEN);
  }

  /** The part of the hub's body that may be seen. */
  body(): object {
    return {
      properties: {
        appId: this.props.teamId,
        appName: this.props.bundleId,
        keyId: this.props.keyId,
        endpoint: Token.isUnresolved(this.endpoint)
          ? Fn.lookup(APNS_ENDPOINTS, this.endpoint)
          : APNS_ENDPOINTS[this.endpoint],
      },
    };
  }

  /**
   * The part that may not: Azure wants the key without the PEM armour and line ends.
   * @param scope the hub that it goes into
   */
  sensitiveBody(scope?: IConstruct): object {
    return {
      properties: {
        token: this.props.token.transform(APNS_TOKEN.canonical, scope),
      },
    };
  }
}

function checkAppleId(field: 'keyId' | 'teamId', value: string): void {
  if (Token.isUnresolved(value)) return;
  if (!APPLE_ID.test(value ?? '')) {
    throw new PushConstructError(
      `apns.${field} takes 10 capital letters and digits, for example 'ABC123DEFG', got '${value}'`,
    );
  }
}

function checkBundleId(bundleId: string, topic: ApnsTopicKind): void {
  if (Token.isUnresolved(bundleId)) return;
  if (!BUNDLE_ID.test(bundleId ?? '')) {
    throw new PushConstructError(
      `apns.bundleId takes a bundle id such as 'com.example.app', got '${bundleId}'`,
    );
  }
  if (topic === 'voip' && !bundleId.endsWith('.voip')) {
    throw new PushConstructError(
      `apns.bundleId of a VoIP topic ends in '.voip', got '${bundleId}': use '${bundleId}.voip', or leave topic out for alert pushes`,
    );
  }
  if (topic === 'alert' && bundleId.endsWith('.voip')) {
    throw new PushConstructError(
      `apns.bundleId of alert pushes is the bundle id itself, got '${bundleId}': drop '.voip', or set topic: 'voip' for a VoIP hub`,
    );
  }
}

function refuseCertificate(props: object): void {
  for (const field of ['apnsCertificate', 'certificateKey', 'certificate', 'thumbprint']) {
    if (field in props) {
      throw new PushConstructError(
        `apns.${field} is certificate mode, which Azure Communication Services does not support (its notifications ` +
          `never arrive): create a .p8 key in the Apple developer account and give keyId, teamId, bundleId and token`,
      );
    }
  }
}
