import { NotificationHubsManagementClient } from '@azure/arm-notificationhubs';
import { apnsCredential } from '../support/harness';
import { GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/arm-notificationhubs', () => {
  const NAMESPACE = 'nhns-sdk';
  let cloud: SdkCloud;
  let client: NotificationHubsManagementClient;

  beforeAll(async () => {
    cloud = await startSdkCloud();
    client = new NotificationHubsManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
    await client.namespaces.createOrUpdate(GROUP_NAME, NAMESPACE, {
      location: 'West Europe',
      sku: { name: 'Basic' },
    });
  });
  afterAll(async () => cloud?.azure.close());

  const createHub = (name: string) =>
    client.notificationHubs.createOrUpdate(GROUP_NAME, NAMESPACE, name, {
      location: 'westeurope',
      apnsCredential: apnsCredential().apnsCredential.properties,
    });

  test('reads, tags, lists and deletes namespaces', async () => {
    await client.namespaces.createOrUpdate(GROUP_NAME, 'nhns-life', {
      location: 'westeurope',
      sku: { name: 'Free' },
    });
    expect(await client.namespaces.get(GROUP_NAME, 'nhns-life')).toMatchObject({
      sku: { name: 'Free' },
      provisioningState: 'Succeeded',
      serviceBusEndpoint: 'https://nhns-life.servicebus.windows.net:443/',
      enabled: true,
    });
    await client.namespaces.patch(GROUP_NAME, 'nhns-life', { tags: { a: 'b' }, sku: { name: 'Standard' } });
    expect(await client.namespaces.get(GROUP_NAME, 'nhns-life')).toMatchObject({
      tags: { a: 'b' },
      sku: { name: 'Standard' },
    });
    expect(await namesOf(client.namespaces.list(GROUP_NAME))).toEqual(['nhns-life', NAMESPACE]);
    expect(await namesOf(client.namespaces.listAll())).toEqual(['nhns-life', NAMESPACE]);
    await client.namespaces.beginDeleteAndWait(GROUP_NAME, 'nhns-life');
    expect(await namesOf(client.namespaces.listAll())).toEqual([NAMESPACE]);
  });

  test('is told which names are taken', async () => {
    const location = 'westeurope';
    expect(await client.namespaces.checkAvailability({ name: NAMESPACE, location })).toMatchObject({
      isAvailiable: false,
    });
    expect(await client.namespaces.checkAvailability({ name: 'nhns-free', location })).toMatchObject({
      isAvailiable: true,
    });
  });

  test('a hub keeps its credentials, which only their own operation shows', async () => {
    await createHub('calling');
    const hub = await client.notificationHubs.get(GROUP_NAME, NAMESPACE, 'calling');
    expect(hub).toMatchObject({ name: 'calling', location: 'westeurope' });
    expect(hub.apnsCredential).toBeUndefined();
    const { keyId, appId, token } = apnsCredential().apnsCredential.properties;
    expect(
      (await client.notificationHubs.getPnsCredentials(GROUP_NAME, NAMESPACE, 'calling')).apnsCredential,
    ).toMatchObject({ keyId, appId, token });
    expect(await namesOf(client.notificationHubs.list(GROUP_NAME, NAMESPACE))).toContain('calling');
  });

  test('rules of a hub: keys, regenerated', async () => {
    await createHub('ruled');
    const rules = client.notificationHubs;
    expect(
      await rules.createOrUpdateAuthorizationRule(GROUP_NAME, NAMESPACE, 'ruled', 'sender', {
        properties: { rights: ['Send'] },
      }),
    ).toMatchObject({ name: 'sender', rights: ['Send'] });
    expect(await namesOf(rules.listAuthorizationRules(GROUP_NAME, NAMESPACE, 'ruled'))).toEqual([
      'DefaultFullSharedAccessSignature',
      'DefaultListenSharedAccessSignature',
      'sender',
    ]);
    const before = await rules.listKeys(GROUP_NAME, NAMESPACE, 'ruled', 'sender');
    expect(before).toMatchObject({
      keyName: 'sender',
      primaryConnectionString: `Endpoint=sb://${NAMESPACE}.servicebus.windows.net/;SharedAccessKeyName=sender;SharedAccessKey=${before.primaryKey}`,
    });
    const policyKey = 'PrimaryKey';
    const after = await rules.regenerateKeys(GROUP_NAME, NAMESPACE, 'ruled', 'sender', { policyKey });
    expect(after.primaryKey).not.toBe(before.primaryKey);
    expect(after.secondaryKey).toBe(before.secondaryKey);

    await rules.deleteAuthorizationRule(GROUP_NAME, NAMESPACE, 'ruled', 'sender');
    await expect(rules.getAuthorizationRule(GROUP_NAME, NAMESPACE, 'ruled', 'sender')).rejects.toMatchObject({
      statusCode: 404,
    });
    await rules.delete(GROUP_NAME, NAMESPACE, 'ruled');
    await expect(rules.get(GROUP_NAME, NAMESPACE, 'ruled')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('rules of a namespace', async () => {
    expect(await namesOf(client.namespaces.listAuthorizationRules(GROUP_NAME, NAMESPACE))).toContain(
      'RootManageSharedAccessKey',
    );
    await client.namespaces.createOrUpdateAuthorizationRule(GROUP_NAME, NAMESPACE, 'listener', {
      properties: { rights: ['Listen'] },
    });
    expect(await client.namespaces.listKeys(GROUP_NAME, NAMESPACE, 'listener')).toMatchObject({
      keyName: 'listener',
    });
  });
});
