import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { ForwardClock } from '../../../../azure/core/forward-clock';
import { arm, send, tokenOf } from '../../../support/clients';
import { packageOf } from './function-package';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-updates`;
const PROVIDERS = `${GROUP}/providers`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stupdates`;
const WEB = '2025-05-01';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';

/**
 * What a test and the app tell each other is files in a folder: the app writes what began and ended, and waits for what
 * the test writes.
 */
const app = (version: string) => `
import { app } from '@azure/functions';
import { existsSync, writeFileSync } from 'node:fs';
const file = (name) => process.env.FOLDER + '/' + name;
const tell = (name) => writeFileSync(file(name), '');
while (existsSync(file('hold-start-${version}'))) {
  tell('starting-${version}');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}
app.http('version', { handler: () => ({ body: '${version} ' + process.env.COLOUR }) });
app.http('slow', { handler: async () => {
  tell('began-${version}');
  while (!existsSync(file('finish-${version}'))) await new Promise((resolve) => setTimeout(resolve, 10));
  return { body: '${version}' };
} });
app.hook.appTerminate(() => tell('terminated-${version}'));
`;

describe('updates of a Function App in local Azure', () => {
  const clock = new ForwardClock();
  let azure: LocalAzure;
  let state: string;
  let sites = 0;
  /** Of each test its own, as is the folder. */
  let name: string;
  let folder: string;

  const idOf = (type: string, resource: string) => `${PROVIDERS}/Microsoft.Web/${type}/${resource}`;
  const siteId = () => idOf('sites', name);
  const site = (strategy: string | undefined, colour: string, over: object = {}) => ({
    kind: 'functionapp,linux',
    location: 'westeurope',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    properties: {
      serverFarmId: idOf('serverFarms', `asp-${name}`),
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: 'https://stupdates.blob.core.windows.net/releases',
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: IDENTITY },
          },
        },
        runtime: { name: 'node', version: '24' },
        scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40 },
        ...(strategy && { siteUpdateStrategy: { type: strategy } }),
        ...over,
      },
      siteConfig: {
        appSettings: [
          { name: 'FOLDER', value: folder },
          { name: 'COLOUR', value: colour },
        ],
      },
    },
  });
  const put = (strategy: string | undefined, colour: string, over?: object) =>
    arm(azure, 'PUT', siteId(), WEB, site(strategy, colour, over));
  const publish = async (version: string) =>
    send(azure, 'POST', `https://${name}.scm.azurewebsites.net/api/publish?RemoteBuild=false`, {
      token: await tokenOf(azure),
      headers: { 'content-type': 'application/zip' },
      body: await packageOf(app(version)),
    });
  const until = async (what: () => boolean | Promise<boolean>) => {
    while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const ask = async (what: string) => {
    const { status, text } = await send(azure, 'GET', `https://${name}.azurewebsites.net/api/${what}`);
    return status === 200 ? text : status;
  };
  const answers = (wanted: string) => until(async () => (await ask('version')) === wanted);
  /** Publishes a version and waits until it serves. */
  const release = async (version: string) => {
    await publish(version);
    await answers(`${version} green`);
  };
  /** An app of that strategy whose first version serves. */
  const begin = async (strategy: string) => {
    await put(strategy, 'green');
    await release('v1');
  };
  const tell = (what: string) => writeFileSync(join(folder, what), '');
  const has = (what: string) => existsSync(join(folder, what));
  const told = (what: string) => until(() => has(what));
  /** A request that is under way on the version that serves. */
  const slow = async (version: string) => {
    const answer = ask('slow');
    await told(`began-${version}`);
    return { answer };
  };
  const packages = () => readdirSync(join(state, 'sites', name));

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'site-updates-azure-'));
    azure = await startLocalAzure({ stateDir: state, clock });
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    const identity = await arm(azure, 'PUT', IDENTITY, '2024-11-30', { location: 'westeurope' });
    await arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
      location: 'westeurope',
      properties: { allowSharedKeyAccess: false },
    });
    await arm(azure, 'PUT', `${ACCOUNT}/blobServices/default/containers/releases`, '2023-05-01', {
      properties: {},
    });
    const role = `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    await arm(azure, 'PUT', role, '2022-04-01', {
      properties: {
        principalId: identity.json.properties.principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_OWNER}`,
      },
    });
  });
  afterAll(async () => {
    await azure.close();
    rmSync(state, { recursive: true, force: true });
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'site-updates-'));
    name = `func-updates-${++sites}`;
    await arm(azure, 'PUT', idOf('serverFarms', `asp-${name}`), WEB, {
      location: 'westeurope',
      sku: { name: 'FC1' },
      properties: { reserved: true },
    });
  });
  afterEach(async () => {
    await arm(azure, 'DELETE', siteId(), WEB);
    rmSync(folder, { recursive: true, force: true });
  });

  test('by RollingUpdate the old instance finishes what it has begun, while the new one takes what comes', async () => {
    await begin('RollingUpdate');
    const begun = await slow('v1');
    await release('v2');
    expect(has('terminated-v1')).toBe(false);
    tell('finish-v1');
    expect(await begun.answer).toBe('v1');
    // It ends as Azure ends an instance: the app is told.
    await told('terminated-v1');
    await until(() => packages().length === 1);
  });

  test('by RollingUpdate there is no moment without an instance', async () => {
    await begin('RollingUpdate');
    tell('hold-start-v2');
    await publish('v2');
    await told('starting-v2');
    expect(await ask('version')).toBe('v1 green');
    rmSync(join(folder, 'hold-start-v2'));
    await answers('v2 green');
  });

  test('of rolling updates that overlap, each instance finishes its own and the newest serves', async () => {
    await begin('RollingUpdate');
    const first = await slow('v1');
    await release('v2');
    const second = await slow('v2');
    await release('v3');
    expect(packages()).toHaveLength(3);
    tell('finish-v2');
    tell('finish-v1');
    expect([await first.answer, await second.answer]).toEqual(['v1', 'v2']);
    await until(() => packages().length === 1);
  });

  test('an instance that is drained for an hour is ended in the middle of what it does', async () => {
    await begin('RollingUpdate');
    const begun = await slow('v1');
    await release('v2');
    clock.advance(3_600_000);
    expect(await begun.answer).toBe(502);
    expect(has('terminated-v1')).toBe(false);
  });

  test('by Recreate what is under way is ended, and what comes waits for the new instance', async () => {
    await begin('Recreate');
    const begun = await slow('v1');
    tell('hold-start-v2');
    await publish('v2');
    expect(await begun.answer).toBe(502);
    expect(has('terminated-v1')).toBe(false);
    const waiting = ask('version');
    await told('starting-v2');
    rmSync(join(folder, 'hold-start-v2'));
    expect(await waiting).toBe('v2 green');
  });

  test('Recreate ends instances that are drained, too', async () => {
    await begin('RollingUpdate');
    const begun = await slow('v1');
    await put('Recreate', 'green');
    await until(async () => packages().length === 1 && (await ask('version')) === 'v1 green');
    await publish('v2');
    expect(await begun.answer).toBe(502);
    await answers('v2 green');
  });

  test('new settings come by the strategy, too; another strategy by the one before', async () => {
    await begin('Recreate');
    const ended = await slow('v1');
    await put('RollingUpdate', 'green');
    expect(await ended.answer).toBe(502);
    await answers('v1 green');
    rmSync(join(folder, 'began-v1'));
    const begun = await slow('v1');
    await put('RollingUpdate', 'blue');
    await answers('v1 blue');
    tell('finish-v1');
    expect(await begun.answer).toBe('v1');
  });

  test('the strategy is read back, and Recreate where none was sent', async () => {
    expect((await put(undefined, 'green')).json.properties.functionAppConfig).toMatchObject({
      runtime: { name: 'node', version: '24' },
      scaleAndConcurrency: { instanceMemoryMB: 2048, maximumInstanceCount: 40, alwaysReady: [] },
      siteUpdateStrategy: { type: 'Recreate' },
    });
    const alwaysReady = [
      { name: 'function:calls', instanceCount: 2 },
      { name: 'http', instanceCount: 1 },
    ];
    await put('RollingUpdate', 'green', {
      runtime: { name: 'node', version: '22' },
      scaleAndConcurrency: { instanceMemoryMB: 512, maximumInstanceCount: 100, alwaysReady },
    });
    expect((await arm(azure, 'GET', siteId(), WEB)).json.properties.functionAppConfig).toMatchObject({
      runtime: { name: 'node', version: '22' },
      scaleAndConcurrency: { instanceMemoryMB: 512, maximumInstanceCount: 100, alwaysReady },
      siteUpdateStrategy: { type: 'RollingUpdate' },
    });
  });

  test.each<[string, object]>([
    ['siteUpdateStrategy.type', { siteUpdateStrategy: { type: 'BlueGreen' } }],
    ['runtime.version', { runtime: { name: 'node', version: '20' } }],
    ['runtime.version', { runtime: { name: 'node', version: '26' } }],
    ['runtime.name', { runtime: { name: 'nodejs', version: '24' } }],
    ['scaleAndConcurrency.instanceMemoryMB', { scaleAndConcurrency: { instanceMemoryMB: 1024 } }],
    ['scaleAndConcurrency.maximumInstanceCount', { scaleAndConcurrency: { maximumInstanceCount: 1001 } }],
    [
      'scaleAndConcurrency.alwaysReady.0.name',
      { scaleAndConcurrency: { alwaysReady: [{ name: 'calls', instanceCount: 1 }] } },
    ],
    [
      'scaleAndConcurrency.alwaysReady.0.instanceCount',
      { scaleAndConcurrency: { alwaysReady: [{ name: 'http', instanceCount: -1 }] } },
    ],
    [
      'scaleAndConcurrency.alwaysReady',
      {
        scaleAndConcurrency: {
          maximumInstanceCount: 40,
          alwaysReady: [
            { name: 'http', instanceCount: 21 },
            { name: 'function:calls', instanceCount: 20 },
          ],
        },
      },
    ],
  ])('refuses a wrong %s', async (path, over) => {
    const { status, json } = await put('Recreate', 'green', over);
    expect([status, json.error.code]).toEqual([400, 'BadRequest']);
    expect(json.error.message).toMatch(new RegExp(`^properties\\.functionAppConfig\\.${path}: `));
    expect((await arm(azure, 'GET', siteId(), WEB)).status).toBe(404);
  });
});
