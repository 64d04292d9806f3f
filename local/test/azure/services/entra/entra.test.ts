import { createLocalJWKSet, jwtVerify } from 'jose';
import { DEPLOYER, startLocalAzure, TENANT_ID, type LocalAzure } from '../../../../azure';
import { send } from '../../../support/clients';

const LOGIN = `https://login.microsoftonline.com`;
const TENANT = `${LOGIN}/${TENANT_ID}`;

describe('Entra ID of local Azure', () => {
  let azure: LocalAzure;
  beforeAll(async () => {
    azure = await startLocalAzure();
  });
  afterAll(() => azure.close());

  const askToken = (form: Record<string, string>, path = '/oauth2/v2.0/token') =>
    send(azure, 'POST', TENANT + path, {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const credentials = {
    grant_type: 'client_credentials',
    client_id: DEPLOYER.clientId,
    client_secret: DEPLOYER.clientSecret,
  };
  const keys = async () =>
    createLocalJWKSet((await send(azure, 'GET', `${TENANT}/discovery/v2.0/keys`)).json);

  test('publishes where its documents are', async () => {
    const instance = await send(azure, 'GET', `${LOGIN}/common/discovery/instance?api-version=1.1`);
    const { json } = await send(azure, 'GET', instance.json.tenant_discovery_endpoint);
    expect(json).toMatchObject({
      token_endpoint: `${TENANT}/oauth2/v2.0/token`,
      jwks_uri: `${TENANT}/discovery/v2.0/keys`,
    });
  });

  test.each([
    ['/oauth2/v2.0/token', { scope: 'https://storage.azure.com/.default' }],
    ['/oauth2/token', { resource: 'https://storage.azure.com' }],
  ])('issues at %s a token that its published keys verify', async (path, target) => {
    const { json } = await askToken({ ...credentials, ...target }, path);
    const { payload } = await jwtVerify(json.access_token, await keys(), {
      audience: 'https://storage.azure.com',
    });
    expect(payload).toMatchObject({
      iss: `https://sts.windows.net/${TENANT_ID}/`,
      oid: DEPLOYER.objectId,
      appid: DEPLOYER.clientId,
      tid: TENANT_ID,
      idtyp: 'app',
      ver: '1.0',
    });
  });

  test.each([
    ['a wrong secret', { client_secret: 'guess' }, 401, 'invalid_client'],
    [
      'an unknown application',
      { client_id: '99999999-9999-4999-8999-999999999999' },
      400,
      'unauthorized_client',
    ],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no resource', { scope: 'openid' }, 400, 'invalid_scope'],
  ])('refuses %s', async (_, change, status, error) => {
    const scope = 'https://management.azure.com/.default';
    const answer = await askToken({ ...credentials, scope, ...change });
    expect([answer.status, answer.json.error]).toEqual([status, error]);
  });

  test('refuses another tenant', async () => {
    const other = `${LOGIN}/99999999-9999-4999-8999-999999999999/v2.0/.well-known/openid-configuration`;
    expect((await send(azure, 'GET', other)).json.error).toBe('invalid_tenant');
  });

  test('lets nobody sign in as a managed identity by a secret', async () => {
    azure.directory.add({ objectId: 'o', clientId: 'c', kind: 'managedIdentity', displayName: 'id-app' });
    const answer = await askToken({
      ...credentials,
      client_id: 'c',
      scope: 'https://vault.azure.net/.default',
    });
    expect([answer.status, answer.json.error]).toEqual([400, 'unauthorized_client']);
  });

  test('gives a pretend user the same ids every time', async () => {
    const claims = async () => {
      const { token } = await azure.entra.issueUserToken('alice', 'api://relay', {
        roles: ['Devices.Write'],
      });
      return (await jwtVerify(token, await keys(), { audience: 'api://relay' })).payload;
    };
    const first = await claims();
    expect(first).toMatchObject({ idtyp: 'user', name: 'alice', roles: ['Devices.Write'] });
    expect((await claims()).oid).toBe(first.oid);
  });
});
