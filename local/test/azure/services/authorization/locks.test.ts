import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-locks`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-locks`;
const WORKSPACES = '2022-10-01';
const LOCKS = '2020-05-01';
const READER = `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;

describe('locks in local Azure', () => {
  let azure: LocalAzure;
  let role: string;
  const body = { location: 'westeurope', properties: { sku: { name: 'PerGB2018' } } };
  const idOf = (scope: string) => `${scope}/providers/Microsoft.Authorization/locks/keep`;
  const lock = (scope: string, level: string) =>
    arm(azure, 'PUT', idOf(scope), LOCKS, { properties: { level, notes: 'why' } });
  const unlock = (scope: string) => arm(azure, 'DELETE', idOf(scope), LOCKS);
  const assign = (name: string) => {
    const { objectId } = azure.directory.addServicePrincipal('app', 'secret');
    role = `${WORKSPACE}/providers/Microsoft.Authorization/roleAssignments/${name}`;
    return arm(azure, 'PUT', role, '2022-04-01', {
      properties: { principalId: objectId, roleDefinitionId: READER },
    });
  };

  beforeAll(async () => {
    azure = await startLocalAzure();
  });
  beforeEach(async () => {
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', WORKSPACE, WORKSPACES, body);
  });
  afterEach(async () => {
    await unlock(WORKSPACE);
    await unlock(GROUP);
  });
  afterAll(() => azure.close());

  test('are kept at their scope, with level and notes', async () => {
    expect((await lock(WORKSPACE, 'CanNotDelete')).status).toBe(200);
    const { json } = await arm(azure, 'GET', idOf(WORKSPACE), LOCKS);
    expect(json).toMatchObject({
      id: idOf(WORKSPACE),
      name: 'keep',
      type: 'Microsoft.Authorization/locks',
      properties: { level: 'CanNotDelete', notes: 'why' },
    });
    expect((await unlock(WORKSPACE)).status).toBe(200);
    expect((await arm(azure, 'GET', idOf(WORKSPACE), LOCKS)).status).toBe(404);
  });

  test('take two levels', async () => {
    expect((await lock(WORKSPACE, 'None')).status).toBe(400);
  });

  test.each([
    ['the resource', WORKSPACE, WORKSPACE, WORKSPACES],
    ['the resource under a locked group', GROUP, WORKSPACE, WORKSPACES],
    ['the group of a locked resource', WORKSPACE, GROUP, '2023-07-01'],
  ])('against deletion refuse that of %s, and nothing is lost', async (_, locked, deleted, version) => {
    await lock(locked, 'CanNotDelete');
    const { status, json } = await arm(azure, 'DELETE', deleted, version);
    expect([status, json.error.code]).toEqual([409, 'ScopeLocked']);
    expect(json.error.message).toBe(
      `The scope '${deleted}' cannot perform delete operation because following scope(s) are locked: '${locked}'. ` +
        'Please remove the lock and try again.',
    );
    expect((await arm(azure, 'GET', WORKSPACE, WORKSPACES)).status).toBe(200);
  });

  test('against deletion hold for roles on the resource, and leave changes and keys alone', async () => {
    await assign('00000000-0000-4000-8000-00000000000a');
    await lock(WORKSPACE, 'CanNotDelete');
    expect((await arm(azure, 'DELETE', role, '2022-04-01')).json.error.code).toBe('ScopeLocked');
    expect((await arm(azure, 'PUT', WORKSPACE, WORKSPACES, { ...body, tags: { a: 'b' } })).status).toBe(200);
    expect((await assign('00000000-0000-4000-8000-00000000000b')).status).toBe(200);
    expect((await arm(azure, 'POST', `${WORKSPACE}/sharedKeys`, '2020-08-01')).status).toBe(200);
  });

  test('against changes refuse PUT, PATCH, POST and new roles, and let GET through', async () => {
    await lock(WORKSPACE, 'ReadOnly');
    const refused = await Promise.all([
      arm(azure, 'PUT', WORKSPACE, WORKSPACES, body),
      arm(azure, 'PATCH', WORKSPACE, WORKSPACES, { tags: { a: 'b' } }),
      arm(azure, 'POST', `${WORKSPACE}/sharedKeys`, '2020-08-01'),
      assign('00000000-0000-4000-8000-00000000000c'),
    ]);
    expect(refused.map(({ status, json }) => [status, json.error?.code])).toEqual(
      Array(4).fill([409, 'ScopeLocked']),
    );
    expect((await arm(azure, 'GET', WORKSPACE, WORKSPACES)).status).toBe(200);
  });
});
