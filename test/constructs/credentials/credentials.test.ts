import { TerraformVariable } from 'cdktf';
import {
  ApnsTokenCredential,
  FcmV1Credential,
  SecretValue,
  type ApnsEndpoint,
  type ApnsTokenCredentialProps,
  type FcmV1CredentialProps,
} from '../../../constructs';
import { apnsCredential, browserCredential, VAPID_PUBLIC_KEY } from '../../support/samples';
import { errorOf, newStack } from '../../support/synth';

const LITERAL_REFUSED =
  "a literal ends up in cdktf.out, in the plan and in state; use SecretValue.fromVariable(scope, 'name') and set " +
  'TF_VAR_name, or SecretValue.fromKeyVault(scope, {keyVaultId, secretName})';

const got = (value: unknown) => (value === undefined ? 'nothing' : `'${String(value)}'`);

function apnsError(over: object): string {
  const stack = newStack();
  return errorOf(() => apnsCredential(stack, over as Partial<ApnsTokenCredentialProps>));
}

describe('an APNs credential', () => {
  test('refuses a literal token', () => {
    expect(apnsError({ token: '-----BEGIN PRIVATE KEY-----' })).toBe(
      `apns.token takes a SecretValue, got a literal string: ${LITERAL_REFUSED}`,
    );
  });

  test('refuses a missing token', () => {
    expect(apnsError({ token: undefined })).toBe(
      `apns.token takes a SecretValue, got nothing: ${LITERAL_REFUSED}`,
    );
  });

  test.each(['apnsCertificate', 'certificateKey', 'certificate', 'thumbprint'])(
    'refuses certificate mode (%s)',
    (field) => {
      expect(apnsError({ [field]: 'x' })).toBe(
        `apns.${field} is certificate mode, which Azure Communication Services does not support (its notifications ` +
          'never arrive): create a .p8 key in the Apple developer account and give keyId, teamId, bundleId and token',
      );
    },
  );

  test.each([
    ['keyId', 'abc123defg'],
    ['keyId', 'ABC123DEF'],
    ['teamId', 'TEAM1234567'],
    ['teamId', ''],
    ['teamId', undefined],
  ])('refuses a %s of %p', (field, value) => {
    expect(apnsError({ [field]: value })).toBe(
      `apns.${field} takes 10 capital letters and digits, for example 'ABC123DEFG', got ${got(value)}`,
    );
  });

  test.each(['example', 'com example.app', 'com..app', '.com', '', 'com.example.app.*'])(
    'refuses the bundle id %p',
    (bundleId) => {
      expect(apnsError({ bundleId })).toBe(
        `apns.bundleId takes a bundle id such as 'com.example.app', got '${bundleId}'`,
      );
    },
  );

  test('refuses a .voip bundle id for alert pushes', () => {
    expect(apnsError({ bundleId: 'com.example.app.voip' })).toBe(
      "apns.bundleId of alert pushes is the bundle id itself, got 'com.example.app.voip': drop '.voip', or set " +
        "topic: 'voip' for a VoIP hub",
    );
  });

  test('refuses a plain bundle id for VoIP pushes', () => {
    expect(apnsError({ topic: 'voip' })).toBe(
      "apns.bundleId of a VoIP topic ends in '.voip', got 'com.example.app': use 'com.example.app.voip', or leave " +
        'topic out for alert pushes',
    );
  });

  test('refuses an unknown endpoint', () => {
    expect(apnsError({ endpoint: 'development' as ApnsEndpoint })).toBe(
      "apns.endpoint takes 'production' or 'sandbox', got 'development'",
    );
  });

  test('sends alerts to production unless told otherwise', () => {
    const { endpoint, topic } = apnsCredential(newStack());
    expect({ endpoint, topic }).toEqual({ endpoint: 'production', topic: 'alert' });
  });

  test('takes ids that are known only after the deploy', () => {
    const stack = newStack();
    const token = SecretValue.fromVariable(stack, 'apns_token');
    const id = new TerraformVariable(stack, 'id', {}).stringValue;
    const credential = new ApnsTokenCredential({ keyId: id, teamId: id, bundleId: id, token });
    expect(credential.body()).toMatchObject({ properties: { appId: id, appName: id, keyId: id } });
  });
});

describe('an FCM v1 credential', () => {
  function fcmError(over: object): string {
    const stack = newStack();
    return errorOf(() =>
      FcmV1Credential.fromServiceAccount({
        projectId: 'my-app-1234',
        clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
        privateKey: SecretValue.fromVariable(stack, 'fcm_private_key'),
        ...over,
      } as FcmV1CredentialProps),
    );
  }

  test('refuses a literal private key', () => {
    expect(fcmError({ privateKey: '-----BEGIN PRIVATE KEY-----' })).toBe(
      `fcm.privateKey takes a SecretValue, got a literal string: ${LITERAL_REFUSED}`,
    );
  });

  test('refuses a literal service account', () => {
    expect(errorOf(() => FcmV1Credential.fromServiceAccountJson('{}' as unknown as SecretValue))).toBe(
      `fcm service account JSON takes a SecretValue, got a literal string: ${LITERAL_REFUSED}`,
    );
    expect(errorOf(() => FcmV1Credential.fromServiceAccountJson({} as unknown as SecretValue))).toBe(
      `fcm service account JSON takes a SecretValue, got object: ${LITERAL_REFUSED}`,
    );
  });

  test.each(['googleApiKey', 'gcmCredential', 'apiKey', 'serverKey', 'gcmEndpoint'])(
    'refuses a legacy server key (%s)',
    (field) => {
      expect(fcmError({ [field]: 'x' })).toBe(
        `fcm.${field} is a legacy FCM server key, which Google turned off in 2024: give projectId, clientEmail and ` +
          'privateKey of a service account (FCM v1)',
      );
    },
  );

  test.each(['My-App', 'short', 'a'.repeat(31), '1app-1234', 'my-app-'])(
    'refuses the project id %p',
    (projectId) => {
      expect(fcmError({ projectId })).toBe(
        "fcm.projectId takes 6 to 30 lower-case letters, digits and hyphens, for example 'my-app-1234', got " +
          `'${projectId}'`,
      );
    },
  );

  test.each(['push', 'push@example.com', 'a b@x.iam.gserviceaccount.com'])(
    'refuses the e-mail address %p',
    (clientEmail) => {
      expect(fcmError({ clientEmail })).toBe(
        `fcm.clientEmail takes the address of a service account (…@…gserviceaccount.com), got '${clientEmail}'`,
      );
    },
  );

  test('takes a project id and an address that are known only after the deploy', () => {
    const stack = newStack();
    const value = new TerraformVariable(stack, 'value', {}).stringValue;
    const credential = FcmV1Credential.fromServiceAccount({
      projectId: value,
      clientEmail: value,
      privateKey: SecretValue.fromVariable(stack, 'fcm_private_key'),
    });
    expect(credential.body()).toEqual({ properties: { projectId: value, clientEmail: value } });
  });
});

describe('a browser credential', () => {
  const browserError = (over: object) => errorOf(() => browserCredential(newStack(), over));

  test.each([
    ['a literal string', 'x'.repeat(43)],
    ['nothing', undefined],
  ])('refuses %s as private key', (what, vapidPrivateKey) => {
    expect(browserError({ vapidPrivateKey })).toBe(
      `browser.vapidPrivateKey takes a SecretValue, got ${what}: ${LITERAL_REFUSED}`,
    );
  });

  test.each(['', 'push@example.com', 'mailto:', 'mailto:a b@example.com', 'http://example.com', undefined])(
    'refuses the subject %p',
    (subject) => {
      expect(browserError({ subject })).toBe(
        `browser.subject takes a mailto: or https: URL, for example 'mailto:push@example.com', got ${got(subject)}`,
      );
    },
  );

  test.each([
    ['nothing', undefined],
    ['a key that is cut short', VAPID_PUBLIC_KEY.slice(1)],
    ['another alphabet', `${VAPID_PUBLIC_KEY.slice(0, -1)}+`],
    ['what lies on no curve', `B${'A'.repeat(86)}`],
    ['a private key', 'x'.repeat(43)],
  ])('refuses %s as public key', (_, vapidPublicKey) => {
    expect(browserError({ vapidPublicKey })).toBe(
      'browser.vapidPublicKey takes an uncompressed P-256 point in base64url, 87 characters that begin with B, got ' +
        got(vapidPublicKey),
    );
  });

  test('takes a subject and a public key that are known only after the deploy', () => {
    const stack = newStack();
    const value = new TerraformVariable(stack, 'value', {}).stringValue;
    const credential = browserCredential(stack, { subject: value, vapidPublicKey: value });
    expect(credential.body()).toEqual({ properties: { subject: value, vapidPublicKey: value } });
  });
});
