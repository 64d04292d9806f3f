import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { TENANT_ID } from '../../azure';
import { GROUP_NAME, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/communication-identity', () => {
  const ENDPOINT = 'https://acs-users.europe.communication.azure.com';
  let cloud: SdkCloud;
  let services: CommunicationServiceManagementClient['communicationServices'];
  let immutableResourceId: string;

  beforeAll(async () => {
    cloud = await startSdkCloud();
    services = new CommunicationServiceManagementClient(cloud.credential, cloud.subscriptionId, cloud.options)
      .communicationServices;
    const resource = { location: 'global', dataLocation: 'Europe' };
    const created = await services.beginCreateOrUpdateAndWait(GROUP_NAME, 'acs-users', resource);
    immutableResourceId = created.immutableResourceId!;
  });
  afterAll(async () => cloud?.azure.close());

  const byToken = () => new CommunicationIdentityClient(ENDPOINT, cloud.credential, cloud.options);
  const byKey = (connectionString: string) =>
    new CommunicationIdentityClient(connectionString, cloud.options);

  test('by token of Microsoft Entra: a user, tokens for it, and its end', async () => {
    const client = byToken();
    const user = await client.createUser();
    expect(user.communicationUserId).toMatch(new RegExp(`^8:acs:${immutableResourceId}_[0-9a-f-]{36}$`));

    const before = Date.now();
    const { token, expiresOn } = await client.getToken(user, ['voip', 'chat'], { tokenExpiresInMinutes: 60 });
    expect(expiresOn.getTime()).toBeGreaterThan(before + 59 * 60_000);
    expect(expiresOn.getTime()).toBeLessThanOrEqual(Date.now() + 60 * 60_000);
    const held = await new AzureCommunicationTokenCredential(token).getToken();
    expect(held).toEqual({ token, expiresOnTimestamp: expiresOn.getTime() });

    await client.revokeTokens(user);
    await client.deleteUser(user);
    await expect(client.getToken(user, ['voip'])).rejects.toMatchObject({ statusCode: 404 });
  });

  test('by access key, until it is regenerated or keys are off', async () => {
    const { primaryConnectionString } = await services.listKeys(GROUP_NAME, 'acs-users');
    const client = byKey(primaryConnectionString!);
    const { user, token } = await client.createUserAndToken(['chat']);
    expect(user.communicationUserId).toContain(immutableResourceId);
    expect(token.split('.')).toHaveLength(3);

    await services.regenerateKey(GROUP_NAME, 'acs-users', { keyType: 'Primary' });
    await expect(client.createUser()).rejects.toMatchObject({ statusCode: 401, code: 'Denied' });

    const { secondaryConnectionString } = await services.listKeys(GROUP_NAME, 'acs-users');
    await byKey(secondaryConnectionString!).createUser();
    await services.update(GROUP_NAME, 'acs-users', { disableLocalAuth: true });
    await expect(byKey(secondaryConnectionString!).createUser()).rejects.toMatchObject({ statusCode: 401 });
  });

  test('refuses lives and scopes that no token may have, and who has no role', async () => {
    const client = byToken();
    const user = await client.createUser();
    await expect(client.getToken(user, ['voip'], { tokenExpiresInMinutes: 59 })).rejects.toMatchObject({
      statusCode: 400,
    });
    await expect(client.getToken(user, ['everything' as 'voip'])).rejects.toMatchObject({ statusCode: 400 });

    const { clientId } = cloud.azure.directory.addServicePrincipal('nobody', 'secret');
    const nobody = new ClientSecretCredential(TENANT_ID, clientId, 'secret', cloud.options);
    await expect(
      new CommunicationIdentityClient(ENDPOINT, nobody, cloud.options).createUser(),
    ).rejects.toMatchObject({ statusCode: 403 });
  });
});
