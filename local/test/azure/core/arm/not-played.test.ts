import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-own`;
const CACHE = `${GROUP}/providers/Microsoft.Cache/redis/cache`;
const FIREWALL = `${CACHE}/firewallRules/office`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-own`;
const ANY_VERSION = '2031-01-01-preview';
const body = {
  location: 'West Europe',
  tags: { team: 'push' },
  identity: { type: 'SystemAssigned' },
  sku: { name: 'Standard' },
  properties: { minimumTlsVersion: '1.2' },
};

describe('a resource type that is not played', () => {
  let azure: LocalAzure;
  const logged: string[] = [];
  beforeAll(async () => {
    azure = await startLocalAzure({ log: (message) => logged.push(message) });
    await arm(azure, 'PUT', GROUP, '2024-03-01', { location: 'westeurope' });
    await arm(azure, 'PUT', IDENTITY, '2023-01-31', { location: 'westeurope' });
  });
  afterAll(() => azure.close());

  test('is kept as a plain document, and said to be so', async () => {
    const put = await arm(azure, 'PUT', CACHE, ANY_VERSION, body);
    expect([put.status, put.headers['x-local-azure']]).toEqual([200, 'not-played Microsoft.Cache/redis']);
    const got = await arm(
      azure,
      'GET',
      CACHE.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'),
      ANY_VERSION,
    );
    expect(got.json).toEqual(put.json);
    expect(got.json).toEqual({
      id: CACHE,
      name: 'cache',
      type: 'Microsoft.Cache/redis',
      location: 'westeurope',
      tags: { team: 'push' },
      sku: { name: 'Standard' },
      identity: {
        type: 'SystemAssigned',
        principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        tenantId: azure.endpoints.tenantId,
      },
      properties: { minimumTlsVersion: '1.2', provisioningState: 'Succeeded' },
    });
    expect(logged.filter((line) => line.startsWith('Microsoft.Cache/redis is not played'))).toHaveLength(1);
  });

  test('is changed by a PATCH, listed, and listed among the resources', async () => {
    await arm(azure, 'PUT', CACHE, ANY_VERSION, body);
    const patched = await arm(azure, 'PATCH', CACHE, '2024-11-01', {
      tags: { team: 'calls' },
      properties: { size: 1 },
    });
    expect(patched.json).toMatchObject({
      tags: { team: 'calls' },
      properties: { minimumTlsVersion: '1.2', size: 1 },
    });
    const listed = await arm(azure, 'GET', CACHE.replace(/\/cache$/, ''), ANY_VERSION);
    expect(listed.json.value.map(({ id }: { id: string }) => id)).toEqual([CACHE]);
    const resources = await arm(azure, 'GET', `${GROUP}/resources`, '2024-03-01');
    expect(resources.json.value.map(({ type }: { type: string }) => type)).toContain('Microsoft.Cache/redis');
  });

  test('may lie below what nobody made, and has to lie in a group that is there', async () => {
    const route = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/one`;
    expect((await arm(azure, 'PUT', route, ANY_VERSION, { properties: {} })).status).toBe(200);
    const elsewhere = await arm(azure, 'PUT', CACHE.replace('rg-own', 'rg-none'), ANY_VERSION, body);
    expect([elsewhere.status, elsewhere.json.error.code]).toEqual([404, 'ResourceGroupNotFound']);
  });

  test('lies below a played parent only when that is there', async () => {
    const below = (name: string) => `${IDENTITY.replace('id-own', name)}/federatedIdentityCredentials/github`;
    expect((await arm(azure, 'PUT', below('id-own'), ANY_VERSION, { properties: {} })).status).toBe(200);
    const refused = await arm(azure, 'PUT', below('id-none'), ANY_VERSION, { properties: {} });
    expect([refused.status, refused.json.error.code]).toEqual([404, 'ParentResourceNotFound']);
  });

  test('carries a role assignment, and a lock that holds', async () => {
    await arm(azure, 'PUT', CACHE, ANY_VERSION, body);
    const lock = `${CACHE}/providers/Microsoft.Authorization/locks/keep`;
    await arm(azure, 'PUT', lock, '2020-05-01', { properties: { level: 'CanNotDelete' } });
    const refused = await arm(azure, 'DELETE', CACHE, ANY_VERSION);
    expect([refused.status, refused.json.error.code]).toEqual([409, 'ScopeLocked']);
    await arm(azure, 'DELETE', lock, '2020-05-01');
    expect((await arm(azure, 'DELETE', CACHE, ANY_VERSION)).status).toBe(200);
    expect((await arm(azure, 'GET', CACHE, ANY_VERSION)).json.error.code).toBe('ResourceNotFound');
    expect((await arm(azure, 'DELETE', CACHE, ANY_VERSION)).status).toBe(204);
  });

  test('has no actions, and says why', async () => {
    await arm(azure, 'PUT', CACHE, ANY_VERSION, body);
    const { status, json, headers } = await arm(azure, 'POST', `${CACHE}/listKeys`, ANY_VERSION, {});
    expect([status, json.error.code]).toEqual([400, 'InvalidRequestUri']);
    expect(json.error.message).toContain("plays none of its actions, got 'listKeys'");
    expect(headers['x-local-azure']).toBe('not-played Microsoft.Cache/redis');
    expect((await arm(azure, 'POST', `${CACHE}-none/listKeys`, ANY_VERSION, {})).status).toBe(404);
  });

  test.each([
    ['no api-version', '', 400, 'MissingApiVersionParameter'],
    ['an api-version that is none', 'v1', 400, 'InvalidApiVersionParameter'],
  ])('is refused with %s', async (_, version, status, code) => {
    const { json, ...answer } = await arm(azure, 'PUT', CACHE, version, body);
    expect([answer.status, json.error.code]).toEqual([status, code]);
  });

  test('is not among the types of the providers', async () => {
    const { json } = await arm(azure, 'GET', `${SUBSCRIPTION}/providers`, '2022-09-01');
    expect(json.value.map(({ namespace }: { namespace: string }) => namespace)).not.toContain(
      'Microsoft.Cache',
    );
  });

  test('goes with its group', async () => {
    const group = `${GROUP}-gone`;
    await arm(azure, 'PUT', group, '2024-03-01', { location: 'westeurope' });
    const inGroup = [CACHE, FIREWALL].map((id) => id.replace('rg-own', 'rg-own-gone'));
    for (const id of inGroup) expect((await arm(azure, 'PUT', id, ANY_VERSION, body)).status).toBe(200);
    await arm(azure, 'DELETE', group, '2024-03-01');
    expect(inGroup.map((id) => azure.context.store.get(id))).toEqual([undefined, undefined]);
  });

  test('says nothing of types that are played', async () => {
    const { headers } = await arm(azure, 'GET', IDENTITY, '2023-01-31');
    expect(headers['x-local-azure']).toBeUndefined();
  });
});

describe('strictly', () => {
  let azure: LocalAzure;
  beforeAll(async () => {
    azure = await startLocalAzure({ strict: true });
    await arm(azure, 'PUT', GROUP, '2024-03-01', { location: 'westeurope' });
  });
  afterAll(() => azure.close());

  test.each([
    [
      'a namespace',
      CACHE,
      'InvalidResourceNamespace',
      "The resource namespace 'Microsoft.Cache' is invalid.",
    ],
    [
      'a type of a namespace that is played',
      `${GROUP}/providers/Microsoft.Web/staticSites/site`,
      'InvalidResourceType',
      "The resource type 'staticSites' could not be found in the namespace 'Microsoft.Web' for api version '2031-01-01-preview'.",
    ],
  ])('%s that is not played is refused as one that Azure does not know', async (_, id, code, azures) => {
    const message = `${azures} Local Azure does not play it, and refuses what it does not play because it was started with --strict (strict: true).`;
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const { status, json } = await arm(azure, method, id, ANY_VERSION, method === 'PUT' ? body : undefined);
      expect([status, json.error]).toEqual([404, { code, message }]);
    }
  });
});
