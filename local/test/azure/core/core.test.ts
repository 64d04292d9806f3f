import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../azure';
import { arm, deployerCredential, resourceClient, send, tokenOf } from '../../support/clients';

const SUB = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUPS = '2023-07-01';
const IDENTITIES = '2024-11-30';

describe('the core of local Azure', () => {
  let azure: LocalAzure;
  beforeAll(async () => {
    azure = await startLocalAzure();
  });
  afterAll(() => azure.close());

  test('lets the resource client create, change, list and delete a resource group', async () => {
    const client = resourceClient(azure);
    expect((await client.resourceGroups.checkExistence('rg-a')).body).toBe(false);
    const created = await client.resourceGroups.createOrUpdate('rg-a', {
      location: 'West Europe',
      tags: { t: 'a' },
    });
    expect(created).toMatchObject({ name: 'rg-a', location: 'westeurope', tags: { t: 'a' } });
    expect((await client.resourceGroups.checkExistence('RG-A')).body).toBe(true);
    const updated = await client.resourceGroups.update('rg-a', { tags: { t: 'b' } });
    expect(updated.tags).toEqual({ t: 'b' });
    const names: (string | undefined)[] = [];
    for await (const group of client.resourceGroups.list()) names.push(group.name);
    expect(names).toEqual(['rg-a']);
    await client.resourceGroups.beginDeleteAndWait('rg-a');
    await expect(client.resourceGroups.get('rg-a')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceGroupNotFound',
    });
  });

  test('gives a user-assigned identity a principal that it keeps over updates', async () => {
    await arm(azure, 'PUT', `${SUB}/resourceGroups/rg-id`, GROUPS, { location: 'westeurope' });
    const id = `${SUB}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-relay`;
    const client = resourceClient(azure);
    const created = await client.resources.beginCreateOrUpdateByIdAndWait(id.slice(1), IDENTITIES, {
      location: 'westeurope',
    });
    expect(created.properties).toMatchObject({
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      clientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const patched = await arm(azure, 'PATCH', id, IDENTITIES, { properties: {}, tags: { t: 'b' } });
    expect(patched.json.properties).toEqual(created.properties);
    expect(patched.json.tags).toEqual({ t: 'b' });
    const listed = await arm(azure, 'GET', `${SUB}/resourceGroups/RG-ID/resources?$top=10`, GROUPS);
    expect(listed.json.value).toHaveLength(1);
    await arm(azure, 'DELETE', `${SUB}/resourceGroups/rg-id`, GROUPS);
    expect(azure.context.store.get(id)).toBeUndefined();
  });

  test('finds a resource by its id in any case', async () => {
    await arm(azure, 'PUT', `${SUB}/resourceGroups/rg-case`, GROUPS, { location: 'westeurope' });
    const id = `${SUB}/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Id-One`;
    await arm(azure, 'PUT', id, IDENTITIES, { location: 'westeurope' });
    const found = await arm(
      azure,
      'GET',
      id.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'),
      IDENTITIES,
    );
    expect(found.json).toMatchObject({ id, name: 'Id-One' });
  });

  test.each([
    [
      'a missing resource',
      `/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/no`,
      IDENTITIES,
      404,
      'ResourceNotFound',
    ],
    ['a missing group', `/resourceGroups/nowhere`, GROUPS, 404, 'ResourceGroupNotFound'],
    [
      'a resource in a missing group',
      `/resourceGroups/nowhere/providers/Microsoft.ManagedIdentity/userAssignedIdentities/no`,
      IDENTITIES,
      404,
      'ResourceGroupNotFound',
    ],
    [
      'what has not the form of a namespace',
      `/resourceGroups/rg-case/providers/Unknown/things/a`,
      IDENTITIES,
      404,
      'InvalidResourceNamespace',
    ],
    [
      'what has not the form of a type',
      `/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/th-ings/a`,
      IDENTITIES,
      404,
      'InvalidResourceType',
    ],
    [
      'an unknown api-version',
      `/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a`,
      '1999-01-01',
      400,
      'NoRegisteredProviderFound',
    ],
    [
      'an api-version that is none',
      `/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a`,
      'latest',
      400,
      'InvalidApiVersionParameter',
    ],
    [
      'no api-version',
      `/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/a`,
      '',
      400,
      'MissingApiVersionParameter',
    ],
  ])('answers for %s as ARM does', async (_, path, apiVersion, status, code) => {
    const answer = await arm(azure, 'GET', SUB + path, apiVersion);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });

  test('answers 204 to the deletion of what is not there', async () => {
    const id = `${SUB}/resourceGroups/rg-case/providers/Microsoft.ManagedIdentity/userAssignedIdentities/no`;
    expect((await arm(azure, 'DELETE', id, IDENTITIES)).status).toBe(204);
  });

  test('refuses to move a resource to another location', async () => {
    const answer = await arm(azure, 'PUT', `${SUB}/resourceGroups/rg-case`, GROUPS, {
      location: 'northeurope',
    });
    expect([answer.status, answer.json.error.code]).toEqual([409, 'InvalidResourceLocation']);
  });

  test('writes to the activity log who changed what', async () => {
    const id = `${SUB}/resourceGroups/rg-log`;
    await arm(azure, 'PUT', id, GROUPS, { location: 'westeurope' });
    expect(azure.context.activityLog.at(-1)).toMatchObject({
      operationName: 'Microsoft.Resources/subscriptions/resourceGroups/write',
      resourceId: id,
      status: 'Succeeded',
      caller: '22222222-2222-2222-2222-222222222222',
    });
  });

  test('gives no token for a wrong secret', async () => {
    await expect(
      deployerCredential(azure, 'wrong').getToken('https://management.azure.com/.default'),
    ).rejects.toThrow(/invalid_client|AADSTS7000215/);
  });

  test.each([
    ['no token', undefined, 'InvalidAuthenticationToken'],
    [
      'a token that nobody signed',
      'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL21hbmFnZW1lbnQuYXp1cmUuY29tIn0.c2ln',
      'InvalidAuthenticationToken',
    ],
  ])('refuses %s with 401', async (_, token, code) => {
    const answer = await send(azure, 'GET', `https://management.azure.com${SUB}?api-version=2022-12-01`, {
      token,
    });
    expect([answer.status, answer.json.error.code]).toEqual([401, code]);
    expect(answer.headers['www-authenticate']).toContain('Bearer authorization_uri=');
  });

  test('refuses a token made for another audience', async () => {
    const token = await tokenOf(azure, 'https://storage.azure.com');
    const answer = await arm(azure, 'GET', SUB, '2022-12-01', undefined, token);
    expect([answer.status, answer.json.error.code]).toEqual([401, 'InvalidAuthenticationTokenAudience']);
  });

  test('refuses a principal without a role', async () => {
    const { token } = await azure.entra.issueToken({
      ...azure.directory.addServicePrincipal('stranger', 'secret'),
      audience: 'https://management.azure.com',
    });
    const answer = await arm(azure, 'GET', `${SUB}/resourceGroups/rg-case`, GROUPS, undefined, token);
    expect([answer.status, answer.json.error.code]).toEqual([403, 'AuthorizationFailed']);
  });

  test('lets no host through the proxy that it does not answer for', async () => {
    const answer = await send(azure, 'GET', 'https://example.com/');
    expect([answer.status, answer.text]).toEqual([403, 'local Azure does not answer for example.com\n']);
  });
});
