import { randomUUID } from 'node:crypto';
import { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { ClientSecretCredential } from '@azure/identity';
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { QueueServiceClient, StorageSharedKeyCredential as QueueKey } from '@azure/storage-queue';
import { TableClient } from '@azure/data-tables';
import { TENANT_ID } from '../../azure';
import { arm } from '../support/clients';
import { GROUP, SUBSCRIPTION } from '../support/harness';
import { all, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

const ACCOUNT = 'stsdk';
const BLOB_DATA_READER = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1`;
let cloud: SdkCloud;
let client: StorageManagementClient;

beforeAll(async () => {
  cloud = await startSdkCloud();
  client = new StorageManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
  await client.storageAccounts.beginCreateAndWait(GROUP_NAME, ACCOUNT, {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    minimumTlsVersion: 'TLS1_2',
  });
});
afterAll(async () => cloud?.azure.close());

const storageOptions = () => ({ ...cloud.options, retryOptions: { maxTries: 1 } });

const firstKey = async () =>
  (await client.storageAccounts.listKeys(GROUP_NAME, ACCOUNT)).keys!.find((key) => key.keyName === 'key1')!
    .value!;

describe('@azure/arm-storage', () => {
  test('reads, updates, lists and deletes accounts', async () => {
    await client.storageAccounts.beginCreateAndWait(GROUP_NAME, 'stlife', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
    });
    await client.storageAccounts.update(GROUP_NAME, 'stlife', {
      allowSharedKeyAccess: false,
      tags: { a: 'b' },
    });
    expect(await client.storageAccounts.getProperties(GROUP_NAME, 'stlife')).toMatchObject({
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      tags: { a: 'b' },
      allowSharedKeyAccess: false,
      provisioningState: 'Succeeded',
      creationTime: expect.any(Date),
      primaryEndpoints: { blob: 'https://stlife.blob.core.windows.net/' },
    });
    expect(await namesOf(client.storageAccounts.list())).toEqual(['stlife', ACCOUNT]);
    await client.storageAccounts.delete(GROUP_NAME, 'stlife');
    expect(await namesOf(client.storageAccounts.listByResourceGroup(GROUP_NAME))).toEqual([ACCOUNT]);
  });

  test('is told which names can be had', async () => {
    const check = async (name: string) =>
      client.storageAccounts.checkNameAvailability({ name, type: 'Microsoft.Storage/storageAccounts' });
    expect(await check('stfree')).toMatchObject({ nameAvailable: true });
    expect(await check(ACCOUNT)).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
    expect(await check('Not-A-Name')).toMatchObject({ nameAvailable: false, reason: 'AccountNameInvalid' });
  });

  test('regenerates one key and keeps the other', async () => {
    const before = (await client.storageAccounts.listKeys(GROUP_NAME, ACCOUNT)).keys!;
    const after = (await client.storageAccounts.regenerateKey(GROUP_NAME, ACCOUNT, { keyName: 'key2' }))
      .keys!;
    const valueOf = (keys: typeof before, name: string) => keys.find((key) => key.keyName === name)?.value;
    expect(valueOf(after, 'key1')).toBe(valueOf(before, 'key1'));
    expect(valueOf(after, 'key2')).not.toBe(valueOf(before, 'key2'));
  });

  test('containers and queues', async () => {
    await client.blobContainers.create(GROUP_NAME, ACCOUNT, 'releases', {});
    expect(await client.blobContainers.get(GROUP_NAME, ACCOUNT, 'releases')).toMatchObject({
      name: 'releases',
      publicAccess: 'None',
    });
    expect(await namesOf(client.blobContainers.list(GROUP_NAME, ACCOUNT))).toEqual(['releases']);
    await client.blobContainers.delete(GROUP_NAME, ACCOUNT, 'releases');
    expect(await all(client.blobContainers.list(GROUP_NAME, ACCOUNT))).toEqual([]);

    await client.queue.create(GROUP_NAME, ACCOUNT, 'events', { metadata: { a: 'b' } });
    expect(await namesOf(client.queue.list(GROUP_NAME, ACCOUNT))).toEqual(['events']);
    await client.queue.delete(GROUP_NAME, ACCOUNT, 'events');
  });

  test('services and lifecycle policies', async () => {
    await client.blobServices.setServiceProperties(GROUP_NAME, ACCOUNT, {
      deleteRetentionPolicy: { enabled: true, days: 7 },
    });
    expect(await client.blobServices.getServiceProperties(GROUP_NAME, ACCOUNT)).toMatchObject({
      deleteRetentionPolicy: { enabled: true, days: 7 },
    });
    await client.managementPolicies.createOrUpdate(GROUP_NAME, ACCOUNT, 'default', {
      policy: {
        rules: [
          {
            name: 'old',
            type: 'Lifecycle',
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['dead'] },
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
            },
          },
        ],
      },
    });
    const { policy } = await client.managementPolicies.get(GROUP_NAME, ACCOUNT, 'default');
    expect(policy?.rules.map(({ name }) => name)).toEqual(['old']);
    await client.managementPolicies.delete(GROUP_NAME, ACCOUNT, 'default');
    await expect(client.managementPolicies.get(GROUP_NAME, ACCOUNT, 'default')).rejects.toMatchObject({
      statusCode: 404,
    });
  });
});

describe('@azure/storage-blob', () => {
  const service = (credential: StorageSharedKeyCredential | TokenCredential) =>
    new BlobServiceClient(`https://${ACCOUNT}.blob.core.windows.net`, credential, storageOptions());

  test('by key: writes, lists and reads', async () => {
    const container = service(new StorageSharedKeyCredential(ACCOUNT, await firstKey())).getContainerClient(
      'by-key',
    );
    await container.create();
    await container.getBlockBlobClient('a/one.json').upload('{}', 2);
    expect(await namesOf(container.listBlobsFlat())).toEqual(['a/one.json']);
    expect((await container.getBlobClient('a/one.json').downloadToBuffer()).toString()).toBe('{}');
  });

  test('by token: only with a role of the data', async () => {
    const { clientId, objectId } = cloud.azure.directory.addServicePrincipal('reader', 'secret');
    const reader = new ClientSecretCredential(TENANT_ID, clientId, 'secret', cloud.options);
    const containers = () => all(service(reader).listContainers());
    await expect(containers()).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    });

    const assignment = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
    await arm(cloud.azure, 'PUT', assignment, '2022-04-01', {
      properties: { principalId: objectId, roleDefinitionId: BLOB_DATA_READER },
    });
    expect((await containers()).map(({ name }) => name)).toContain('by-key');
  });
});

test('@azure/storage-queue sends and receives', async () => {
  const service = new QueueServiceClient(
    `https://${ACCOUNT}.queue.core.windows.net`,
    new QueueKey(ACCOUNT, await firstKey()),
    storageOptions(),
  );
  const queue = service.getQueueClient('by-key');
  await queue.create();
  await queue.sendMessage('hello');
  const { receivedMessageItems } = await queue.receiveMessages();
  expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual(['hello']);
});

test('@azure/data-tables keeps and finds entities', async () => {
  const client = TableClient.fromConnectionString(
    `DefaultEndpointsProtocol=https;AccountName=${ACCOUNT};AccountKey=${await firstKey()};EndpointSuffix=core.windows.net`,
    'people',
    cloud.options,
  );
  await client.createTable();
  await client.createEntity({ partitionKey: 'p', rowKey: '1', name: 'Ann' });
  expect(await all(client.listEntities({ queryOptions: { filter: "name eq 'Ann'" } }))).toMatchObject([
    { partitionKey: 'p', rowKey: '1', name: 'Ann' },
  ]);
});
