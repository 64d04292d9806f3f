import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** What Apple and Google hand to the owner of an app. */
export interface PushCredentials {
  /** Text of the .p8 file: a P-256 key in PKCS#8. */
  readonly apnsToken: string;
  /** Text of the service account's JSON file. */
  readonly fcmServiceAccount: string;
}

/**
 * Makes credentials of the real shape that nobody has ever registered: APNs and FCM end inside local Azure, which
 * checks the shape, and no push service outside would take them.
 */
export async function makePushCredentials(projectId = 'local-app'): Promise<PushCredentials> {
  const generate = promisify(generateKeyPair);
  const [apns, google] = await Promise.all([
    generate('ec', { namedCurve: 'P-256' }),
    generate('rsa', { modulusLength: 2048 }),
  ]);
  const account = `push@${projectId}.iam.gserviceaccount.com`;
  return {
    apnsToken: apns.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fcmServiceAccount: JSON.stringify({
      type: 'service_account',
      project_id: projectId,
      private_key_id: '0'.repeat(40),
      private_key: google.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      client_email: account,
      client_id: '0'.repeat(21),
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: 'https://oauth2.googleapis.com/token',
    }),
  };
}

/** The variables of the stack that take them. */
export function credentialVariables(credentials: PushCredentials): Record<string, string> {
  return {
    TF_VAR_apns_token: credentials.apnsToken,
    TF_VAR_fcm_service_account: credentials.fcmServiceAccount,
  };
}
