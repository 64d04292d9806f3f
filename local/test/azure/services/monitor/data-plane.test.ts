import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm, send, tokenOf } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-metrics`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stmetrics`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`;
const PUBLISHER = '3913510d-42f4-4e42-8a64-420c390055eb';
const AUDIENCE = 'https://monitoring.azure.com/';
const VALUES = { min: 1, max: 3, sum: 4, count: 2 };

describe('metrics that apps report', () => {
  let azure: LocalAzure;

  const body = (series: unknown[] = [VALUES], time = new Date().toISOString()) => ({
    time,
    data: { baseData: { metric: 'queue_length', namespace: 'my-app', series } },
  });
  const report = async (
    content: unknown,
    { token, host = 'westeurope' }: { token?: string; host?: string } = {},
  ) =>
    send(azure, 'POST', `https://${host}.monitoring.azure.com${ACCOUNT}/metrics`, {
      body: content,
      token: token ?? (await tokenOf(azure, AUDIENCE)),
    });
  const read = (query: Record<string, string>) => {
    const now = Date.now();
    const search = new URLSearchParams({
      'api-version': '2018-01-01',
      metricnamespace: 'my-app',
      metricnames: 'queue_length',
      timespan: `${new Date(now - 10 * 60_000).toISOString()}/${new Date(now + 60_000).toISOString()}`,
      interval: 'PT15M',
      ...query,
    });
    return tokenOf(azure).then((token) =>
      send(
        azure,
        'GET',
        `https://management.azure.com${ACCOUNT}/providers/Microsoft.Insights/metrics?${search}`,
        {
          token,
        },
      ),
    );
  };

  beforeAll(async () => {
    azure = await startLocalAzure({ behaviour: { monitor: { metricLagMinutes: [0, 0] } } });
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    await arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
      location: 'West Europe',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: {},
    });
  });
  afterAll(() => azure.close());

  test('are read in their namespace, added up', async () => {
    expect((await report(body())).status).toBe(200);
    expect((await report(body([{ min: 0, max: 0, sum: 0, count: 1 }]))).status).toBe(200);
    const answer = await read({ aggregation: 'Minimum,Maximum,Total,Count,Average' });
    expect(answer.json.namespace).toBe('my-app');
    expect(answer.json.value[0].timeseries[0].data).toMatchObject([
      { minimum: 0, maximum: 3, total: 4, count: 3, average: 4 / 3 },
    ]);
  });

  test('are unknown when nobody reported them', async () => {
    const answer = await read({ metricnames: 'other' });
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain('metric: other');
  });

  test('take a token for their own audience alone', async () => {
    expect((await report(body(), { token: await tokenOf(azure) })).status).toBe(401);
    expect((await report(body(), { token: 'guess' })).status).toBe(401);
  });

  test('need the right to write them on the resource', async () => {
    const identity = (await arm(azure, 'PUT', IDENTITY, '2023-01-31', { location: 'westeurope' })).json
      .properties;
    const { token } = await azure.entra.issueToken({
      objectId: identity.principalId,
      clientId: identity.clientId,
      audience: AUDIENCE,
    });
    const refused = await report(body(), { token });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Monitoring Metrics Publisher');
    const assigned = await arm(
      azure,
      'PUT',
      `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments/6f1f4d5e-0000-4000-8000-000000000002`,
      '2022-04-01',
      {
        properties: {
          principalId: identity.principalId,
          roleDefinitionId: `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/${PUBLISHER}`,
        },
      },
    );
    expect(assigned.status).toBeLessThan(300);
    expect((await report(body(), { token })).status).toBe(200);
  });

  test.each([
    ['another region', body(), { host: 'northeurope' }, 'westeurope.monitoring.azure.com'],
    [
      'a time of yesterday',
      body([VALUES], new Date(Date.now() - 86_400_000).toISOString()),
      {},
      '20 minutes',
    ],
    ['no values', body([]), {}, 'series'],
    ['values without a count', body([{ min: 1, max: 1, sum: 1 }]), {}, 'series'],
    ['nothing', {}, {}, 'time'],
  ])('refuse %s', async (_, content, options, problem) => {
    const answer = await report(content, options);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain(problem);
  });
});
