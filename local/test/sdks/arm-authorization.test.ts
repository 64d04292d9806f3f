import { randomUUID } from 'node:crypto';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { GROUP, SUBSCRIPTION } from '../support/harness';
import { all, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/arm-authorization', () => {
  let cloud: SdkCloud;
  let client: AuthorizationManagementClient;

  beforeAll(async () => {
    cloud = await startSdkCloud();
    client = new AuthorizationManagementClient(cloud.credential, cloud.subscriptionId, cloud.options);
  });
  afterAll(async () => cloud?.azure.close());

  const readerRole = async () => {
    const [role] = await all(client.roleDefinitions.list(SUBSCRIPTION, { filter: "roleName eq 'Reader'" }));
    return role!;
  };

  test('finds built-in roles by name', async () => {
    expect(await readerRole()).toMatchObject({
      name: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
      roleName: 'Reader',
      roleType: 'BuiltInRole',
      permissions: [{ actions: ['*/read'] }],
    });
  });

  test('assigns a role, finds it and takes it back', async () => {
    const { objectId } = cloud.azure.directory.addServicePrincipal('watcher', 'secret');
    const name = randomUUID();
    const { id: roleDefinitionId } = await readerRole();
    const parameters = { principalId: objectId, roleDefinitionId: roleDefinitionId! };
    const created = await client.roleAssignments.create(GROUP, name, parameters);
    expect(created).toMatchObject({
      name,
      principalId: objectId,
      scope: GROUP,
      principalType: 'ServicePrincipal',
    });
    await expect(client.roleAssignments.create(GROUP, randomUUID(), parameters)).rejects.toMatchObject({
      statusCode: 409,
      code: 'RoleAssignmentExists',
    });
    const filter = `principalId eq '${objectId}'`;
    const found = await all(client.roleAssignments.listForScope(GROUP, { filter }));
    expect(found.map((one) => one.name)).toEqual([name]);
    expect(await client.roleAssignments.getById(created.id!)).toMatchObject({ name });
    expect(await client.roleAssignments.delete(GROUP, name)).toMatchObject({ name });
    expect(await all(client.roleAssignments.listForScope(GROUP, { filter }))).toEqual([]);
  });

  test('makes a custom role', async () => {
    const id = randomUUID();
    await client.roleDefinitions.createOrUpdate(GROUP, id, {
      roleName: 'Hub linker',
      roleType: 'CustomRole',
      description: 'links hubs',
      permissions: [
        { actions: ['Microsoft.Communication/CommunicationServices/linkNotificationHub/action'] },
      ],
      assignableScopes: [GROUP],
    });
    expect(await client.roleDefinitions.get(GROUP, id)).toMatchObject({
      roleName: 'Hub linker',
      roleType: 'CustomRole',
      assignableScopes: [GROUP],
    });
    expect(await client.roleDefinitions.delete(GROUP, id)).toMatchObject({ roleName: 'Hub linker' });
  });
});
