import { Fn, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../core/checks';
import type { ICheckedValue } from '../core/mistakes';
import { APNS_TOKEN, checkSecret } from './secret-rules';
import { secretValueProblem, type SecretValue } from './secret-value';

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

/** What an APNs credential can push to: the app's own topic, or that of its VoIP pushes. */
export const APNS_TOPIC_KINDS = ['alert', 'voip'] as const satisfies readonly ApnsTopicKind[];

/** Key ids and team ids. */
export const APPLE_ID = /^[A-Z0-9]{10}$/;

/** What a bundle id looks like: parts of letters, digits and hyphens with dots between. */
export const BUNDLE_ID = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

/**
 * An APNs authentication key, and the app that it pushes to. Apple gives key, key id and team id; one key does for
 * all apps of a team.
 */
export interface ApnsTokenCredentialProps {
  /** Key id of the .p8 key: 10 letters and digits, in the file's name (`AuthKey_{keyId}.p8`). */
  readonly keyId: string;
  /** Team id of the Apple developer account: 10 letters and digits. */
  readonly teamId: string;
  /** Bundle id of the app; with the suffix `.voip` when `topic` is 'voip'. */
  readonly bundleId: string;
  /** The .p8 file's text: a P-256 private key in PKCS#8 PEM. */
  readonly token: SecretValue;
  /**
   * Which of Apple's services takes the pushes: 'sandbox' for apps that Xcode installs, 'production' for TestFlight
   * and the App Store. A device token is known to one of them alone.
   * @default 'production'
   */
  readonly endpoint?: ApnsEndpoint;
  /** Whether it pushes to the app's own topic, or to that of its VoIP pushes, `{bundleId}.voip`. @default 'alert' */
  readonly topic?: ApnsTopicKind;
}

/**
 * How a hub signs in to APNs: token mode (a .p8 key). Certificate mode is refused: Azure Communication Services
 * does not support it, and its certificates expire every year.
 *
 * Source: azure-docs, communication-services/concepts/notifications.md.
 */
export class ApnsTokenCredential implements ICheckedValue {
  readonly problems: readonly string[];
  /** What it was made of. */
  readonly props: ApnsTokenCredentialProps;
  /** Which of Apple's services takes the pushes. */
  readonly endpoint: ApnsEndpoint;
  /** Whether it pushes alerts, or rings by PushKit. */
  readonly topic: ApnsTopicKind;

  constructor(props: ApnsTokenCredentialProps) {
    this.props = props ?? {};
    this.endpoint = this.props.endpoint ?? 'production';
    this.topic = this.props.topic ?? 'alert';
    const { keyId, teamId, bundleId, token } = this.props;
    const secretProblem = secretValueProblem(token, 'apns.token');
    if (!secretProblem) checkSecret(token, APNS_TOKEN);
    const certificate = certificateProblem(this.props);
    // With a certificate there is nothing else to look at: token mode takes other props.
    this.problems = certificate
      ? [certificate]
      : [
          endpointProblem(this.endpoint),
          topicProblem(this.topic),
          appleIdProblem('keyId', keyId),
          appleIdProblem('teamId', teamId),
          bundleIdProblem(bundleId, this.topic),
          secretProblem,
        ].filter((problem) => problem !== undefined);
  }

  /** The part of the hub's body that may be seen. */
  body(): object {
    return {
      properties: {
        appId: this.props.teamId,
        appName: this.props.bundleId,
        keyId: this.props.keyId,
        endpoint: Token.isUnresolved(this.endpoint)
          ? (Fn.lookup(APNS_ENDPOINTS, this.endpoint) as string)
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
        token: this.props.token?.transform?.(APNS_TOKEN.canonical, scope),
      },
    };
  }
}

function endpointProblem(endpoint: ApnsEndpoint): string | undefined {
  if (Token.isUnresolved(endpoint) || Object.hasOwn(APNS_ENDPOINTS, endpoint)) return undefined;
  return `apns.endpoint takes 'production' or 'sandbox', got ${shown(endpoint)}`;
}

function topicProblem(topic: ApnsTopicKind): string | undefined {
  if (APNS_TOPIC_KINDS.includes(topic)) return undefined;
  return `apns.topic takes 'alert' or 'voip', got ${shown(topic)}`;
}

function appleIdProblem(field: 'keyId' | 'teamId', value: string): string | undefined {
  if (Token.isUnresolved(value) || APPLE_ID.test(value ?? '')) return undefined;
  return `apns.${field} takes 10 capital letters and digits, for example 'ABC123DEFG', got ${shown(value)}`;
}

function bundleIdProblem(bundleId: string, topic: ApnsTopicKind): string | undefined {
  if (Token.isUnresolved(bundleId)) return undefined;
  if (!BUNDLE_ID.test(bundleId ?? '')) {
    return `apns.bundleId takes a bundle id such as 'com.example.app', got ${shown(bundleId)}`;
  }
  if (topic === 'voip' && !bundleId.endsWith('.voip')) {
    return `apns.bundleId of a VoIP topic ends in '.voip', got '${bundleId}': use '${bundleId}.voip', or leave topic out for alert pushes`;
  }
  if (topic === 'alert' && bundleId.endsWith('.voip')) {
    return `apns.bundleId of alert pushes is the bundle id itself, got '${bundleId}': drop '.voip', or set topic: 'voip' for a VoIP hub`;
  }
  return undefined;
}

function certificateProblem(props: object): string | undefined {
  const field = ['apnsCertificate', 'certificateKey', 'certificate', 'thumbprint'].find(
    (name) => name in props,
  );
  return (
    field &&
    `apns.${field} is certificate mode, which Azure Communication Services does not support (its notifications ` +
      `never arrive): create a .p8 key in the Apple developer account and give keyId, teamId, bundleId and token`
  );
}
