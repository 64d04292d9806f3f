import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../azure';
import { arm, send, tokenOf } from '../../support/clients';
import { packageOf } from '../services/web/function-package';

interface TracedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly status: number;
}

/** Ids of role definitions in the traces, and those of the same roles in Azure. */
const ROLES: Readonly<Record<string, string>> = {
  'd4d3d258-fd17-3b7e-72fc-28e9000c3286': '3913510d-42f4-4e42-8a64-420c390055eb',
  '74d42a47-b950-c356-be55-5335ad7b2450': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
};
const PROVIDERS = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-relay/providers`;
const SITE = `${PROVIDERS}/Microsoft.Web/sites/fn-relay-lab`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-relay`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/strelaylab`;
const ROLE_ASSIGNMENT =
  'providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const APP = `
import { app } from '@azure/functions';
for (const name of ['onIncomingCall', 'onChatMessage']) app.eventGrid(name, { handler: () => undefined });
`;

function trace(name: string): TracedRequest[] {
  let text = readFileSync(join(__dirname, '../../terraform/traces', `${name}.json`), 'utf8');
  for (const [theirs, azures] of Object.entries(ROLES)) text = text.replaceAll(theirs, azures);
  const requests = JSON.parse(text) as TracedRequest[];
  return requests.filter(({ host }) => host !== 'login.microsoftonline.com');
}

function audienceOf(host: string): string {
  if (host.endsWith('.vault.azure.net')) return 'https://vault.azure.net';
  return host.endsWith('.core.windows.net') ? 'https://storage.azure.com' : 'https://management.azure.com';
}

describe('what the real providers send', () => {
  let azure: LocalAzure;
  let published = false;

  /** Between their first and second look at a function the app gets published. */
  async function publish(): Promise<void> {
    published = true;
    const identity = azure.context.store.get(IDENTITY)!;
    await arm(azure, 'PUT', `${ACCOUNT}/${ROLE_ASSIGNMENT}`, '2022-04-01', {
      properties: {
        principalId: identity.properties.principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
      },
    });
    await send(azure, 'POST', 'https://fn-relay-lab.scm.azurewebsites.net/api/publish?RemoteBuild=false', {
      token: await tokenOf(azure),
      body: await packageOf(APP),
    });
    while ((await arm(azure, 'GET', `${SITE}/functions/onIncomingCall`, '2024-04-01')).status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function answers(requests: readonly TracedRequest[]): Promise<string[]> {
    const others: string[] = [];
    for (const { method, host, path, query, body, status } of requests) {
      if (!published && path.includes('/functions/') && status === 200) await publish();
      const url = `https://${host}${path}?${query}`;
      const answer = await send(azure, method, url, {
        token: await tokenOf(azure, audienceOf(host)),
        body,
        headers: host.endsWith('.core.windows.net') ? { 'x-ms-version': '2023-11-03' } : {},
      });
      if (answer.status !== status)
        others.push(`${method} ${url}: ${answer.status}, not ${status}: ${answer.text}`);
    }
    return others;
  }

  beforeAll(async () => {
    azure = await startLocalAzure();
  });
  afterAll(() => azure.close());

  test.each(['production-create', 'production-refresh', 'production-update', 'production-destroy'])(
    'is answered with the status they are known to accept: %s',
    async (name) => {
      expect(await answers(trace(name))).toEqual([]);
    },
  );

  test('leaves nothing behind once they have destroyed it', () => {
    expect(azure.context.store.list({ below: `/subscriptions/${SUBSCRIPTION_ID}` })).toEqual([]);
  });

  test('is answered the same way for what is not in the production shape', async () => {
    const group = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-w`;
    await arm(azure, 'PUT', group, '2023-07-01', { location: 'westeurope' });
    // Each request to the vault is sent twice, the first time without a token: its own tests have that.
    const requests = trace('wide-create').filter(({ host }) => !host.endsWith('.vault.azure.net'));
    expect(await answers(requests)).toEqual([]);
  });
});
