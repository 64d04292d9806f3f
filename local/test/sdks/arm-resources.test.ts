import { ACS_ID, GROUP, SUBSCRIPTION } from '../support/harness';
import { all, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/arm-resources', () => {
  let cloud: SdkCloud;
  const acs = { location: 'global', properties: { dataLocation: 'Europe' } };

  beforeAll(async () => {
    cloud = await startSdkCloud();
  });
  afterAll(async () => cloud?.azure.close());

  test('groups: created, tagged, listed, deleted with what is in them', async () => {
    const { resourceGroups, resources } = cloud.resources;
    expect(await resourceGroups.createOrUpdate('rg-life', { location: 'West Europe' })).toMatchObject({
      id: `${SUBSCRIPTION}/resourceGroups/rg-life`,
      name: 'rg-life',
      location: 'westeurope',
      type: 'Microsoft.Resources/resourceGroups',
      properties: { provisioningState: 'Succeeded' },
    });
    await resourceGroups.update('rg-life', { tags: { a: 'b' } });
    expect((await resourceGroups.get('rg-life')).tags).toEqual({ a: 'b' });
    expect(await namesOf(resourceGroups.list())).toEqual(['rg-life', GROUP_NAME]);
    const id = ACS_ID.replace(GROUP_NAME, 'rg-life').replace('acs-test', 'acs-life');
    await resources.beginCreateOrUpdateByIdAndWait(id, '2025-05-01', acs);
    expect((await resourceGroups.checkExistence('rg-life')).body).toBe(true);

    await resourceGroups.beginDeleteAndWait('rg-life');
    expect((await resourceGroups.checkExistence('rg-life')).body).toBe(false);
    expect(await all(resources.list())).toEqual([]);
  });

  test('resources by id: created, changed, found, deleted', async () => {
    const { resources } = cloud.resources;
    expect(await resources.beginCreateOrUpdateByIdAndWait(ACS_ID, '2025-05-01', acs)).toMatchObject({
      id: ACS_ID,
      location: 'global',
      properties: { provisioningState: 'Succeeded', dataLocation: 'Europe' },
    });
    await resources.beginUpdateByIdAndWait(ACS_ID, '2025-05-01', { tags: { a: 'b' } });
    expect((await resources.getById(ACS_ID, '2025-05-01')).tags).toEqual({ a: 'b' });
    expect((await resources.checkExistenceById(ACS_ID, '2025-05-01')).body).toBe(true);
    expect(await namesOf(resources.listByResourceGroup(GROUP_NAME))).toEqual(['acs-test']);
    const filter = "resourceType eq 'Microsoft.Communication/communicationServices'";
    expect(await namesOf(resources.list({ filter }))).toEqual(['acs-test']);
    await resources.beginDeleteByIdAndWait(ACS_ID, '2025-05-01');
    await expect(resources.getById(ACS_ID, '2025-05-01')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    expect((await resources.checkExistenceById(ACS_ID, '2025-05-01')).body).toBe(false);
  });

  test('providers are listed and registered', async () => {
    const { providers } = cloud.resources;
    const registered = await all(providers.list());
    expect(registered.map(({ namespace }) => namespace)).toEqual(
      expect.arrayContaining([
        'Microsoft.Communication',
        'Microsoft.NotificationHubs',
        'Microsoft.EventGrid',
      ]),
    );
    expect(await providers.get('Microsoft.Communication')).toMatchObject({
      namespace: 'Microsoft.Communication',
      registrationState: 'Registered',
    });
    expect(await providers.register('Microsoft.Communication')).toMatchObject({
      registrationState: 'Registered',
    });
  });

  test('names what is wrong', async () => {
    const { resources } = cloud.resources;
    // Of a type that is not played: its resources are kept, and this one was never made.
    await expect(
      resources.getById(`${GROUP}/providers/Microsoft.Nothing/things/a`, '2020-01-01'),
    ).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
    await expect(resources.getById(ACS_ID, '2019-01-01')).rejects.toMatchObject({
      statusCode: 400,
      code: 'NoRegisteredProviderFound',
    });
  });
});
