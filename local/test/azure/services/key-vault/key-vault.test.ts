import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm, send, tokenOf } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-kv`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-lab`;
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';
const URL = 'https://kv-lab.vault.azure.net';

describe('the vaults of local Azure', () => {
  let azure: LocalAzure;
  const vault = async (method: string, path: string, body?: unknown, token?: string) =>
    send(azure, method, `${URL}${path}?api-version=7.4`, {
      body,
      token: token ?? (await tokenOf(azure, 'https://vault.azure.net')),
    });

  beforeAll(async () => {
    azure = await startLocalAzure();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', VAULT, '2023-02-01', {
      location: 'westeurope',
      properties: {
        enableRbacAuthorization: true,
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [],
      },
    });
  });
  afterAll(() => azure.close());

  test('answer a request without a token by the challenge that clients wait for', async () => {
    const answer = await send(azure, 'GET', `${URL}/secrets/x?api-version=7.4`);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer authorization="https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111", resource="https://vault.azure.net"',
    );
  });

  test('keep every version of a secret, and show none of its values in ARM', async () => {
    const first = await vault('PUT', '/secrets/apns', {
      value: 'one',
      contentType: 'text',
      tags: { t: 'a' },
    });
    await vault('PUT', '/secrets/apns', { value: 'two' });
    expect((await vault('GET', '/secrets/apns')).json.value).toBe('two');
    const version = first.json.id.split('/').at(-1);
    expect((await vault('GET', `/secrets/apns/${version}`)).json).toMatchObject({
      value: 'one',
      contentType: 'text',
    });
    expect((await vault('GET', '/secrets/apns/versions')).json.value).toHaveLength(2);
    const listed = await vault('GET', '/secrets');
    expect(listed.json.value).toEqual([expect.not.objectContaining({ value: expect.anything() })]);
    expect((await arm(azure, 'GET', VAULT, '2023-02-01')).text).not.toContain('two');
  });

  test('let a deleted secret be recovered until it is purged', async () => {
    await vault('PUT', '/secrets/gone', { value: 'x' });
    expect((await vault('DELETE', '/secrets/gone')).json.recoveryId).toBe(`${URL}/deletedsecrets/gone`);
    expect((await vault('GET', '/secrets/gone')).json.error.code).toBe('SecretNotFound');
    expect((await vault('PUT', '/secrets/gone', { value: 'y' })).status).toBe(409);
    expect((await vault('POST', '/deletedsecrets/gone/recover')).status).toBe(200);
    expect((await vault('GET', '/secrets/gone')).json.value).toBe('x');
    await vault('DELETE', '/secrets/gone');
    expect((await vault('DELETE', '/deletedsecrets/gone')).status).toBe(204);
    expect((await vault('GET', '/deletedsecrets/gone')).status).toBe(404);
  });

  test('let a principal do what its role says', async () => {
    const app = azure.directory.addServicePrincipal('app', 'secret');
    const { token } = await azure.entra.issueToken({ ...app, audience: 'https://vault.azure.net' });
    await vault('PUT', '/secrets/shared', { value: 'z' });
    expect((await vault('GET', '/secrets/shared', undefined, token)).status).toBe(403);
    const role = `${VAULT}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-00000000000b`;
    await arm(azure, 'PUT', role, '2022-04-01', {
      properties: {
        principalId: app.objectId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${SECRETS_USER}`,
      },
    });
    expect((await vault('GET', '/secrets/shared', undefined, token)).json.value).toBe('z');
    expect((await vault('PUT', '/secrets/shared', { value: 'no' }, token)).status).toBe(403);
  });
});
