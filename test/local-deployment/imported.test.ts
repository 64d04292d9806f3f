import { SUBSCRIPTION_ID } from '../../local/azure';
import { readLink } from '../../link/read-link';
import { arm } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

const PREVIEW = '2023-10-01-preview';
const below = (name: string) => `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-${name}`;
const serviceOf = (name: string) =>
  `${below(name)}/providers/Microsoft.Communication/communicationServices/acs-${name}`;
const namespaceOf = (name: string) =>
  `${below(name)}/providers/Microsoft.NotificationHubs/namespaces/ntfns-${name}`;
const hubOf = (name: string) => `${namespaceOf(name)}/notificationHubs/ntf-${name}`;
const NAMES = ['azurerm', 'portal'];

let bench: Bench;

beforeAll(async () => {
  bench = await openBench({}, { stack: 'imported', main: 'test/local-deployment/app/imported.ts' });
  await byPortal();
  await bench.deployment.with({ STAGE: 'former' }).deploy();
  // As people link what azurerm made, which has nothing for it.
  await link('azurerm', `${namespaceOf('azurerm')}/authorizationRules/RootManageSharedAccessKey`);
  bench.cloud.azure.context.activityLog.length = 0;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

const put = (id: string, apiVersion: string, body: object) =>
  arm(bench.cloud.azure, 'PUT', id, apiVersion, body);

/** Group, resource, namespace, hub, rule and link, each by the request that the portal makes. */
async function byPortal(): Promise<void> {
  const location = 'westeurope';
  await put(below('portal'), '2023-07-01', { location });
  await put(serviceOf('portal'), '2025-05-01', {
    location: 'global',
    properties: { dataLocation: 'Europe' },
  });
  await put(namespaceOf('portal'), PREVIEW, {
    location,
    sku: { name: 'Basic' },
    properties: { namespaceType: 'NotificationHub' },
  });
  await put(hubOf('portal'), PREVIEW, {
    location,
    properties: {
      apnsCredential: {
        properties: {
          endpoint: 'https://api.push.apple.com:443/3/device',
          appName: 'com.contoso.app',
          appId: 'TEAM123456',
          keyId: 'ABC123DEFG',
          token: bench.credentials.apnsToken,
        },
      },
    },
  });
  const rule = `${hubOf('portal')}/authorizationRules/acs`;
  await put(rule, PREVIEW, { properties: { rights: ['Send'] } });
  await link('portal', rule);
}

async function link(name: string, rule: string): Promise<void> {
  const { azure } = bench.cloud;
  const { json } = await arm(azure, 'POST', `${rule}/listKeys`, PREVIEW);
  const { primaryConnectionString: connectionString } = json;
  await arm(azure, 'POST', `${serviceOf(name)}/linkNotificationHub`, '2025-05-01', {
    resourceId: hubOf(name),
    connectionString,
  });
}

const linked = async (name: string) =>
  (await readLink(bench.cloud.reader, serviceOf(name)))?.notificationHubId?.toLowerCase();

it('what exists is linked before', async () => {
  for (const name of NAMES) expect(await linked(name)).toBe(hubOf(name).toLowerCase());
});

it(
  'is planned to be imported, written and linked again, and nothing to be destroyed or made anew',
  async () => {
    await bench.deployment.prepare();
    const plan = await bench.deployment.plan();
    const { changes } = await bench.deployment.showPlan(plan);
    const actions = (type: RegExp) =>
      changes.filter(({ address }) => type.test(address)).map(({ change }) => change.actions.join());
    expect(changes.filter(({ change }) => change.actions.includes('delete'))).toEqual([]);
    // Resource, namespace and hub of either, the portal's rule; its group as well.
    expect(plan.text).toMatch(/Plan: 8 to import, \d+ to add, 7 to change, 0 to destroy\./);
    expect(actions(/^azurerm_(communication|notification)/)).toEqual(['forget', 'forget', 'forget']);
    // The rule that can only send, which azurerm's hub has not, and both links: nobody can import those.
    const made = changes.flatMap(({ address, change }) =>
      change.actions.join() === 'create' && address.startsWith('azapi')
        ? address.replace(/_[0-9A-F]{8}$/, '')
        : [],
    );
    expect(made.sort()).toEqual([
      'azapi_resource.azurerm-Hub_AcsSendPolicy',
      'azapi_resource_action.azurerm-Acs_Link',
      'azapi_resource_action.portal-Acs_Link',
    ]);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'is owned afterwards: nothing was deleted, and the second plan changes nothing',
  async () => {
    await bench.deployment.apply(await bench.deployment.plan());
    const operations = bench.cloud.azure.context.activityLog.map(({ operationName }) => operationName);
    expect(operations.filter((name) => /delete|unlink/i.test(name))).toEqual([]);
    for (const name of NAMES) expect(await linked(name)).toBe(hubOf(name).toLowerCase());
    expect((await bench.deployment.plan()).changes).toBe(false);
    const { resources } = await bench.deployment.showState();
    expect(resources.filter(({ type }) => /^azurerm_(communication|notification)/.test(type))).toEqual([]);
  },
  DEPLOY_TIMEOUT_MS,
);

it('keeps what the state of azurerm held: access keys that are on, and credentials of the hub', async () => {
  const { azure } = bench.cloud;
  for (const name of NAMES) {
    const service = await bench.cloud.reader.get(serviceOf(name), '2025-05-01');
    expect(service!.properties).toMatchObject({ dataLocation: 'Europe', disableLocalAuth: false });
    const { json } = await arm(azure, 'POST', `${hubOf(name)}/pnsCredentials`, PREVIEW);
    expect(json).toMatchObject({ properties: { apnsCredential: { properties: { keyId: 'ABC123DEFG' } } } });
  }
});
