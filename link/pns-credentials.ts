import { API_VERSIONS } from './api-versions';
import type { AzureReader } from './azure-reader';

/** What a hub holds for Apple, without the secret itself. */
export interface ApnsCredentialFacts {
  /** `certificate` never delivers a push of Communication Services. */
  readonly mode: 'token' | 'certificate';
  readonly environment: 'production' | 'sandbox' | 'unknown';
  readonly endpoint: string;
  /** `appName`: the bundle id, which becomes the APNs topic. */
  readonly topic: string;
  readonly keyId: string;
  readonly teamId: string;
  readonly hasToken: boolean;
}

/** What a hub holds for Google, without the secret itself. */
export interface FcmV1CredentialFacts {
  readonly projectId: string;
  readonly clientEmail: string;
  readonly hasPrivateKey: boolean;
}

export interface PnsCredentialFacts {
  readonly apns?: ApnsCredentialFacts;
  readonly fcmV1?: FcmV1CredentialFacts;
  /** A legacy FCM server key (`gcmCredential`) is there; FCM stopped taking those in 2024. */
  readonly legacyFcm: boolean;
}

/** Source: Azure/azure-rest-api-specs, notificationhubs 2023-10-01-preview, ApnsCredentialProperties. */
export const APNS_ENDPOINTS: Readonly<Record<'production' | 'sandbox', string>> = {
  production: 'https://api.push.apple.com:443/3/device',
  sandbox: 'https://api.development.push.apple.com:443/3/device',
};

/** Undefined when there is no hub. @throws AzureError */
export async function readPnsCredentials(
  azure: Pick<AzureReader, 'act'>,
  hubId: string,
  signal?: AbortSignal,
): Promise<PnsCredentialFacts | undefined> {
  const answer = await azure.act(hubId, 'pnsCredentials', API_VERSIONS.notificationHubs, undefined, signal);
  return answer === undefined ? undefined : factsOf(answer);
}

/** Keeps of the answer of `pnsCredentials` what may be shown, and drops the rest at once. */
function factsOf(answer: unknown): PnsCredentialFacts {
  const properties = objectAt(answer, 'properties');
  const apns = objectAt(objectAt(properties, 'apnsCredential'), 'properties');
  const fcm = objectAt(objectAt(properties, 'fcmV1Credential'), 'properties');
  const gcm = objectAt(objectAt(properties, 'gcmCredential'), 'properties');
  return {
    ...(apns && { apns: apnsFacts(apns) }),
    ...(fcm && {
      fcmV1: {
        projectId: textAt(fcm, 'projectId'),
        clientEmail: textAt(fcm, 'clientEmail'),
        hasPrivateKey: textAt(fcm, 'privateKey') !== '',
      },
    }),
    legacyFcm: gcm !== undefined && textAt(gcm, 'googleApiKey') !== '',
  };
}

function apnsFacts(apns: Record<string, unknown>): ApnsCredentialFacts {
  const endpoint = textAt(apns, 'endpoint');
  const hasToken = textAt(apns, 'token') !== '';
  const certificate = textAt(apns, 'apnsCertificate') !== '' || textAt(apns, 'thumbprint') !== '';
  const host = /^https:\/\/([^:/]+)/i.exec(endpoint)?.[1]?.toLowerCase();
  return {
    mode: certificate && !hasToken ? 'certificate' : 'token',
    environment:
      host === 'api.push.apple.com'
        ? 'production'
        : host === 'api.development.push.apple.com' || host === 'api.sandbox.push.apple.com'
          ? 'sandbox'
          : 'unknown',
    endpoint,
    topic: textAt(apns, 'appName'),
    keyId: textAt(apns, 'keyId'),
    teamId: textAt(apns, 'appId'),
    hasToken,
  };
}

function objectAt(value: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
}

function textAt(value: Record<string, unknown>, name: string): string {
  const found = value[name];
  return typeof found === 'string' ? found : '';
}
