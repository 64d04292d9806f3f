import { createPublicKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { local } from '../../environments/local';
import { SUBSCRIPTION_ID } from '../../local/azure';
import type { Deployment } from '../../testing/local/deployment';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';
import { arm, send, tokenOf } from '../../local/test/support/clients';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

/** One deployment, whose credentials change from test to test; the push services know the keys of the first. */
let bench: Bench;
let deployment: Deployment;
let outputs: Record<string, string>;

const ALICE = '8:acs:11111111-1111-1111-1111-111111111111_00000000-0000-0000-0000-00000000000a';

const clock = new ForwardClock();

beforeAll(async () => {
  bench = await openBench({ clock });
  const { pushServices } = bench.cloud.azure.services;
  const account = JSON.parse(bench.credentials.fcmServiceAccount) as Record<string, string>;
  pushServices.registerFcmKey(account.project_id!, account.client_email!, publicKeyOf(account.private_key!));
  pushServices.registerApnsKey('TEAM123456', 'ABC123DEFG', publicKeyOf(bench.credentials.apnsToken));
  deployment = bench.deployment.with({ ACS_PUSH_VERIFY_LEVEL: 'settled' });
  await deployment.deploy();
  outputs = (await deployment.outputs()) as Record<string, string>;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * Deploys a change of the hubs. A verification waits for the minute after such a change, whose metrics tell of nothing
 * that was before: it comes at once.
 */
async function deployed(changed: Deployment): Promise<string> {
  const hubs = () =>
    [outputs.calling_hub_id!, outputs.relay_hub_id!].map((id) => bench.cloud.azure.context.store.get(id)!);
  const before = hubs().map(({ systemData }) => JSON.stringify(systemData));
  let running = true;
  const deploying = changed.deploy().finally(() => (running = false));
  deploying.catch(() => undefined);
  while (running && hubs().some(({ systemData }, at) => JSON.stringify(systemData) === before[at])) {
    await sleep(100);
  }
  clock.advance(60_000);
  // And again for one whose probe was in the minute of the change, by a machine that is busy.
  const minutes = setInterval(() => clock.advance(60_000), 15_000);
  return (await deploying.finally(() => clearInterval(minutes))).output;
}

const failureOf = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'no failure',
    (error: Error) => unbroken(error.message),
  );

/** A call to somebody who has an iPhone; what reached it. */
async function ring(handle: string) {
  const { communication, pushServices } = bench.cloud.azure.services;
  const acsId = outputs.communication_service_id!;
  communication.registerDevice({ acsId, rawId: ALICE, platform: 'apns', handle });
  pushServices.knowHandle(handle);
  await communication.placeCall({ acsId, from: '8:acs:x_b', to: [ALICE] });
  return bench.cloud.azure.context.inbox.filter((push) => push.handle === handle);
}

test('a call to an iPhone rings by the bundle id through a linked hub for alerts', async () => {
  expect(await ring('a'.repeat(64))).toMatchObject([
    { headers: { 'apns-topic': 'com.contoso.app', 'apns-push-type': 'alert' } },
  ]);
});

test(
  'a credential that the push service does not know fails the very deploy that brings it, for each hub that holds it',
  async () => {
    const { TF_VAR_fcm_service_account } = credentialVariables(await makePushCredentials());
    const message = await failureOf(deployed(deployment.with({ TF_VAR_fcm_service_account })));
    expect(message).toMatch(/broken/);
    for (const hub of ['Push_Verification', 'Push_RelayVerification']) {
      expect(message).toMatch(
        new RegExp(`terraform_data\\.${hub}_.{0,200}FCM v1 refused the hub's credential`),
      );
      expect(message).toMatch(new RegExp(`with terraform_data\\.${hub}_`));
    }
  },
  DEPLOY_TIMEOUT_MS,
);

describe('credentials out of a vault', () => {
  const keyVaultId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-secrets/providers/Microsoft.KeyVault/vaults/kv-secrets`;
  const withoutVariables = { TF_VAR_apns_token: undefined, TF_VAR_fcm_service_account: undefined };
  const secrets = { source: 'keyVault', keyVaultId };

  async function keep(name: string, value: string): Promise<void> {
    const { azure } = bench.cloud;
    const token = await tokenOf(azure, 'https://vault.azure.net');
    const url = `https://kv-secrets.vault.azure.net/secrets/${name}?api-version=7.4`;
    expect((await send(azure, 'PUT', url, { body: { value }, token })).status).toBe(200);
  }

  beforeAll(async () => {
    const { azure } = bench.cloud;
    await arm(azure, 'PUT', keyVaultId.split('/providers/')[0]!, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', keyVaultId, '2023-02-01', {
      location: 'westeurope',
      properties: {
        enableRbacAuthorization: true,
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [],
      },
    });
  });

  it(
    'are refused before they reach a hub, by what was found and without a line of them',
    async () => {
      const { apnsToken, fcmServiceAccount } = bench.credentials;
      const hubs = () =>
        JSON.stringify(
          [outputs.calling_hub_id!, outputs.relay_hub_id!].map((id) =>
            bench.cloud.azure.context.store.get(id),
          ),
        );
      const before = hubs();
      await keep('apns-token', `${apnsToken}\n# from the portal`);
      await keep(
        'fcm-service-account',
        JSON.stringify({ ...(JSON.parse(fcmServiceAccount) as object), private_key: 'REDACTED' }),
      );
      const message = await failureOf(bench.changed({ secrets }).with(withoutVariables).deploy());
      expect(message).toContain('The APNs token has other text behind -----END PRIVATE KEY-----.');
      expect(message).toContain('The private_key of the FCM service account is a placeholder');
      const lines = apnsToken.split('\n').filter((line) => line && !line.startsWith('-----'));
      expect(lines.filter((line) => message.includes(line))).toEqual([]);
      expect(hubs()).toBe(before);
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'put a hub right in the one form that it takes; and a linked hub for VoIP is expected and rings',
    async () => {
      await keep('apns-token', bench.credentials.apnsToken.replaceAll('\n', '\\n'));
      await keep('fcm-service-account', bench.credentials.fcmServiceAccount.replaceAll('\\n', '\n'));
      const apns = { ...local.apns, linkedTopic: 'voip' };
      const changed = bench
        .changed({ secrets, apns })
        .with({ ...withoutVariables, ACS_PUSH_VERIFY_LEVEL: 'settled' });
      expect(await deployed(changed)).toContain('Apply complete!');
      const { calling_platforms: platforms } = (await changed.outputs()) as Record<string, unknown>;
      expect(platforms).toMatchObject({ apns: { bundleId: 'com.contoso.app.voip' } });
      expect(await ring('b'.repeat(64))).toMatchObject([
        { headers: { 'apns-topic': 'com.contoso.app.voip', 'apns-push-type': 'voip' } },
      ]);
      // The same credentials by variables are the same byte by byte: azapi sees no change.
      const byVariables = bench.changed({ apns });
      await byVariables.prepare();
      expect((await byVariables.plan()).text).toContain('No changes.');
    },
    DEPLOY_TIMEOUT_MS,
  );
});
