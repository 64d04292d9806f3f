import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm, send, tokenOf } from '../../../support/clients';
import { packageOf } from './function-package';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-web`;
const PROVIDERS = `${GROUP}/providers`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stweb`;
const PLAN = `${PROVIDERS}/Microsoft.Web/serverFarms/asp-web`;
const SITE = `${PROVIDERS}/Microsoft.Web/sites/func-web`;
const WEB = '2023-12-01';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const SCM = 'https://func-web.scm.azurewebsites.net';
const HOST = 'https://func-web.azurewebsites.net';

/** An app that tells its setting, what its identity may read, and which events came. */
const APP = `
import { app } from '@azure/functions';
const ids = [];
app.eventGrid('events', { handler: (event) => { ids.push(event.id); } });
app.http('things', { methods: ['PUT'], route: 'things/{id}', handler: () => ({
  headers: { 'access-control-allow-origin': '*', 'x-own': 'yes' }, jsonBody: { done: true },
}) });
app.http('look', { handler: async () => {
  const url = process.env.IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=https://management.azure.com/&client_id=' + process.env.AZURE_CLIENT_ID;
  const { access_token } = await (await fetch(url, { headers: { 'x-identity-header': process.env.IDENTITY_HEADER } })).json();
  return { jsonBody: { ids, colour: process.env.COLOUR, token: access_token, proxy: process.env.HTTPS_PROXY, secret: process.env.ARM_CLIENT_SECRET } };
} });
`;

function siteBody(clientId: string, colour: string) {
  return {
    kind: 'functionapp,linux',
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    properties: {
      serverFarmId: PLAN,
      httpsOnly: true,
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: 'https://stweb.blob.core.windows.net/releases',
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
          },
        },
        runtime: { name: 'node', version: '22' },
      },
      siteConfig: {
        minTlsVersion: '1.2',
        appSettings: [
          { name: 'COLOUR', value: colour },
          { name: 'AZURE_CLIENT_ID', value: clientId },
        ],
      },
    },
  };
}

describe('the Function Apps of local Azure', () => {
  let azure: LocalAzure;
  let folder: string;
  let clientId: string;
  let principalId: string;

  const publish = async (zip: Uint8Array, token?: string) =>
    send(azure, 'POST', `${SCM}/api/publish?RemoteBuild=false`, {
      token: token ?? (await tokenOf(azure)),
      headers: { 'content-type': 'application/zip' },
      body: zip,
    });
  const deployed = async () => {
    for (;;) {
      const { json } = await send(azure, 'GET', `${SCM}/api/deployments/latest`, {
        token: await tokenOf(azure),
      });
      if (json.complete) return json;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const until = async (wanted: number, path: string) => {
    for (;;) {
      const answer = await arm(azure, 'GET', path, WEB);
      if (answer.status === wanted) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    azure = await startLocalAzure({ stateDir: folder });
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    const identity = await arm(azure, 'PUT', IDENTITY, '2024-11-30', { location: 'westeurope' });
    ({ clientId, principalId } = identity.json.properties);
    await arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
      location: 'westeurope',
      properties: { allowSharedKeyAccess: false },
    });
    await arm(azure, 'PUT', `${ACCOUNT}/blobServices/default/containers/releases`, '2023-05-01', {
      properties: {},
    });
    await arm(azure, 'PUT', PLAN, WEB, {
      location: 'westeurope',
      sku: { name: 'FC1' },
      properties: { reserved: true },
    });
  });
  afterAll(async () => {
    await azure.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses a site on a plan that is not there', async () => {
    const body = siteBody(clientId, 'green');
    body.properties.serverFarmId = `${PLAN}-missing`;
    const answer = await arm(azure, 'PUT', SITE, WEB, body);
    expect([answer.status, answer.json.error.message]).toEqual([
      400,
      expect.stringContaining('asp-web-missing'),
    ]);
  });

  test('makes a site with its addresses and its identity, and hides its settings', async () => {
    const { json } = await arm(azure, 'PUT', SITE, WEB, siteBody(clientId, 'green'));
    expect(json).toMatchObject({
      kind: 'functionapp,linux',
      identity: { userAssignedIdentities: { [IDENTITY]: { principalId, clientId } } },
      properties: { defaultHostName: 'func-web.azurewebsites.net', state: 'Running' },
    });
    expect(JSON.stringify(json)).not.toContain('COLOUR');
    const settings = await arm(azure, 'POST', `${SITE}/config/appSettings/list`, WEB);
    expect(settings.json.properties).toEqual({ COLOUR: 'green', AZURE_CLIENT_ID: clientId });
    const web = await arm(azure, 'GET', `${SITE}/config/web`, WEB);
    expect(web.json.properties).toEqual({ minTlsVersion: '1.2' });
  });

  test.each([
    ['POST', 'config/connectionStrings/list', {}],
    ['GET', 'config/slotConfigNames', {}],
    ['POST', 'config/authsettings/list', { enabled: false, configVersion: 'v1' }],
    ['GET', 'basicPublishingCredentialsPolicies/scm', { allow: true }],
  ])('answers %s %s', async (method, path, properties) => {
    const answer = await arm(azure, method, `${SITE}/${path}`, WEB);
    expect([answer.status, answer.json.properties]).toEqual([200, properties]);
  });

  test('turns basic publishing off', async () => {
    const policy = `${SITE}/basicPublishingCredentialsPolicies/scm`;
    await arm(azure, 'PUT', policy, WEB, { properties: { allow: false } });
    expect((await arm(azure, 'GET', policy, WEB)).json.properties).toEqual({ allow: false });
  });

  test('says that the name is taken', async () => {
    const path = `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Web/checknameavailability`;
    const ask = async (name: string) =>
      (await arm(azure, 'POST', path, '2023-01-01', { name, type: 'Microsoft.Web/sites' })).json
        .nameAvailable;
    expect([await ask('func-web'), await ask('func-free')]).toEqual([false, true]);
  });

  test('has no functions and does not answer before a package is published', async () => {
    const { status, json } = await arm(azure, 'GET', `${SITE}/functions/events`, WEB);
    expect([status, json.error.code]).toEqual([404, 'ResourceNotFound']);
    expect((await send(azure, 'GET', `${HOST}/api/look`)).status).toBe(503);
  });

  test('takes no package without a token, or from a principal without a role', async () => {
    const zip = await packageOf(APP);
    const anonymous = await send(azure, 'POST', `${SCM}/api/publish?RemoteBuild=false`, { body: zip });
    expect(anonymous.status).toBe(401);
    const stranger = azure.directory.addServicePrincipal('stranger', 'secret');
    const { token } = await azure.entra.issueToken({ ...stranger, audience: 'https://management.azure.com' });
    expect((await publish(zip, token)).status).toBe(403);
  });

  test('fails the deployment, and says why, while the identity may not write the package', async () => {
    expect((await publish(await packageOf(APP))).status).toBe(202);
    const deployment = await deployed();
    expect(deployment.status).toBe(3);
    expect(deployment.status_text).toMatch(/identity of func-web may not write.*Storage Blob Data Owner/);
  });

  test('runs a published package under its identity', async () => {
    const role = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-00000000000a`;
    await arm(azure, 'PUT', role, '2022-04-01', {
      properties: {
        principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
      },
    });
    const accepted = await publish(await packageOf(APP));
    expect(accepted.status).toBe(202);
    expect(await deployed()).toMatchObject({ status: 4, id: accepted.json, complete: true });
    expect(await azure.storage.listBlobs(ACCOUNT, 'releases')).toEqual(['released-package.zip']);
    const { json } = await until(200, `${SITE}/functions/events`);
    expect(json).toMatchObject({
      name: 'func-web/events',
      type: 'Microsoft.Web/sites/functions',
      properties: { name: 'events', config: { bindings: [{ type: 'eventGridTrigger' }] } },
    });
    const look = await send(azure, 'GET', `${HOST}/api/look`);
    expect(look.json).toMatchObject({ colour: 'green', proxy: azure.endpoints.proxy });
    expect(look.json.secret).toBeUndefined();
    const asApp = await arm(azure, 'GET', ACCOUNT, '2023-05-01', undefined, look.json.token);
    expect([asApp.status, asApp.json.error.message]).toEqual([403, expect.stringContaining(principalId)]);
  });

  test('lets Event Grid in by the key that listkeys tells, and nobody else', async () => {
    const { json } = await arm(azure, 'POST', `${SITE}/host/default/listkeys`, WEB);
    const event = [
      {
        id: 'e-1',
        eventType: 'T',
        subject: 's',
        eventTime: '2026-01-01T00:00:00Z',
        data: {},
        dataVersion: '1',
      },
    ];
    const call = (code: string) =>
      send(azure, 'POST', `${HOST}/runtime/webhooks/eventgrid?functionName=events&code=${code}`, {
        body: event,
        headers: { 'aeg-event-type': 'Notification' },
      });
    expect((await call('guess')).status).toBe(401);
    expect((await call(json.systemKeys.eventgrid_extension)).status).toBe(202);
    expect((await send(azure, 'GET', `${HOST}/api/look`)).json.ids).toEqual(['e-1']);
  });

  describe('asked by a web page', () => {
    const preflight = (origin: string) =>
      send(azure, 'OPTIONS', `${HOST}/api/things/1`, {
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const put = (origin: string) =>
      send(azure, 'PUT', `${HOST}/api/things/1`, { headers: { origin }, body: {} });
    const allow = (allowedOrigins: string[], supportCredentials = false) =>
      arm(azure, 'PATCH', `${SITE}/config/web`, WEB, {
        properties: { cors: { allowedOrigins, supportCredentials } },
      });
    const corsOf = ({ status, headers }: Awaited<ReturnType<typeof send>>) => [
      status,
      Object.fromEntries(
        Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
      ),
    ];
    const GRANTED = { 'access-control-allow-origin': 'https://app.contoso.com' };
    const METHODS = {
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'authorization,content-type',
    };

    test('grants nothing without origins, and lets no preflight through to the functions', async () => {
      expect(corsOf(await preflight('https://app.contoso.com'))).toEqual([204, {}]);
    });

    test('leaves what functions say by themselves alone, without origins', async () => {
      expect(corsOf(await put('https://app.contoso.com'))).toEqual([
        200,
        { 'access-control-allow-origin': '*' },
      ]);
    });

    test('grants an allowed origin every method and header it asks for', async () => {
      await allow(['https://app.contoso.com']);
      expect(corsOf(await preflight('https://app.contoso.com'))).toEqual([204, { ...GRANTED, ...METHODS }]);
    });

    test('says so in the answers of functions, whatever they say themselves', async () => {
      const answer = await put('https://app.contoso.com');
      expect(corsOf(answer)).toEqual([200, GRANTED]);
      expect([answer.headers['x-own'], answer.json]).toEqual(['yes', { done: true }]);
    });

    test.each(['https://evil.example', 'https://APP.contoso.com', 'http://app.contoso.com', 'null'])(
      'grants nothing to %s, and answers it as before',
      async (origin) => {
        expect(corsOf(await preflight(origin))).toEqual([204, {}]);
        expect(corsOf(await put(origin))).toEqual([200, {}]);
      },
    );

    test('tells caches that the answer depends on the origin, when there are more', async () => {
      await allow(['https://app.contoso.com', 'http://localhost:5173'], true);
      expect(corsOf(await put('http://localhost:5173'))).toEqual([
        200,
        {
          'access-control-allow-origin': 'http://localhost:5173',
          'access-control-allow-credentials': 'true',
          vary: 'Origin',
        },
      ]);
    });

    test('refuses credentials together with any origin', async () => {
      expect((await allow(['*'], true)).status).toBe(400);
      await allow(['*']);
      expect(corsOf(await put('https://evil.example'))).toEqual([
        200,
        { 'access-control-allow-origin': '*' },
      ]);
    });
  });

  test('restarts the app with changed settings', async () => {
    await arm(azure, 'PATCH', `${SITE}/config/web`, WEB, {
      properties: {
        appSettings: [
          { name: 'COLOUR', value: 'blue' },
          { name: 'AZURE_CLIENT_ID', value: clientId },
        ],
      },
    });
    expect((await send(azure, 'GET', `${HOST}/api/look`)).json).toMatchObject({ colour: 'blue', ids: [] });
    expect((await arm(azure, 'GET', `${SITE}/functions/events`, WEB)).status).toBe(200);
  });

  test('keeps the running package when the next one is broken', async () => {
    await publish(Buffer.from('not a zip'));
    expect(await deployed()).toMatchObject({ status: 3, status_text: expect.stringContaining('not a zip') });
    expect((await send(azure, 'GET', `${HOST}/api/look`)).json.colour).toBe('blue');
  });

  test('runs the package again after a restart', async () => {
    await azure.close();
    azure = await startLocalAzure({ stateDir: folder });
    expect((await send(azure, 'GET', `${HOST}/api/look`)).json.colour).toBe('blue');
    await until(200, `${SITE}/functions/look`);
  });

  test('takes the app down with its site', async () => {
    const refused = await arm(azure, 'DELETE', PLAN, WEB);
    expect([refused.status, refused.json.error.message]).toEqual([409, expect.stringContaining('func-web')]);
    expect((await arm(azure, 'DELETE', SITE, WEB)).status).toBe(200);
    expect((await arm(azure, 'DELETE', PLAN, WEB)).status).toBe(200);
    expect((await send(azure, 'GET', `${HOST}/api/look`)).status).toBe(404);
    expect((await arm(azure, 'GET', SITE, WEB)).status).toBe(404);
  });
});
