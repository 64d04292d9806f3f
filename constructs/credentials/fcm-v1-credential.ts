import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { shown } from '../core/checks';
import type { ICheckedValue } from '../core/mistakes';
import { checkSecret, CLIENT_EMAIL, FCM_PRIVATE_KEY, FCM_SERVICE_ACCOUNT, PROJECT_ID } from './secret-rules';
import { secretValueProblem, type SecretValue } from './secret-value';

/** What a service account of Firebase signs with. */
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
export class FcmV1Credential implements ICheckedValue {
  private constructor(
    private readonly visible: { readonly projectId: string; readonly clientEmail: string } | undefined,
    private readonly secret: (scope?: IConstruct) => object,
    /** What is wrong with it; told when a hub takes it. */
    readonly problems: readonly string[],
  ) {}

  /** Firebase project id; undefined when it is among the secrets. */
  get projectId(): string | undefined {
    return this.visible?.projectId;
  }

  /** From the three values of a service account. */
  static fromServiceAccount(props: FcmV1CredentialProps): FcmV1Credential {
    const { projectId, clientEmail, privateKey } = props ?? {};
    const secretProblem = secretValueProblem(privateKey, 'fcm.privateKey');
    if (!secretProblem) checkSecret(privateKey, FCM_PRIVATE_KEY);
    const legacy = legacyKeyProblem(props ?? {});
    // With a legacy key there is nothing else to look at: FCM v1 takes other props.
    const problems = legacy
      ? [legacy]
      : [projectIdProblem(projectId), clientEmailProblem(clientEmail), secretProblem];
    return new FcmV1Credential(
      { projectId, clientEmail },
      (scope) => ({
        privateKey: secretProblem ? undefined : privateKey.transform(FCM_PRIVATE_KEY.canonical, scope),
      }),
      problems.filter((problem) => problem !== undefined),
    );
  }

  /** From the JSON file of a service account, whole, as one secret: by the same rule for each of its values. */
  static fromServiceAccountJson(json: SecretValue): FcmV1Credential {
    const problem = secretValueProblem(json, 'fcm service account JSON');
    if (problem) return new FcmV1Credential(undefined, () => ({}), [problem]);
    checkSecret(json, FCM_SERVICE_ACCOUNT);
    const field = (name: string, scope?: IConstruct) =>
      json.transform((value) => `${FCM_SERVICE_ACCOUNT.canonical(value)}.${name}`, scope);
    return new FcmV1Credential(
      undefined,
      (scope) => ({
        projectId: field('project_id', scope),
        clientEmail: field('client_email', scope),
        privateKey: field('private_key', scope),
      }),
      [],
    );
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

function projectIdProblem(projectId: string): string | undefined {
  if (Token.isUnresolved(projectId) || new RegExp(PROJECT_ID).test(projectId ?? '')) return undefined;
  return `fcm.projectId takes 6 to 30 lower-case letters, digits and hyphens, for example 'my-app-1234', got ${shown(projectId)}`;
}

function clientEmailProblem(clientEmail: string): string | undefined {
  if (Token.isUnresolved(clientEmail) || new RegExp(CLIENT_EMAIL).test(clientEmail ?? '')) return undefined;
  return `fcm.clientEmail takes the address of a service account (…@…gserviceaccount.com), got ${shown(clientEmail)}`;
}

function legacyKeyProblem(props: object): string | undefined {
  const field = ['googleApiKey', 'gcmCredential', 'apiKey', 'serverKey', 'gcmEndpoint'].find(
    (name) => name in props,
  );
  return (
    field &&
    `fcm.${field} is a legacy FCM server key, which Google turned off in 2024: give projectId, clientEmail and ` +
      `privateKey of a service account (FCM v1)`
  );
}
