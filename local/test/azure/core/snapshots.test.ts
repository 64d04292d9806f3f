import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure, type Snapshot } from '../../../azure';
import type { FunctionHost } from '../../../functions/function-host';
import { ForwardClock } from '../../../azure/core/forward-clock';
import { arm, send, tokenOf } from '../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-kept`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stkept`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-kept`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-kept`;
const DEVICE = { acsId: ACS, rawId: '8:acs:alice', platform: 'apns', handle: 'a1' };
const SECRET = 'https://kv-kept.vault.azure.net/secrets/key?api-version=7.4';

/** Something in every place where local Azure keeps things. */
async function fill(azure: LocalAzure): Promise<void> {
  await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
  await arm(azure, 'PUT', ACCOUNT, '2023-05-01', { location: 'westeurope', properties: {} });
  await arm(azure, 'PUT', `${ACCOUNT}/blobServices/default/containers/letters`, '2023-05-01', {
    properties: {},
  });
  await azure.storage.writeBlob(ACCOUNT, 'letters', 'b', 'what the blob holds');
  await arm(azure, 'PUT', VAULT, '2023-07-01', {
    location: 'westeurope',
    properties: {
      tenantId: azure.endpoints.tenantId,
      sku: { family: 'A', name: 'standard' },
      accessPolicies: [],
    },
  });
  await secret(azure, 'PUT', { value: 'hidden' });
  await arm(azure, 'PUT', ACS, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
  await azure.control('POST', '/devices', DEVICE);
  azure.directory.addServicePrincipal('another', 'its secret');
}

const secret = async (azure: LocalAzure, method: string, body?: unknown) =>
  send(azure, method, SECRET, { token: await tokenOf(azure, 'https://vault.azure.net'), body });
const devices = async (azure: LocalAzure) =>
  (await azure.control('GET', `/devices?acsId=${ACS}&rawId=${DEVICE.rawId}`)).body;

let folder: string;
let azure: LocalAzure;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
});

afterEach(async () => {
  await azure?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a snapshot', () => {
  it('is JSON that another local Azure starts with: resources, secrets, devices, blobs, principals, the activity log', async () => {
    azure = await startLocalAzure();
    await fill(azure);
    const taken = JSON.parse(JSON.stringify(await azure.snapshot())) as Snapshot;
    expect((await azure.storage.readBlob(ACCOUNT, 'letters', 'b')).toString()).toBe('what the blob holds');
    const known = await devices(azure);
    const entries = azure.context.activityLog.length;
    await azure.close();

    azure = await startLocalAzure({ snapshot: taken });
    expect((await azure.storage.readBlob(ACCOUNT, 'letters', 'b')).toString()).toBe('what the blob holds');
    expect((await secret(azure, 'GET')).json).toMatchObject({ value: 'hidden' });
    expect(await devices(azure)).toEqual(known);
    expect(known).toHaveLength(1);
    expect(azure.context.activityLog).toHaveLength(entries);
    expect(azure.directory.toJSON().map(({ displayName }) => displayName)).toContain('another');
  });

  it('has nothing outside of its folder run or removed as the package of a Function App', async () => {
    const state = join(folder, 'state');
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    const run: string[] = [];
    const stop = () => Promise.resolve();
    const functionHost: FunctionHost = {
      start: (app) => {
        run.push(app.folder);
        return Promise.resolve({ functions: [], baseUrl: '', stop, terminate: stop });
      },
    };
    const said: string[] = [];
    azure = await startLocalAzure({ stateDir: state, functionHost, log: (line) => said.push(line) });
    const secrets = { publishingPassword: 'p', appSettings: {}, packageFolder: '../../outside' };
    const id = `${GROUP}/providers/Microsoft.Web/sites/func-kept`;
    const site = { id, name: 'func-kept', type: 'Microsoft.Web/sites', properties: {}, secrets };
    const good = await azure.snapshot();
    await azure.reset({ ...good, resources: [site] });
    expect(said.join()).toContain(`the package '../../outside' is outside of ${join(state, 'sites')}`);

    const scm = 'https://func-kept.scm.azurewebsites.net/api';
    const token = await tokenOf(azure);
    const body = zipSync({ 'host.json': strToU8('{}') });
    const headers = { 'content-type': 'application/zip' };
    expect((await send(azure, 'POST', `${scm}/publish`, { token, headers, body })).status).toBe(202);
    let latest = { complete: false };
    while (!latest.complete) latest = (await send(azure, 'GET', `${scm}/deployments/latest`, { token })).json;
    expect(existsSync(outside)).toBe(true);
    expect(run).toEqual([expect.stringMatching(/sites\/func-kept\/[-0-9a-f]+$/)]);
  });

  it('is loaded in place of what a folder keeps, and kept there', async () => {
    azure = await startLocalAzure({ stateDir: folder });
    const empty = await azure.snapshot();
    await fill(azure);
    await azure.close();
    azure = await startLocalAzure({ stateDir: folder, snapshot: empty });
    await azure.close();
    azure = await startLocalAzure({ stateDir: folder });
    expect(azure.context.store.list()).toEqual([]);
  });

  it('brings its time along, which the clock shows or is past', async () => {
    const clock = new ForwardClock();
    azure = await startLocalAzure({ clock });
    clock.advance(86_400_000);
    const taken = await azure.snapshot();
    await azure.close();
    azure = await startLocalAzure({ snapshot: taken });
    expect(azure.context.clock.now()).toBeGreaterThanOrEqual(Date.parse(taken.takenAt));
  });

  it.each<[string, (snapshot: Snapshot) => unknown, RegExp]>([
    ['of another version', (good) => ({ ...good, version: 2 }), /^version: got 2, expected 1/],
    [
      'without an id',
      (good) => ({ ...good, resources: [{ name: 'x' }] }),
      /^resources\.0\.id: .*resources\.0\.type: /,
    ],
    ['with a member nobody knows', (good) => ({ ...good, more: 1 }), /more/],
    [
      'with a file outside',
      (good) => ({ ...good, files: { 'sites/../../x': '' } }),
      /^files\.sites\/\.\.\/\.\.\/x: .*no path/,
    ],
    [
      'with a file where another has its folder',
      (good) => ({ ...good, files: { 'sites/a': '', 'sites/a/b': '' } }),
      /^files\.sites\/a\/b: cannot be beside the other files/,
    ],
    [
      'with a name that no file has',
      (good) => ({ ...good, files: { [`sites/${'x'.repeat(300)}`]: '' } }),
      /^files\.sites\/x+: cannot be beside/,
    ],
    [
      'with a resource named after a path',
      (good) => ({ ...good, resources: [{ ...good.resources[0], name: '../../x' }] }),
      /^resources\.0\.name: is no segment of an id/,
    ],
    ['that is no object', () => 'text', /^the document: /],
  ])('%s is refused, says where, and leaves everything as it was', async (_, spoil, message) => {
    azure = await startLocalAzure();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    const spoilt = spoil(await azure.snapshot()) as Snapshot;
    await expect(azure.reset(spoilt)).rejects.toThrow(RangeError);
    await expect(azure.reset(spoilt)).rejects.toThrow(message);
    expect((await arm(azure, 'GET', GROUP, '2023-07-01')).status).toBe(200);
    await expect(startLocalAzure({ snapshot: spoilt })).rejects.toThrow(message);
  });
});

describe('a reset', () => {
  it('leaves nothing of what was there, at the same addresses and with the same tokens', async () => {
    azure = await startLocalAzure({ stateDir: folder });
    const token = await tokenOf(azure);
    const { endpoints } = azure;
    await fill(azure);
    await azure.control('POST', '/faults', { hubs: { failedPercent: 100 } });
    await azure.context.clock.advance!(3_600_000);
    await azure.reset();

    expect(azure.endpoints).toEqual(endpoints);
    expect((await arm(azure, 'GET', GROUP, '2023-07-01', undefined, token)).status).toBe(404);
    expect(azure.context.store.list()).toEqual([]);
    expect([azure.context.inbox, azure.context.activityLog]).toEqual([[], []]);
    expect(azure.directory.toJSON().map(({ displayName }) => displayName)).toEqual(['deployer']);
    expect(azure.context.clock.now()).toBeLessThan(Date.now() + 1);
    expect(existsSync(join(folder, 'azurite'))).toBe(false);
  });

  it('goes on with an account of the same name as with a new one', async () => {
    azure = await startLocalAzure();
    await fill(azure);
    await azure.reset();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', ACCOUNT, '2023-05-01', { location: 'westeurope', properties: {} });
    await arm(azure, 'PUT', `${ACCOUNT}/blobServices/default/containers/letters`, '2023-05-01', {
      properties: {},
    });
    expect(await azure.storage.listBlobs(ACCOUNT, 'letters')).toEqual([]);
  });

  it('takes what is asked meanwhile in turn', async () => {
    azure = await startLocalAzure();
    await fill(azure);
    const full = await azure.snapshot();
    const [, , after] = await Promise.all([azure.reset(), azure.reset(full), azure.snapshot()]);
    expect(after.resources).toHaveLength(full.resources.length);
  });
});

describe('the kept state', () => {
  it('is never read in half: what was being written when local Azure was killed is left aside', async () => {
    azure = await startLocalAzure({ stateDir: folder });
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await azure.close();
    writeFileSync(join(folder, 'state.json.next'), '{"version":1,"resour');
    azure = await startLocalAzure({ stateDir: folder });
    expect((await arm(azure, 'GET', GROUP, '2023-07-01')).status).toBe(200);
  });
});
