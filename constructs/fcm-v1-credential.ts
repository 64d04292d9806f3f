import { createPrivateKey } from 'node:crypto';
import { Token } from 'cdktf';
import { PushConstructError } from './errors';
import { requireSecretValue, type SecretValue } from './secret-value';

export interface FcmV1CredentialProps {
  /** Firebase project id. */
  readonly projectId: string;
  /** E-mail address of the service account: `…@{projectId}.iam.gserviceaccount.com`. */
  readonly clientEmail: string;
  /** `private_key` of the service account: an RSA key in PEM; `\n` written as two characters is understood. */
  readonly privateKey: SecretValue;
}

const PRIVATE_KEY_ADVICE =
  'Create one in the Firebase console: Project settings, Service accounts, Generate new private key.';

/**
 * How a hub signs in to FCM v1: a Google service account. Legacy server keys are refused: Google turned that
 * interface off in 2024.
 *
 * Source: azure-docs, notification-hubs/notification-hubs-gcm-to-fcm.md.
 */
export class FcmV1Credential {
  private constructor(
    private readonly visible: { readonly projectId: string; readonly clientEmail: string } | undefined,
    private readonly secret: object,
  ) {}

  /** Firebase project id; undefined when it is among the secrets. */
  get projectId(): string | undefined {
    return this.visible?.projectId;
  }

  /** From the three values of a service account. */
  static fromServiceAccount(props: FcmV1CredentialProps): FcmV1Credential {
    refuseLegacyKey(props);
    if (!Token.isUnresolved(props.projectId) && !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(props.projectId)) {
      throw new PushConstructError(
        `fcm.projectId takes 6 to 30 lower-case letters, digits and hyphens, for example 'my-app-1234', got '${props.projectId}'`,
      );
    }
    if (
      !Token.isUnresolved(props.clientEmail) &&
      !/^[^@\s]+@[^@\s]+\.gserviceaccount\.com$/.test(props.clientEmail)
    ) {
      throw new PushConstructError(
        `fcm.clientEmail takes the address of a service account (…@…gserviceaccount.com), got '${props.clientEmail}'`,
      );
    }
    const privateKey = requireSecretValue(props.privateKey, 'fcm.privateKey');
    privateKey.addValidation({
      condition: (value) => `can(regex("-----BEGIN (RSA )?PRIVATE KEY-----", ${value}))`,
      errorMessage: `The FCM private key must be a PEM private key (BEGIN PRIVATE KEY). ${PRIVATE_KEY_ADVICE}`,
    });
    return new FcmV1Credential(
      { projectId: props.projectId, clientEmail: props.clientEmail },
      { privateKey: privateKey.transform((value) => `replace(${value}, "\\\\n", "\\n")`) },
    );
  }

  /** From the JSON file of a service account, whole, as one secret. */
  static fromServiceAccountJson(json: SecretValue): FcmV1Credential {
    requireSecretValue(json, 'fcm service account JSON');
    json.addValidation({
      condition: (value) => `can(jsondecode(${value}))`,
      errorMessage: `The FCM service account must be the text of a JSON file. ${PRIVATE_KEY_ADVICE}`,
    });
    json.addValidation({
      condition: (value) =>
        `!can(jsondecode(${value})) || try(jsondecode(${value}).type, "") == "service_account"`,
      errorMessage: `The FCM service account JSON must have type "service_account"; a google-services.json or an OAuth client is another thing. ${PRIVATE_KEY_ADVICE}`,
    });
    for (const field of ['project_id', 'client_email', 'private_key']) {
      json.addValidation({
        condition: (value) =>
          `try(jsondecode(${value}).type, "") != "service_account" || try(length(jsondecode(${value}).${field}) > 0, false)`,
        errorMessage: `The FCM service account JSON has no ${field}. ${PRIVATE_KEY_ADVICE}`,
      });
    }
    const field = (name: string) => json.transform((value) => `jsondecode(${value}).${name}`);
    return new FcmV1Credential(undefined, {
      projectId: field('project_id'),
      clientEmail: field('client_email'),
      privateKey: field('private_key'),
    });
  }

  /** The part of the hub's body that may be seen. */
  body(): object | undefined {
    return this.visible && { properties: this.visible };
  }

  /** The part that may not. */
  sensitiveBody(): object {
    return { properties: this.secret };
  }
}

/** What is wrong with a service account's JSON, or undefined. Needs the secret itself, so it serves tools only. */
export function serviceAccountProblem(text: string): string | undefined {
  let account: unknown;
  try {
    account = JSON.parse(text);
  } catch {
    return 'expected the JSON file of a service account, got text that is not JSON';
  }
  if (typeof account !== 'object' || account === null) return 'expected a JSON object';
  const fields = account as Record<string, unknown>;
  if (fields.type !== 'service_account') {
    return `expected "type": "service_account", got ${JSON.stringify(fields.type) ?? 'no type'}`;
  }
  for (const field of ['project_id', 'client_email', 'private_key']) {
    if (typeof fields[field] !== 'string' || fields[field] === '')
      return `expected a value for "${field}", got none`;
  }
  try {
    const { asymmetricKeyType } = createPrivateKey(fields.private_key as string);
    if (asymmetricKeyType === 'rsa') return undefined;
    return `expected an RSA key in "private_key", got a key of type ${asymmetricKeyType}`;
  } catch {
    return 'expected a PEM private key in "private_key", got something that cannot be read as a key';
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
