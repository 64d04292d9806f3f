import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { apnsCredential, GROUP, HUB_ID, NAMESPACE_ID, PREVIEW } from '../support/harness';
import { arm } from '../support/clients';
import { all, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/arm-communication', () => {
  let cloud: SdkCloud;
  let services: CommunicationServiceManagementClient['communicationServices'];

  beforeAll(async () => {
    cloud = await startSdkCloud();
    services = new CommunicationServiceManagementClient(cloud.credential, cloud.subscriptionId, cloud.options)
      .communicationServices;
  });
  afterAll(async () => cloud?.azure.close());

  const create = (name: string, group = GROUP_NAME) =>
    services.beginCreateOrUpdateAndWait(group, name, { location: 'global', dataLocation: 'Europe' });

  test('creates, reads, tags and deletes a resource', async () => {
    expect(await create('acs-life')).toMatchObject({
      name: 'acs-life',
      location: 'global',
      provisioningState: 'Succeeded',
      dataLocation: 'Europe',
      hostName: 'acs-life.europe.communication.azure.com',
      disableLocalAuth: false,
    });
    await services.update(GROUP_NAME, 'acs-life', { tags: { team: 'calls' } });
    expect(await services.get(GROUP_NAME, 'acs-life')).toMatchObject({
      tags: { team: 'calls' },
      dataLocation: 'Europe',
      systemData: { createdAt: expect.any(Date) },
    });
    await services.beginDeleteAndWait(GROUP_NAME, 'acs-life');
    await expect(services.get(GROUP_NAME, 'acs-life')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    await services.beginDeleteAndWait(GROUP_NAME, 'acs-life');
  });

  test('pages through the lists of a group and of the subscription', async () => {
    await cloud.resources.resourceGroups.createOrUpdate('rg-other', { location: 'westeurope' });
    const names = Array.from({ length: 22 }, (_, at) => `acs-list-${String(at).padStart(2, '0')}`);
    for (const name of names) await create(name);
    await create('acs-of-other', 'rg-other');

    expect(await namesOf(services.listByResourceGroup(GROUP_NAME))).toEqual(names);
    expect(await namesOf(services.listBySubscription())).toEqual([...names, 'acs-of-other']);
    const sizes = [];
    for await (const page of services.listByResourceGroup(GROUP_NAME).byPage()) sizes.push(page.length);
    expect(sizes).toEqual([20, 2]);
    await cloud.resources.resourceGroups.beginDeleteAndWait('rg-other');
    expect(await namesOf(services.listBySubscription())).toEqual(names);
  });

  test('reads and regenerates keys', async () => {
    await create('acs-keys');
    const before = await services.listKeys(GROUP_NAME, 'acs-keys');
    expect(before.primaryConnectionString).toBe(
      `endpoint=https://acs-keys.europe.communication.azure.com/;accesskey=${before.primaryKey}`,
    );
    const { primaryKey } = await services.regenerateKey(GROUP_NAME, 'acs-keys', { keyType: 'Primary' });
    const after = await services.listKeys(GROUP_NAME, 'acs-keys');
    expect(after).toMatchObject({ primaryKey, secondaryKey: before.secondaryKey });
    expect(primaryKey).not.toBe(before.primaryKey);
  });

  test('links a notification hub, which the resource then names', async () => {
    await create('acs-link');
    await arm(cloud.azure, 'PUT', NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    await arm(cloud.azure, 'PUT', HUB_ID, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
    const rule = `${HUB_ID}/authorizationRules/DefaultFullSharedAccessSignature`;
    const { json: keys } = await arm(cloud.azure, 'POST', `${rule}/listKeys`, PREVIEW);

    const linkNotificationHubParameters = {
      resourceId: HUB_ID,
      connectionString: keys.primaryConnectionString as string,
    };
    expect(
      await services.linkNotificationHub(GROUP_NAME, 'acs-link', { linkNotificationHubParameters }),
    ).toEqual({ resourceId: HUB_ID });
    expect((await services.get(GROUP_NAME, 'acs-link')).notificationHubId).toBe(HUB_ID);
  });

  test('is told whether a name is free, and why a resource is refused', async () => {
    await create('acs-taken');
    const check = (name: string) =>
      services.checkNameAvailability({ name, type: 'Microsoft.Communication/CommunicationServices' });
    expect(await check('acs-free')).toMatchObject({ nameAvailable: true });
    expect(await check('acs-taken')).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });

    await expect(
      services.beginCreateOrUpdateAndWait(GROUP_NAME, 'acs-taken', {
        location: 'global',
        dataLocation: 'UK',
      }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'PropertyChangeNotAllowed' });
    await expect(create('acs-nowhere', 'rg-nowhere')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceGroupNotFound',
    });
    expect(
      (await all(cloud.resources.resources.listByResourceGroup(GROUP_NAME))).map(({ id }) => id),
    ).toContain(`${GROUP}/providers/Microsoft.Communication/communicationServices/acs-taken`);
  });
});
