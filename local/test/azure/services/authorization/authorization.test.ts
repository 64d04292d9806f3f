import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';

const SUB = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUP = `${SUB}/resourceGroups/rg-roles`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-roles`;
const ROLES = 'providers/Microsoft.Authorization/roleDefinitions';
const ASSIGNMENTS = 'providers/Microsoft.Authorization/roleAssignments';
const CUSTOM = '00000000-0000-4000-8000-0000000000c1';
const WORKSPACES = '2022-10-01';

describe('roles in local Azure', () => {
  let azure: LocalAzure;
  let app: { objectId: string; clientId: string };
  let token: string;
  let count = 0;

  const assign = (scope: string, roleId: string, principalId = app.objectId) =>
    arm(
      azure,
      'PUT',
      `${scope}/${ASSIGNMENTS}/00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
      '2022-04-01',
      {
        properties: { principalId, roleDefinitionId: `${SUB}/${ROLES}/${roleId}`, description: '' },
      },
    );

  beforeAll(async () => {
    azure = await startLocalAzure();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', WORKSPACE, WORKSPACES, {
      location: 'westeurope',
      properties: { sku: { name: 'PerGB2018' } },
    });
  });
  beforeEach(async () => {
    app = azure.directory.addServicePrincipal('app', 'secret');
    ({ token } = await azure.entra.issueToken({ ...app, audience: 'https://management.azure.com' }));
  });
  afterAll(() => azure.close());

  test('are found by name at any scope, under the id that Azure gives them', async () => {
    const filter = encodeURIComponent("roleName eq 'Monitoring Metrics Publisher'");
    const { json } = await arm(azure, 'GET', `${WORKSPACE}/${ROLES}?$filter=${filter}`, '2022-05-01-preview');
    expect(json.value.map(({ id }: { id: string }) => id)).toEqual([
      `${SUB}/${ROLES}/3913510d-42f4-4e42-8a64-420c390055eb`,
    ]);
  });

  test('reach down from the scope where they are assigned, and not up', async () => {
    const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
    expect((await assign(WORKSPACE, reader)).status).toBe(200);
    expect((await arm(azure, 'GET', WORKSPACE, WORKSPACES, undefined, token)).status).toBe(200);
    expect((await arm(azure, 'GET', GROUP, '2023-07-01', undefined, token)).status).toBe(403);
    expect((await arm(azure, 'DELETE', WORKSPACE, WORKSPACES, undefined, token)).status).toBe(403);
  });

  test('of the custom kind allow their actions alone', async () => {
    await arm(azure, 'PUT', `${GROUP}/${ROLES}/${CUSTOM}`, '2022-04-01', {
      properties: {
        roleName: 'workspace key reader',
        assignableScopes: [GROUP],
        permissions: [{ actions: ['Microsoft.OperationalInsights/workspaces/sharedKeys/action'] }],
      },
    });
    await assign(GROUP, CUSTOM);
    const keys = await arm(azure, 'POST', `${WORKSPACE}/sharedKeys`, '2020-08-01', undefined, token);
    expect(keys.json.primarySharedKey).toEqual(expect.any(String));
    const refused = await arm(azure, 'GET', WORKSPACE, WORKSPACES, undefined, token);
    expect(refused.json.error.message).toContain("'Microsoft.OperationalInsights/workspaces/read'");
  });

  test('cannot be given to a principal that is not in the directory', async () => {
    const { status, json } = await assign(GROUP, CUSTOM, '99999999-9999-4999-8999-999999999999');
    expect([status, json.error.code]).toEqual([400, 'PrincipalNotFound']);
  });

  test('cannot be given twice, nor when they do not exist', async () => {
    await assign(GROUP, CUSTOM);
    expect((await assign(GROUP, CUSTOM)).json.error.code).toBe('RoleAssignmentExists');
    const unknown = await assign(GROUP, '99999999-9999-4999-8999-999999999999');
    expect(unknown.json.error.code).toBe('RoleDefinitionDoesNotExist');
  });

  test('are not deleted while somebody has them', async () => {
    const unused = '88888888-8888-4888-8888-888888888888';
    await arm(azure, 'PUT', `${GROUP}/${ROLES}/${unused}`, '2022-04-01', {
      properties: { roleName: 'nobody has it', assignableScopes: [GROUP], permissions: [] },
    });
    expect((await arm(azure, 'DELETE', `${GROUP}/${ROLES}/${unused}`, '2022-04-01')).status).toBe(200);
    await assign(GROUP, CUSTOM);
    const { status, json } = await arm(azure, 'DELETE', `${GROUP}/${ROLES}/${CUSTOM}`, '2022-04-01');
    expect([status, json.error.code]).toEqual([400, 'RoleDefinitionHasAssignments']);
  });

  test('stop with their assignment', async () => {
    const { json } = await assign(GROUP, 'acdd72a7-3385-48ef-bd42-f606fba81ae7');
    expect((await arm(azure, 'GET', WORKSPACE, WORKSPACES, undefined, token)).status).toBe(200);
    await arm(azure, 'DELETE', json.id, '2022-04-01');
    expect((await arm(azure, 'GET', WORKSPACE, WORKSPACES, undefined, token)).status).toBe(403);
  });
});
