import fc from 'fast-check';
import { startLocalAzure, type LocalAzure } from '../../../azure';
import { repeats } from '../../support/soak';
import { arm } from '../../support/clients';
import { entranceHeaders, hostileRequests, type HostileRequest } from '../../support/hostile';
import { RawClient } from '../../support/raw-client';
import { GROUP, PLAYED_RESOURCES } from '../../support/resources';
import { packageOf } from '../services/web/function-package';

const ARM = 'management.azure.com';
const SITE = PLAYED_RESOURCES.find(({ id }) => id.endsWith('/sites/fn-all'))!;
const WORKSPACE = PLAYED_RESOURCES.find(({ id }) => id.endsWith('/workspaces/law-all'))!;

/** An app whose functions take anything. */
const APP = `
import { app } from '@azure/functions';
app.http('echo', { route: '{*path}', authLevel: 'anonymous', handler: async (request) => ({ body: await request.text() }) });
app.eventGrid('events', { handler: () => {} });
`;

let azure: LocalAzure;
let client: RawClient;
let enter: (request: HostileRequest) => Record<string, string>;
const logged: string[] = [];

beforeAll(async () => {
  azure = await startLocalAzure({ log: (message) => logged.push(message) });
  for (const { id, apiVersion, body } of PLAYED_RESOURCES) {
    expect([id, (await arm(azure, 'PUT', id, apiVersion, body)).status]).toEqual([id, expect.any(Number)]);
  }
  client = new RawClient(azure);
  enter = await entranceHeaders(azure);
});
afterAll(async () => {
  client.close();
  await azure.close();
});

const send = (request: HostileRequest) =>
  client.send(request.host, request.method, request.path, {
    // Node's client sends no body with these.
    ...(request.method !== 'GET' && request.method !== 'HEAD' && { body: request.body ?? '' }),
    headers: enter(request),
  });

async function isAlive(): Promise<void> {
  const { status, json } = await arm(azure, 'GET', GROUP, '2024-03-01');
  expect([status, json.name]).toEqual([200, 'rg-all']);
}

describe('whatever is sent', () => {
  test('nothing is answered 500, and what is right is taken afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRequests, async (request) => {
        const { status, text } = await send(request);
        // A site without code has no host that could answer.
        const expected = request.host === 'fn-all.azurewebsites.net' ? [503] : [];
        if (status >= 500 && !expected.includes(status)) throw new Error(`${status} ${text}`);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { seed: 2026, numRuns: repeats(400, 10_000) },
    );
    for (const { id, apiVersion, body } of PLAYED_RESOURCES) {
      const { status } = await arm(azure, 'PUT', id, apiVersion, body);
      expect([id, status]).toEqual([id, expect.any(Number)]);
      expect(status).toBeLessThan(300);
    }
    // A package that cannot be deployed is told of as such: it is no fault of local Azure's.
    const faults = logged.filter(
      (line) => / failed: /.test(line) && !/^deployment of \S+ failed: /.test(line),
    );
    expect(faults).toEqual([]);
  });
});

describe('names of prototypes', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'no action is called %s',
    async (name) => {
      const path = `${WORKSPACE.id}/${name}?api-version=${WORKSPACE.apiVersion}`;
      const { status, text } = await send({ host: ARM, method: 'POST', path, body: '{}' });
      expect([status, JSON.parse(text).error.code]).toEqual([400, 'InvalidRequestUri']);
      await isAlive();
    },
  );

  test.each(['constructor', '__proto__', 'toString'])('%s is a tag like any other', async (name) => {
    const id = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${name.replaceAll('_', '')}`;
    const path = `${id}?api-version=2023-01-31`;
    const tags = `{${JSON.stringify(name)}:"a"}`;
    const put = await send({
      host: ARM,
      method: 'PUT',
      path,
      body: `{"location":"westeurope","tags":${tags}}`,
    });
    expect(put.text).toContain(`"tags":${tags}`);
    const changed = `{${JSON.stringify(name)}:"b"}`;
    const patched = await send({ host: ARM, method: 'PATCH', path, body: `{"tags":${changed}}` });
    expect(patched.text).toContain(`"tags":${changed}`);
  });

  test.each(['constructor', '__proto__'])('%s is an app setting like any other', async (name) => {
    const path = `${SITE.id}/config/appsettings?api-version=${SITE.apiVersion}`;
    const { text } = await send({
      host: ARM,
      method: 'PUT',
      path,
      body: `{"properties":{${JSON.stringify(name)}:"a"}}`,
    });
    expect(text).toContain(`"properties":{${JSON.stringify(name)}:"a"}`);
  });

  test.each(['constructor'])('%s is a secret like any other', async (name) => {
    const host = 'kv-all.vault.azure.net';
    await arm(azure, 'PUT', `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-all`, '2023-07-01', {
      location: 'westeurope',
      properties: {},
    });
    const path = `/secrets/${name}`;
    expect((await send({ host, method: 'GET', path })).status).toBe(404);
    expect((await send({ host, method: 'PUT', path, body: '{"value":"a"}' })).status).toBe(200);
    expect(JSON.parse((await send({ host, method: 'GET', path })).text).value).toBe('a');
    expect((await send({ host, method: 'DELETE', path })).status).toBe(200);
    expect((await send({ host, method: 'GET', path })).status).toBe(404);
    // Its underscores are not among what names of secrets have.
    const refused = await send({ host, method: 'PUT', path: '/secrets/__proto__', body: '{"value":"a"}' });
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([400, 'BadParameter']);
  });

  test.each(['constructor', '__proto__'])('%s is an installation like any other', async (name) => {
    const host = 'nhns-all.servicebus.windows.net';
    const path = `/calls/installations/${name}?api-version=2020-06`;
    expect((await send({ host, method: 'GET', path })).status).toBe(404);
    const body = JSON.stringify({ installationId: name, platform: 'apns', pushChannel: 'abc', tags: [name] });
    expect((await send({ host, method: 'PUT', path, body })).status).toBe(200);
    expect(JSON.parse((await send({ host, method: 'GET', path })).text).installationId).toBe(name);
    expect((await send({ host, method: 'DELETE', path })).status).toBe(204);
    expect((await send({ host, method: 'GET', path })).status).toBe(404);
  });

  test.each(['constructor', '__proto__'])('%s is a user and a device like any other', async (name) => {
    const acsId = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-all`;
    const { communication } = azure.services;
    communication.registerDevice({ acsId, rawId: name, platform: 'apns', handle: name });
    expect(communication.devicesOf(acsId, name).map(({ handle }) => handle)).toEqual([name]);
    communication.unregisterDevice({ acsId, rawId: name, handle: name });
    expect(communication.devicesOf(acsId, name)).toEqual([]);
    expect(({} as { platform?: unknown }).platform).toBeUndefined();
  });
});

describe('addresses', () => {
  test.each([
    ['//[', 404],
    ['/%ff%fe', 400],
    ['/%', 400],
    ['/%00', 400],
    ['/subscriptions/%2e%2e/resourceGroups', 404],
    [`https://${ARM}/metadata/endpoints?api-version=2022-09-01`, 200],
    ['https://elsewhere.example/', 421],
  ])('%s is answered %i', async (path, status) => {
    expect((await send({ host: ARM, method: 'GET', path })).status).toBe(status);
  });

  test('names that would be other folders are none', async () => {
    const path = `${SITE.id.replace(/[^/]+$/, '..')}?api-version=${SITE.apiVersion}`;
    const { status, text } = await send({
      host: ARM,
      method: 'PUT',
      path,
      body: JSON.stringify(SITE.body),
    });
    expect([status, JSON.parse(text).error.code]).toEqual([400, 'InvalidResourceName']);
  });

  test.each([
    ['an empty Host', 'GET / HTTP/1.1\r\nhost: \r\n\r\n', 421],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no Host, as HTTP/1.0 allows', 'GET / HTTP/1.0\r\n\r\n', 421],
    ['a name made to lead here', 'GET / HTTP/1.1\r\nhost: rebound.example\r\n\r\n', 421],
    ['a loopback Host', 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n', 421],
    ['a target that is no path', 'GET * HTTP/1.1\r\nhost: management.azure.com\r\n\r\n', 400],
    ['what is no HTTP', '\x16\x03\x01\r\n\r\n', 400],
    [
      'a flood of headers',
      `GET / HTTP/1.1\r\nhost: management.azure.com\r\n${'a: b\r\n'.repeat(10_000)}\r\n`,
      431,
    ],
    [
      'one long header',
      `GET / HTTP/1.1\r\nhost: management.azure.com\r\na: ${'b'.repeat(100_000)}\r\n\r\n`,
      431,
    ],
    [
      'a length that is none',
      'POST / HTTP/1.1\r\nhost: management.azure.com\r\ncontent-length: -1\r\n\r\n',
      400,
    ],
  ])('%s is answered', async (_, bytes, status) => {
    expect(await client.bytes(ARM, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await isAlive();
  });
});

describe('bodies', () => {
  const id = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-body`;
  const put = (body: string, path = `${id}?api-version=2023-01-31`) =>
    send({ host: ARM, method: 'PUT', path, body });

  test.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['no JSON', '{'],
    ['more levels than anybody needs', `{"properties":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ['a location that is none', '{"location":true}'],
    ['tags that are a list', '{"location":"westeurope","tags":[]}'],
    ['a tag that is an object', '{"location":"westeurope","tags":{"a":{}}}'],
    ['properties that are a text', '{"location":"westeurope","properties":"a"}'],
    ['a sku that is a text', '{"location":"westeurope","sku":"a"}'],
    ['an identity that is a text', '{"location":"westeurope","identity":"SystemAssigned"}'],
    ['a kind that is a number', '{"location":"westeurope","kind":1}'],
    ['a member that no resource has', '{"location":"westeurope","colour":"red"}'],
    ['the prototype', '{"location":"westeurope","__proto__":{"polluted":true}}'],
  ])('%s is refused as ARM does', async (_, body) => {
    const { status, text } = await put(body);
    expect([status, JSON.parse(text).error.code]).toEqual([400, 'InvalidRequestContent']);
  });

  test('of more than 4 MB are refused by ARM, and not kept', async () => {
    const { status, text, headers } = await put(`{"a":"${'b'.repeat(5 * 1024 * 1024)}"}`);
    expect([status, JSON.parse(text).error.code]).toEqual([413, 'RequestContentTooLarge']);
    expect(headers.connection).toBe('close');
    await isAlive();
  });

  test('of more than 4 MB are taken for a blob', async () => {
    const { status } = await client.send('stall.blob.core.windows.net', 'PUT', '/letters/large', {
      body: Buffer.alloc(5 * 1024 * 1024),
      headers: {
        ...enter({ host: 'stall.blob.core.windows.net', method: 'PUT', path: '/' }),
        'content-type': 'application/octet-stream',
        'x-ms-blob-type': 'BlockBlob',
        'x-ms-version': '2023-11-03',
      },
    });
    expect(status).toBe(201);
  });
});

describe('a function app', () => {
  const host = 'fn-all.azurewebsites.net';

  test('takes whatever comes, and goes on', async () => {
    await arm(azure, 'PUT', SITE.id, SITE.apiVersion, {
      ...SITE.body,
      properties: { ...(SITE.body.properties as object), functionAppConfig: null, siteConfig: null },
    });
    const zip = await packageOf(APP);
    const scm = 'fn-all.scm.azurewebsites.net';
    const published = await client.send(scm, 'POST', '/api/publish', {
      body: zip,
      headers: enter({ host: scm, method: 'POST', path: '/' }),
    });
    expect(published.status).toBe(202);
    const echo = await client.send(host, 'POST', '/api/a', { body: 'hello' });
    expect([echo.status, echo.text]).toEqual([200, 'hello']);
    await fc.assert(
      fc.asyncProperty(
        hostileRequests.filter((request) => request.host === host),
        async (request) => {
          const { status, text } = await send(request);
          if (status >= 500) throw new Error(`${status} ${text}`);
        },
      ),
      { seed: 2026, numRuns: repeats(40, 1000) },
    );
    for (const path of ['//[', '//elsewhere.example/api/a', '/api//', '/api/%2e%2e/a']) {
      expect((await client.send(host, 'GET', path)).status).toBeLessThan(500);
    }
    expect((await client.send(host, 'POST', '/api/a', { body: 'again' })).text).toBe('again');
  });
});
