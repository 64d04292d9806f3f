import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../local/azure';
import { machineEnvironment } from '../../../testing/local/deployment';
import { arm } from '../../../local/test/support/clients';
import { packageOf } from '../../../local/test/azure/services/web/function-package';
import { ensureAssets } from '../../support/assets';
import { BreakingProxy, type Fate } from '../../support/breaking-proxy';

const SCRIPT = join(__dirname, '../../../dist/publishing/publish-function-app.cjs');
const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-web/providers`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stpublish`;
const PLAN = `${PROVIDERS}/Microsoft.Web/serverFarms/asp-web`;
const SITE = `${PROVIDERS}/Microsoft.Web/sites/func-web`;
const WEB = '2023-12-01';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const TOKEN = 'POST login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token';
const SCM = 'func-web.scm.azurewebsites.net';
const PUBLISH = `POST ${SCM}/api/publish`;
const POLL = `GET ${SCM}/api/deployments/latest`;

let azure: LocalAzure;
let folder: string;

/** A Function App on Flex Consumption without code, as a deploy has it when it publishes. */
beforeAll(async () => {
  ensureAssets();
  folder = mkdtempSync(join(tmpdir(), 'publish-'));
  azure = await startLocalAzure({ stateDir: folder });
  const location = 'westeurope';
  const put = (id: string, version: string, body: object) => arm(azure, 'PUT', id, version, body);
  await put(PROVIDERS.replace('/providers', ''), '2023-07-01', { location });
  const { json } = await put(IDENTITY, '2024-11-30', { location });
  await put(ACCOUNT, '2023-05-01', { location, properties: { allowSharedKeyAccess: false } });
  await put(`${ACCOUNT}/blobServices/default/containers/releases`, '2023-05-01', { properties: {} });
  const role = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001`;
  await put(role, '2022-04-01', {
    properties: {
      principalId: json.properties.principalId,
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
    },
  });
  await put(PLAN, WEB, { location, sku: { name: 'FC1' }, properties: { reserved: true } });
  await put(SITE, WEB, {
    location,
    kind: 'functionapp,linux',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    properties: {
      serverFarmId: PLAN,
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: 'https://stpublish.blob.core.windows.net/releases',
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
          },
        },
        runtime: { name: 'node', version: '22' },
      },
    },
  });
  const app = `import { app } from '@azure/functions'; app.eventGrid('events', { handler: () => undefined });`;
  writeFileSync(join(folder, 'app.zip'), await packageOf(app));
});

afterAll(async () => {
  await azure.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the step as Terraform's local-exec does. */
function publish(environment: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [SCRIPT], {
    env: {
      ...machineEnvironment(),
      ...azure.environment,
      PUBLISH_HOST: 'func-web.azurewebsites.net',
      PUBLISH_PACKAGE: join(folder, 'app.zip'),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

/** Publishes through a proxy that cuts connections, the first requests of a kind as listed. */
async function publishThrough(
  cuts: Readonly<Record<string, readonly Fate[]>>,
  more = {},
  strangers: readonly string[] = [],
) {
  const left = Object.fromEntries(Object.entries(cuts).map(([request, fates]) => [request, [...fates]]));
  const proxy = await BreakingProxy.start(
    azure,
    (request) => left[request]?.shift() ?? 'answered',
    strangers,
  );
  try {
    const result = await publish({ HTTPS_PROXY: proxy.url, https_proxy: proxy.url, ...more });
    return { ...result, seen: proxy.seen };
  } finally {
    proxy.close();
  }
}

describe('the publishing step', () => {
  it('goes on when connections are lost at every step', async () => {
    const cuts: Record<string, Fate[]> = {
      // The sign-in tries four times by itself.
      [TOKEN]: ['not sent', 'not sent', 'not sent', 'not sent'],
      [PUBLISH]: ['not sent', 'answer lost', 'half an answer'],
      [POLL]: ['not sent', 'answer lost', 'half an answer'],
    };
    const { code, stderr, seen } = await publishThrough(cuts);
    expect([code, stderr]).toEqual([0, '']);
    for (const [request, fates] of Object.entries(cuts)) {
      expect(seen).toEqual(expect.arrayContaining(fates.map((fate) => `${request} ${fate}`)));
    }
    expect(seen.at(-1)).toBe(`${POLL} answered`);
    expect((await arm(azure, 'GET', `${SITE}/functions/events`, WEB)).status).toBe(200);
  });

  it('says at once what no repetition mends: a refused sign-in', async () => {
    const { code, stderr, seen } = await publishThrough({}, { ARM_CLIENT_SECRET: 'wrong' });
    expect(code).toBe(1);
    expect(stderr).toContain('put this right and deploy again');
    expect(seen.filter((request) => request.startsWith(PUBLISH))).toEqual([]);
    expect(seen.filter((request) => request.startsWith(TOKEN))).toHaveLength(1);
  });

  it('says at once that a certificate is not trusted, and how to trust it', async () => {
    const { code, stderr, seen } = await publishThrough({}, {}, [SCM]);
    expect([code, seen]).toEqual([1, [`${TOKEN} answered`]]);
    expect(stderr).toContain('is not trusted');
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
  });
});
