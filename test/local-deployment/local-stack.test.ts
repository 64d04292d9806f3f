import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { API_VERSIONS } from '../../link/api-versions';
import { readLink, sameResourceId } from '../../link/read-link';
import { SUBSCRIPTION_ID } from '../../local/azure';
import type { Deployment, Plan, PlannedChange } from '../../testing/local/deployment';
import { makePushCredentials } from '../../testing/local/push-credentials';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

let bench: Bench;
let outputs: Record<string, string>;
/** The plan that creates everything: it carries every value that a plan can carry. */
let creation: Plan & { shown: string };

beforeAll(async () => {
  bench = await openBench({}, { byCdktf: true });
  await bench.changed({}).prepare();
  const plan = await bench.deployment.plan();
  creation = { ...plan, shown: (await bench.deployment.showPlan(plan)).text };
  await bench.deployment.deploy();
  outputs = (await bench.deployment.outputs()) as Record<string, string>;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** A changed link takes up to ten minutes to spread; what is tested here does not wait for that. */
const verification = { level: 'config' };

const LINK_ACTION = 'microsoft.communication/communicationservices/linknotificationhub/action';

/** How often the hub was linked so far, by the activity log. */
function linkCount(): number {
  return bench.cloud.azure.context.activityLog.filter(
    ({ operationName }) => operationName.toLowerCase() === LINK_ACTION,
  ).length;
}

/** Addresses of what a plan does something to, with what it does. */
function touched(changes: PlannedChange[]): Record<string, string> {
  return Object.fromEntries(
    changes
      .filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()))
      .map(({ address, change }) => [address, change.actions.join('+')]),
  );
}

const isVerification = (address: string) => /^terraform_data\.\w*Verification_/.test(address);

describe('the environment local, deployed', () => {
  it('links the calling hub to the Communication Services resource', async () => {
    const reading = await readLink(bench.cloud.reader, outputs.communication_service_id!);
    expect(sameResourceId(reading!.notificationHubId!, outputs.calling_hub_id!)).toBe(true);
    expect(linkCount()).toBe(1);
  });

  it('publishes the functions of the relay', async () => {
    for (const name of ['calls', 'messages', 'recordings']) {
      const id = `${outputs.function_app_id}/functions/${name}`;
      expect(await bench.cloud.reader.get(id, '2023-12-01')).toBeDefined();
    }
  });

  it('gives the linked policy Send and nothing else', async () => {
    const policy = await bench.cloud.reader.get(outputs.calling_policy_id!, API_VERSIONS.notificationHubs);
    expect(policy!.properties.rights).toEqual(['Send']);
  });

  it('changes nothing when it is deployed again', async () => {
    const { output } = await bench.deployment.deploy();
    expect(output).toContain('No changes.');
    expect(linkCount()).toBe(1);
  });
});

describe('credentials', () => {
  /** Lines of the keys: no text, escaped or not, can hold a key without them. */
  const markers = () => {
    const { private_key: fcm } = JSON.parse(bench.credentials.fcmServiceAccount) as { private_key: string };
    const linesOf = (pem: string) => pem.split('\n').filter((line) => line && !line.startsWith('-----'));
    return [...linesOf(bench.credentials.apnsToken), ...linesOf(fcm)];
  };
  const found = (text: string) => markers().filter((marker) => text.includes(marker));

  it('reach the hubs', () => {
    for (const id of [outputs.calling_hub_id!, outputs.relay_hub_id!]) {
      const hub = bench.cloud.azure.context.store.get(id);
      expect(found(JSON.stringify(hub)).length).toBe(markers().length);
    }
  });

  it('are nowhere in cdktf.out, in the state, or in what terraform show prints of it', async () => {
    const files = readdirSync(bench.deployment.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.some((file) => file.endsWith('cdk.tf.json'))).toBe(true);
    expect(files.some((file) => file.endsWith('.tfstate'))).toBe(true);
    for (const file of files) expect([file, found(readFileSync(file, 'latin1'))]).toEqual([file, []]);
    expect(found((await bench.deployment.showState()).text)).toEqual([]);
  });

  it('are nowhere in a plan, neither as shown nor in its file', () => {
    expect(creation.changes).toBe(true);
    expect(found(creation.shown)).toEqual([]);
    const entries = Object.entries(unzipSync(readFileSync(creation.file)));
    expect(entries.map(([name]) => name)).toContain('tfplan');
    for (const [name, bytes] of entries) {
      expect([name, found(Buffer.from(bytes).toString('latin1'))]).toEqual([name, []]);
    }
  });

  it('leave no connection string in the state or in cdktf.out', async () => {
    const { text } = await bench.deployment.showState();
    const policy = bench.cloud.azure.context.store.get(outputs.calling_policy_id!);
    const keys = Object.values(policy!.secrets ?? {}).filter((key): key is string => typeof key === 'string');
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) expect(text).not.toContain(key);
  });
});

describe('a change', () => {
  /** Applies the environment with these changes; answers what the plan did to which resource. */
  async function apply(deployment: Deployment): Promise<Record<string, string>> {
    await deployment.prepare();
    const plan = await deployment.plan();
    const { changes } = await deployment.showPlan(plan);
    await deployment.apply(plan);
    return touched(changes);
  }

  it(
    'of a tag updates what carries tags, in place, leaves the link alone, and proves the hubs again',
    async () => {
      const before = linkCount();
      const changes = await apply(bench.changed({ tags: { environment: 'local', team: 'push' } }));
      const inPlace = Object.entries(changes).filter(([address]) => !isVerification(address));
      expect(new Set(inPlace.map(([, action]) => action))).toEqual(new Set(['update']));
      expect(Object.keys(changes).filter(isVerification)).toHaveLength(2);
      const types = new Set(Object.keys(changes).map((address) => address.split('.')[0]));
      expect(types).toContain('azurerm_resource_group');
      expect(types).not.toContain('azapi_resource_action');
      expect(types).not.toContain('azurerm_role_assignment');
      expect(linkCount()).toBe(before);
      const { tags } = bench.cloud.azure.context.store.get(outputs.calling_hub_id!)!;
      expect(tags).toMatchObject({ team: 'push' });
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'of the APNs key updates the hubs that hold it, proves them again, and nothing else',
    async () => {
      const before = linkCount();
      const { apnsToken } = await makePushCredentials();
      const changes = await apply(
        bench
          .changed({ tags: { environment: 'local', team: 'push' } })
          .with({ TF_VAR_apns_token: apnsToken }),
      );
      const hubs = Object.entries(changes).filter(([address]) => !isVerification(address));
      expect(hubs.map(([, action]) => action)).toEqual(['update', 'update']);
      for (const [address] of hubs) expect(address).toMatch(/^azapi_resource\.\w*Hub/);
      expect(Object.keys(changes).filter(isVerification)).toHaveLength(2);
      expect(linkCount()).toBe(before);
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'from the primary to the secondary key links the hub anew',
    async () => {
      const before = linkCount();
      const changes = await apply(bench.changed({ link: { key: 'secondary' }, verification }));
      expect(Object.keys(changes)).toContainEqual(expect.stringMatching(/^azapi_resource_action\./));
      expect(linkCount()).toBe(before + 1);
      expect((await bench.deployment.plan()).changes).toBe(false);
    },
    DEPLOY_TIMEOUT_MS,
  );
});

describe('bad input', () => {
  const refusal = (deployment: Deployment): Promise<string> =>
    deployment.plan().then(
      () => 'no refusal',
      (error: Error) => unbroken(error.message),
    );

  it('a missing variable is named, with the way to set it', async () => {
    const message = await refusal(bench.deployment.with({ TF_VAR_apns_token: undefined }));
    expect(message).toContain('Variable apns_token is not set');
    expect(message).toContain('Set it with: export TF_VAR_apns_token=');
  });

  it('credentials of the wrong kind are refused before anything is changed, with the reason', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const message = await refusal(
      bench.deployment.with({
        TF_VAR_apns_token: privateKey,
        TF_VAR_fcm_service_account: JSON.stringify({ type: 'authorized_user' }),
      }),
    );
    expect(message).toContain('The APNs token is an RSA key and not a P-256 key.');
    expect(message).toContain('The FCM service account is JSON without "type": "service_account".');
  });
});

describe('a link made by other means', () => {
  it(
    'fails the plan with the remedy, and is put right by a new relinkToken',
    async () => {
      const { reader } = bench.cloud;
      const { primaryConnectionString: connectionString } = (await reader.act(
        outputs.calling_policy_id!,
        'listKeys',
        API_VERSIONS.notificationHubs,
      )) as { primaryConnectionString: string };
      await reader.act(outputs.communication_service_id!, 'linkNotificationHub', API_VERSIONS.communication, {
        resourceId: outputs.relay_hub_id,
        connectionString,
      });
      const refusal = await bench.deployment.plan().then(
        () => 'no refusal',
        (error: Error) => unbroken(error.message),
      );
      expect(refusal).toContain('it was linked by other means. Set relinkToken');

      await bench.changed({ link: { key: 'secondary', relinkToken: 'again' }, verification }).deploy();
      const reading = await readLink(reader, outputs.communication_service_id!);
      expect(sameResourceId(reading!.notificationHubId!, outputs.calling_hub_id!)).toBe(true);
    },
    DEPLOY_TIMEOUT_MS,
  );
});

describe('destroy', () => {
  it(
    'leaves nothing of the stack in Azure or in the state',
    async () => {
      await bench.deployment.destroy();
      const left = bench.cloud.azure.context.store.list({ below: `/subscriptions/${SUBSCRIPTION_ID}` });
      expect(left.map(({ id }) => id)).toEqual([]);
      expect((await bench.deployment.showState()).resources).toEqual([]);
    },
    DEPLOY_TIMEOUT_MS,
  );
});
