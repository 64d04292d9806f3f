import { TableClient } from '@azure/data-tables';
import {
  BlobServiceClient,
  BlockBlobClient,
  ContainerClient,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientSecretCredential } from '@azure/identity';
import {
  clientOptions,
  startLocalAzure,
  SUBSCRIPTION_ID,
  TENANT_ID,
  type LocalAzure,
} from '../../../../azure';
import { ForwardClock } from '../../../../azure/core/forward-clock';
import { arm, deployerCredential, send, tokenOf } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-st`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/strelaylab`;
const CONTAINERS = `${ACCOUNT}/blobServices/default/containers`;
const VERSION = '2023-05-01';
const STORAGE = 'https://storage.azure.com';
const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b';
const TABLE_DATA_CONTRIBUTOR = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3';

async function createAccount(azure: LocalAzure, id = ACCOUNT, allowSharedKeyAccess = false) {
  await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
  return arm(azure, 'PUT', id, VERSION, {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    identity: { type: 'None', userAssignedIdentities: null },
    properties: { allowSharedKeyAccess, allowBlobPublicAccess: false },
  });
}

function assign(azure: LocalAzure, scope: string, name: string, principalId: string, roleId: string) {
  return arm(
    azure,
    'PUT',
    `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    '2022-04-01',
    {
      properties: {
        principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      },
    },
  );
}

describe('the storage of local Azure', () => {
  let azure: LocalAzure;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    azure = await startLocalAzure({ stateDir: folder });
    await createAccount(azure);
    await arm(azure, 'PUT', `${CONTAINERS}/deadletter`, VERSION, {
      properties: { metadata: {}, publicAccess: 'None' },
    });
  });
  afterAll(async () => {
    await azure.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const blobs = (credential = deployerCredential(azure)) =>
    new BlobServiceClient(
      'https://strelaylab.blob.core.windows.net',
      credential,
      clientOptions(azure.endpoints),
    );

  const blobClient = (name: string, credential = deployerCredential(azure)) =>
    new BlockBlobClient(
      `https://strelaylab.blob.core.windows.net/deadletter/${encodeURIComponent(name)}`,
      credential,
      clientOptions(azure.endpoints),
    );

  test('answers for the account as Azure does', async () => {
    const { json } = await arm(azure, 'GET', ACCOUNT, VERSION);
    expect(json).toMatchObject({
      kind: 'StorageV2',
      properties: {
        provisioningState: 'Succeeded',
        primaryEndpoints: { blob: 'https://strelaylab.blob.core.windows.net/' },
      },
    });
    expect(json.secrets).toBeUndefined();
    for (const service of ['blobServices', 'fileServices', 'queueServices']) {
      expect((await arm(azure, 'GET', `${ACCOUNT}/${service}/default`, VERSION)).status).toBe(200);
    }
  });

  test('has the containers that ARM created', async () => {
    const names: string[] = [];
    for await (const { name } of blobs().listContainers()) names.push(name);
    expect(names).toEqual(['deadletter']);
  });

  test('lets the blob client write, read and list with a bearer token', async () => {
    const blob = blobClient('a b/ä.json');
    await blob.upload('{"n":1}', 7, {
      metadata: { kind: 'test' },
      blobHTTPHeaders: { blobContentType: 'application/json' },
    });
    expect((await blob.downloadToBuffer()).toString()).toBe('{"n":1}');
    expect((await blob.getProperties()).metadata).toEqual({ kind: 'test' });
    expect(await azure.storage.listBlobs(ACCOUNT, 'deadletter')).toContain('a b/ä.json');
  });

  test('writes blobs for the services of local Azure', async () => {
    await azure.context.writeBlob(ACCOUNT, 'deadletter', '2026/x.json', 'hello');
    expect((await azure.storage.readBlob(ACCOUNT, 'deadletter', '2026/x.json')).toString()).toBe('hello');
    await expect(azure.context.writeBlob(ACCOUNT, 'nowhere', 'x', 'y')).rejects.toThrow(
      /404 ContainerNotFound/,
    );
  });

  test('answers service properties of blobs and queues as XML', async () => {
    const token = await tokenOf(azure, STORAGE);
    for (const service of ['blob', 'queue']) {
      const url = `https://strelaylab.${service}.core.windows.net/?comp=properties&restype=service`;
      const answer = await send(azure, 'GET', url, { token, headers: { 'x-ms-version': '2020-08-04' } });
      expect([answer.status, answer.text]).toEqual([
        200,
        expect.stringContaining('<StorageServiceProperties'),
      ]);
    }
  });

  test('refuses shared keys where they are turned off', async () => {
    const { json } = await arm(azure, 'POST', `${ACCOUNT}/listKeys`, VERSION);
    const credential = new StorageSharedKeyCredential('strelaylab', json.keys[0].value);
    await expect(blobs(credential as never).getProperties()).rejects.toMatchObject({
      statusCode: 403,
      code: 'KeyBasedAuthenticationNotPermitted',
    });
  });

  test('refuses a token of another audience, and no token at all', async () => {
    const url = 'https://strelaylab.blob.core.windows.net/?comp=list';
    const headers = { 'x-ms-version': '2020-08-04' };
    const wrong = await send(azure, 'GET', url, { headers, token: await tokenOf(azure) });
    expect([wrong.status, wrong.headers['x-ms-error-code']]).toEqual([401, 'InvalidAuthenticationInfo']);
    const none = await send(azure, 'GET', url, { headers });
    expect([none.status, none.headers['x-ms-error-code']]).toEqual([401, 'NoAuthenticationInformation']);
  });

  test('lets a principal in only as far as its data roles go', async () => {
    const reader = azure.directory.addServicePrincipal('app', 'app-secret');
    const credential = new ClientSecretCredential(
      TENANT_ID,
      reader.clientId,
      'app-secret',
      clientOptions(azure.endpoints),
    );
    const blob = blobClient('mine', credential);
    await expect(blob.upload('x', 1)).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    });
    const name = '00000000-0000-4000-8000-000000000001';
    expect((await assign(azure, ACCOUNT, name, reader.objectId, BLOB_DATA_OWNER)).status).toBe(200);
    await blob.upload('x', 1);
    const tables = new TableClient(
      'https://strelaylab.table.core.windows.net',
      'devices',
      credential,
      clientOptions(azure.endpoints),
    );
    await expect(tables.createTable()).rejects.toMatchObject({ statusCode: 403 });
    await assign(
      azure,
      ACCOUNT,
      '00000000-0000-4000-8000-000000000002',
      reader.objectId,
      TABLE_DATA_CONTRIBUTOR,
    );
    await tables.createTable();
    await tables.createEntity({ partitionKey: 'p', rowKey: "r'1", n: 1 });
    await tables.updateEntity({ partitionKey: 'p', rowKey: "r'1", n: 2 }, 'Merge');
    const rows = [];
    for await (const row of tables.listEntities({ queryOptions: { filter: 'n eq 2' } }))
      rows.push(row.rowKey);
    expect(rows).toEqual(["r'1"]);
    await tables.deleteEntity('p', "r'1");
  });

  test('takes shared keys where they are on, after Azurite has verified them', async () => {
    const id = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stkeyed`;
    await createAccount(azure, id, true);
    const { json } = await arm(azure, 'POST', `${id}/listKeys`, VERSION);
    const client = (key: string) =>
      new ContainerClient(
        'https://stkeyed.blob.core.windows.net/one',
        new StorageSharedKeyCredential('stkeyed', key),
        clientOptions(azure.endpoints),
      );
    await client(json.keys[0].value).create();
    await expect(client('d3Jvbmc=').deleteIfExists()).rejects.toMatchObject({ statusCode: 403 });
    expect((await arm(azure, 'DELETE', id, VERSION)).status).toBe(200);
    await createAccount(azure, id, true);
    expect(await azure.storage.listBlobs(id, 'one').catch(String)).toMatch(/404 ContainerNotFound/);
  });

  test('refuses a name that another account has', async () => {
    const id = `${GROUP}/providers/Microsoft.Storage/storageAccounts/strelaylab`.replace('rg-st', 'rg-other');
    await arm(azure, 'PUT', GROUP.replace('rg-st', 'rg-other'), '2023-07-01', { location: 'westeurope' });
    const answer = await arm(azure, 'PUT', id, VERSION, { location: 'westeurope' });
    expect([answer.status, answer.json.error.code]).toEqual([409, 'StorageAccountAlreadyTaken']);
  });

  test('still has its blobs after a restart', async () => {
    await azure.context.writeBlob(ACCOUNT, 'deadletter', 'kept.json', 'kept');
    await azure.close();
    azure = await startLocalAzure({ stateDir: folder });
    expect((await azure.storage.readBlob(ACCOUNT, 'deadletter', 'kept.json')).toString()).toBe('kept');
  });

  test('deletes a container in Azurite with the one in ARM', async () => {
    await arm(azure, 'DELETE', `${CONTAINERS}/deadletter`, VERSION);
    await expect(azure.storage.listBlobs(ACCOUNT, 'deadletter')).rejects.toThrow(/404 ContainerNotFound/);
  });
});

test("an account was made at the time of Azure's clock", async () => {
  const clock = new ForwardClock();
  const azure = await startLocalAzure({ clock });
  try {
    clock.advance(3_600_000);
    const { json } = await createAccount(azure);
    expect(Date.parse(json.properties.creationTime)).toBeGreaterThan(Date.now() + 1_800_000);
  } finally {
    await azure.close();
  }
});
