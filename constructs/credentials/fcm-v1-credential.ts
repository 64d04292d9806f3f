import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { PushConstructError } from '../core/errors';
import { checkSecret, CLIENT_EMAIL, FCM_PRIVATE_KEY, FCM_SERVICE_ACCOUNT, PROJECT_ID } from './secret-rules';
import { requireSecretValue, type SecretValue } from './secret-value';

export interface FcmV1CredentialProps {
  /** Firebase project id. */
  readonly projectId: string;
  /** E-mail address of the service account: `…@{projectId}.iam.gserviceaccount.com`. */
  readonly clientEmail: string;
  /** `private_key` of the service account: an RSA key in PKCS#8 PEM; `\n` written as two characters is understood. */
  readonly privateKey: SecretValue;
}

/**
 * How a hub signs in to FCM v1: a Google service account. Legacy server keys are refused: Google turned that
 * interface off in 2024.
 *
 * Source: azure-docs, notification-hubs/notification-hubs-gcm-to-fcm.md.
 */
export class FcmV1Credential {
  private constructor(
    private readonly visible: { readonly projectId: string; readonly clientEmail: string } | undefined,
    private readonly secret: (scope?: IConstruct) => object,
  ) {}

  /** Firebase project id; undefined when it is among the secrets. */
  get projectId(): string | undefined {
    return this.visible?.projectId;
  }

  /** From the three values of a service account. */
  static fromServiceAccount(props: FcmV1CredentialProps): FcmV1Credential {
    refuseLegacyKey(props);
    if (!Token.isUnresolved(props.projectId) && !new RegExp(PROJECT_ID).test(props.projectId)) {
      throw new PushConstructError(
        `fcm.projectId takes 6 to 30 lower-case letters, digits and hyphens, for example 'my-app-1234', got '${props.projectId}'`,
      );
    }
    if (!Token.isUnresolved(props.clientEmail) && !new RegExp(CLIENT_EMAIL).test(props.clientEmail)) {
      throw new PushConstructError(
        `fcm.clientEmail takes the address of a service account (…@…gserviceaccount.com), got '${props.clientEmail}'`,
      );
    }
    const privateKey = requireSecretValue(props.privateKey, 'fcm.privateKey');
    checkSecret(privateKey, FCM_PRIVATE_KEY);
    return new FcmV1Credential({ projectId: props.projectId, clientEmail: props.clientEmail }, (scope) => ({
      privateKey: privateKey.transform(FCM_PRIVATE_KEY.canonical, scope),
    }));
  }

  /** From the JSON file of a service account, whole, as one secret: by the same rule for each of its values. */
  static fromServiceAccountJson(json: SecretValue): FcmV1Credential {
    checkSecret(requireSecretValue(json, 'fcm service account JSON'), FCM_SERVICE_ACCOUNT);
    const field = (name: string, scope?: IConstruct) =>
      json.transform((value) => `${FCM_SERVICE_ACCOUNT.canonical(value)}.${name}`, scope);
    return new FcmV1Credential(undefined, (scope) => ({
      projectId: field('project_id', scope),
      clientEmail: field('client_email', scope),
      privateKey: field('private_key', scope),
    }));
  }

  /** The part of the hub's body that may be seen. */
  body(): object | undefined {
    return this.visible && { properties: this.visible };
  }

  /**
   * The part that may not.
   * @param scope the hub that it goes into
   */
  sensitiveBody(scope?: IConstruct): object {
    return { properties: this.secret(scope) };
  }
}

function refuseLegacyKey(props: object): void {
  for (const field of ['googleApiKey', 'gcmCredential', 'apiKey', 'serverKey', 'gcmEndpoint']) {
    if (field in props) {
      throw new PushConstructError(
        `fcm.${field} is a legacy FCM server key, which Google turned off in 2024: give projectId, clientEmail and ` +
          `privateKey of a service account (FCM v1)`,
      );
    }
  }
}
