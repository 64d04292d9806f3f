import { SecretClient } from '@azure/keyvault-secrets';
import { arm } from '../support/clients';
import { GROUP } from '../support/harness';
import { all, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';
import { TENANT_ID } from '../../azure';

describe('@azure/keyvault-secrets', () => {
  let cloud: SdkCloud;
  let client: SecretClient;

  beforeAll(async () => {
    cloud = await startSdkCloud();
    await arm(cloud.azure, 'PUT', `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-sdk`, '2023-07-01', {
      location: 'westeurope',
      properties: { tenantId: TENANT_ID, sku: { family: 'A', name: 'standard' }, accessPolicies: [] },
    });
    client = new SecretClient('https://kv-sdk.vault.azure.net', cloud.credential, cloud.options);
  });
  afterAll(async () => cloud?.azure.close());

  test('sets, reads and changes secrets and their versions', async () => {
    const first = await client.setSecret('apns-key', 'one', { contentType: 'text/plain', tags: { a: 'b' } });
    expect(first).toMatchObject({
      name: 'apns-key',
      value: 'one',
      properties: {
        vaultUrl: 'https://kv-sdk.vault.azure.net',
        enabled: true,
        contentType: 'text/plain',
        tags: { a: 'b' },
        createdOn: expect.any(Date),
        recoveryLevel: 'Recoverable+Purgeable',
      },
    });
    const second = await client.setSecret('apns-key', 'two');
    expect((await client.getSecret('apns-key')).value).toBe('two');
    const version = first.properties.version!;
    expect((await client.getSecret('apns-key', { version })).value).toBe('one');
    expect(
      (await all(client.listPropertiesOfSecretVersions('apns-key'))).map((one) => one.version).sort(),
    ).toEqual([version, second.properties.version].sort());

    await client.updateSecretProperties('apns-key', version, { enabled: false });
    await expect(client.getSecret('apns-key', { version })).rejects.toMatchObject({ statusCode: 403 });
    expect(await namesOf(client.listPropertiesOfSecrets())).toContain('apns-key');
  });

  test('a deleted secret can be recovered until it is purged', async () => {
    await client.setSecret('gone', 'value');
    const deleted = await (await client.beginDeleteSecret('gone', { intervalInMs: 1 })).pollUntilDone();
    expect(deleted).toMatchObject({
      name: 'gone',
      recoveryId: 'https://kv-sdk.vault.azure.net/deletedsecrets/gone',
      deletedOn: expect.any(Date),
      properties: { scheduledPurgeDate: expect.any(Date) },
    });
    expect(await namesOf(client.listDeletedSecrets())).toEqual(['gone']);
    await expect(client.getSecret('gone')).rejects.toMatchObject({
      statusCode: 404,
      code: 'SecretNotFound',
    });
    await expect(client.setSecret('gone', 'other')).rejects.toMatchObject({ statusCode: 409 });

    await (await client.beginRecoverDeletedSecret('gone', { intervalInMs: 1 })).pollUntilDone();
    expect((await client.getSecret('gone')).value).toBe('value');

    await (await client.beginDeleteSecret('gone', { intervalInMs: 1 })).pollUntilDone();
    await client.purgeDeletedSecret('gone');
    await expect(client.getDeletedSecret('gone')).rejects.toMatchObject({ statusCode: 404 });
    expect(await client.setSecret('gone', 'anew')).toMatchObject({ value: 'anew' });
  });

  test('pages through many secrets', async () => {
    const names = Array.from({ length: 27 }, (_, at) => `many-${String(at).padStart(2, '0')}`);
    for (const name of names) await client.setSecret(name, 'x');
    const listed = await namesOf(client.listPropertiesOfSecrets());
    expect(listed.filter((name) => name?.startsWith('many-'))).toEqual(names);
    const sizes = [];
    for await (const page of client.listPropertiesOfSecrets().byPage()) sizes.push(page.length);
    expect(Math.max(...sizes)).toBe(25);
  });
});
