import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { RunningFunctionApp } from '../../functions/function-host';
import { LocalFunctionHost } from '../../functions';

const APP = `
import { existsSync } from 'node:fs';
import { app } from '@azure/functions';
app.eventGrid('events', { handler: (event, context) => {
  context.log('got ' + event.id);
  if (event.data?.fail) throw new Error('told to fail');
} });
app.http('echo', { methods: ['PUT', 'GET'], route: 'things/{id}', handler: async (request) => ({
  status: 201,
  headers: { 'x-id': request.params.id },
  jsonBody: { id: request.params.id, query: request.query.get('q'), text: await request.text(), setting: process.env.COLOUR },
}) });
app.http('token', { handler: async () => {
  const url = process.env.IDENTITY_ENDPOINT + '?api-version=2019-08-01&resource=https://vault.azure.net&client_id=abc';
  const good = await fetch(url, { headers: { 'x-identity-header': process.env.IDENTITY_HEADER } });
  const bad = await fetch(url, { headers: { 'x-identity-header': 'guess' } });
  return { jsonBody: { good: await good.json(), bad: bad.status } };
} });
app.timer('tick', { schedule: '0 0 0 * * *', handler: (timer, context) => {
  context.log('ticked, past due: ' + timer.isPastDue);
} });
app.http('slow', { handler: async () => {
  console.log('slow has begun');
  while (!existsSync('over')) await new Promise((resolve) => setTimeout(resolve, 20));
  console.log('slow is over');
  return { body: 'done' };
} });
app.hook.appTerminate(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log('terminated');
});
app.http('breaks', { handler: () => { throw new Error('broken'); } });
`;

let folder: string;
let app: RunningFunctionApp;
const lines: string[] = [];

async function start(code: string, logLevel?: Record<string, string>): Promise<RunningFunctionApp> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: join(__dirname, '../../..'), loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core'],
    write: false,
  });
  writeFileSync(join(folder, 'app.js'), outputFiles[0]!.contents);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ main: 'app.js' }));
  writeFileSync(join(folder, 'host.json'), JSON.stringify({ version: '2.0', logging: { logLevel } }));
  return new LocalFunctionHost().start({
    siteId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/func',
    folder,
    settings: { COLOUR: 'green' },
    identity: {
      token: async (resource, clientId) => ({
        accessToken: `${resource} for ${clientId}`,
        expiresOn: 4102444800,
      }),
    },
    environment: {},
    log: (line) => lines.push(line),
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'function-host-'));
  app = await start(APP);
});

afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  lines.length = 0;
});

const webhook = (query: string, init: RequestInit) =>
  fetch(`${app.baseUrl}/runtime/webhooks/eventgrid?${query}`, { method: 'POST', ...init });

test('functions are listed with the type of their trigger', () => {
  expect(app.functions).toEqual([
    { name: 'events', type: 'eventGridTrigger' },
    { name: 'echo', type: 'httpTrigger' },
    { name: 'token', type: 'httpTrigger' },
    { name: 'tick', type: 'timerTrigger' },
    { name: 'slow', type: 'httpTrigger' },
    { name: 'breaks', type: 'httpTrigger' },
  ]);
});

test("Event Grid's validation handshake is answered with its code", async () => {
  const response = await webhook('functionName=events', {
    headers: { 'aeg-event-type': 'SubscriptionValidation' },
    body: JSON.stringify([{ id: '1', data: { validationCode: 'c0de' } }]),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ validationResponse: 'c0de' });
});

test('the handshake of CloudEvents is answered with the origin that asked', async () => {
  const response = await webhook('functionName=events', {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
});

test('each event of a delivery is one invocation, and one failure fails the delivery', async () => {
  const send = (events: unknown) => webhook('functionName=events', { body: JSON.stringify(events) });
  expect(
    (
      await send([
        { id: 'a', data: {} },
        { id: 'b', data: {} },
      ])
    ).status,
  ).toBe(202);
  expect(lines.join()).toMatch(/got a.*got b/);
  expect(
    (
      await send([
        { id: 'c', data: { fail: true } },
        { id: 'd', data: {} },
      ])
    ).status,
  ).toBe(500);
  expect(lines.join()).toMatch(/got d/);
  expect((await send({ id: 'e', data: {} })).status).toBe(202);
});

test('a delivery that is not JSON is 400, one for an unknown function 404', async () => {
  expect((await webhook('functionName=events', { body: 'no' })).status).toBe(400);
  expect((await webhook('functionName=other', { body: '[]' })).status).toBe(404);
  expect((await webhook('functionName=echo', { body: '[]' })).status).toBe(404);
});

test('an HTTP trigger gets route parameters, query, body and settings', async () => {
  const response = await fetch(`${app.baseUrl}/api/things/a%2Fb?q=1`, { method: 'PUT', body: 'hello' });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-id')).toBe('a/b');
  expect(await response.json()).toEqual({ id: 'a/b', query: '1', text: 'hello', setting: 'green' });
});

test('a timer runs when the host is told to run it, and nothing else does', async () => {
  const run = async (name: string, method = 'POST') =>
    (await fetch(`${app.baseUrl}/admin/functions/${name}`, { method })).status;
  expect(await run('tick')).toBe(202);
  while (!lines.some((line) => line.includes('ticked, past due: false'))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await run('tick', 'GET')).toBe(405);
  expect(await run('tock')).toBe(404);
  expect(await run('echo')).toBe(404);
});

test('unknown paths are 404, other methods 405, failures 500', async () => {
  expect((await fetch(`${app.baseUrl}/api/nothing`)).status).toBe(404);
  expect((await fetch(`${app.baseUrl}/api/things/1`, { method: 'DELETE' })).status).toBe(405);
  expect((await fetch(`${app.baseUrl}/api/breaks`)).status).toBe(500);
});

test('an app that is taken away ends what it does and runs its hooks; one that is stopped does not', async () => {
  const slow = async () => (await fetch(`${app.baseUrl}/api/slow`)).text();
  const begun = async () => {
    while (!lines.includes('slow has begun')) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const answer = slow();
  await begun();
  const terminated = app.terminate();
  writeFileSync(join(folder, 'over'), '');
  await terminated;
  expect(await answer).toBe('done');
  expect(lines).toEqual(['slow has begun', 'slow is over', 'terminated']);
  rmSync(join(folder, 'over'));
  app = await start(APP);
  lines.length = 0;
  const lost = expect(slow()).rejects.toThrow();
  await begun();
  await app.stop();
  await lost;
  expect(lines).toEqual(['slow has begun']);
  app = await start(APP);
});

test('lines come by their category, as host.json says', async () => {
  await app.stop();
  app = await start(APP, {
    Function: 'Warning',
    'Function.tick.User': 'Information',
    'Host.Function.Console': 'None',
  });
  lines.length = 0;
  await webhook('functionName=events', { body: JSON.stringify([{ id: '1', eventType: 't', data: {} }]) });
  await fetch(`${app.baseUrl}/admin/functions/tick`, { method: 'POST' });
  await app.terminate();
  expect(lines).toEqual(['information: ticked, past due: false']);
  app = await start(APP);
});

test('tokens of the managed identity are given to the app and to nobody who guesses', async () => {
  expect(await (await fetch(`${app.baseUrl}/api/token`)).json()).toEqual({
    good: {
      access_token: 'https://vault.azure.net for abc',
      expires_on: '4102444800',
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
      client_id: 'abc',
    },
    bad: 401,
  });
});

test('a package that fails to load is an app without functions', async () => {
  await app.stop();
  app = await start(`${APP}\nthrow new Error('missing module');`);
  expect(app.functions).toEqual([]);
  expect(lines.join('\n')).toContain('missing module');
  expect((await fetch(`${app.baseUrl}/api/things/1`)).status).toBe(404);
});

test('tells what a process said that ended before it was up', async () => {
  const ending = start("process.stderr.write('no such module: left-out\\n'); process.exit(3);");
  await expect(ending).rejects.toThrow(
    /did not start: its process ended with code 3: no such module: left-out$/,
  );
});
