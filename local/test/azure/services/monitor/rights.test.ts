import { startLocalAzure, type LocalAzure } from '../../../../azure';
import { arm } from '../../../support/clients';
import { ACS_ID, GROUP, SUBSCRIPTION } from '../../../support/harness';

const ROLE = '00000000-0000-4000-8000-00000000000a';
const AUTHORIZATION = `${SUBSCRIPTION}/providers/Microsoft.Authorization`;

/** What Azure names the right to read the activity log is not what its address says. */
describe('somebody who may read the activity log and nothing else', () => {
  let azure: LocalAzure;
  let token: string;

  beforeAll(async () => {
    azure = await startLocalAzure();
    const app = azure.directory.addServicePrincipal('reader of the log', 'secret');
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', ACS_ID, '2025-05-01', {
      location: 'global',
      properties: { dataLocation: 'Europe' },
    });
    await arm(azure, 'PUT', `${AUTHORIZATION}/roleDefinitions/${ROLE}`, '2022-04-01', {
      properties: {
        roleName: 'Activity log reader',
        permissions: [{ actions: ['Microsoft.Insights/eventtypes/values/read'] }],
      },
    });
    const assigned = await arm(azure, 'PUT', `${AUTHORIZATION}/roleAssignments/${ROLE}`, '2022-04-01', {
      properties: {
        principalId: app.objectId,
        roleDefinitionId: `${AUTHORIZATION}/roleDefinitions/${ROLE}`,
      },
    });
    expect(assigned.status).toBe(200);
    token = (await azure.entra.issueToken({ ...app, audience: 'https://management.azure.com' })).token;
  });
  afterAll(() => azure?.close());

  const get = (path: string, version: string) => arm(azure, 'GET', path, version, undefined, token);

  test('reads it', async () => {
    const since = new Date(azure.context.clock.now() - 3_600_000).toISOString();
    const filter = encodeURIComponent(`eventTimestamp ge '${since}'`);
    const path = `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values`;
    expect(await get(`${path}?$filter=${filter}`, '2015-04-01')).toMatchObject({ status: 200 });
  });

  test.each(['metrics', 'metricDefinitions'])('reads no %s', async (what) => {
    const { status, json } = await get(`${ACS_ID}/providers/Microsoft.Insights/${what}`, '2024-02-01');
    expect([status, json.error.code]).toEqual([403, 'AuthorizationFailed']);
    expect(json.error.message).toContain(`'Microsoft.Insights/${what}/read'`);
  });

  test('asks for no name of a namespace', async () => {
    const path = `${SUBSCRIPTION}/providers/Microsoft.NotificationHubs/checkNamespaceAvailability`;
    const answer = await arm(azure, 'POST', path, '2023-09-01', { name: 'nhns-free' }, token);
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'AuthorizationFailed' } } });
    expect(await arm(azure, 'POST', path, '2023-09-01', { name: 'nhns-free' })).toMatchObject({
      status: 200,
      json: { isAvailiable: true },
    });
  });
});
