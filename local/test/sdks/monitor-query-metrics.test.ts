import { MetricsClient } from '@azure/monitor-query-metrics';
import { ClientSecretCredential } from '@azure/identity';
import { TENANT_ID } from '../../azure';
import { arm } from '../support/clients';
import { HUB_ID, NAMESPACE_ID, PREVIEW } from '../support/harness';
import { startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/monitor-query-metrics', () => {
  const TYPE = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
  const OTHER_HUB_ID = HUB_ID.replace(/calling$/, 'chat');
  let cloud: SdkCloud;

  beforeAll(async () => {
    cloud = await startSdkCloud({ behaviour: { monitor: { metricLagMinutes: [0, 0] } } });
    await arm(cloud.azure, 'PUT', NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    for (const id of [HUB_ID, OTHER_HUB_ID]) {
      await arm(cloud.azure, 'PUT', id, PREVIEW, { location: 'westeurope', properties: {} });
    }
  });
  afterAll(async () => cloud?.azure.close());

  const client = (region = 'westeurope', credential = cloud.credential) =>
    new MetricsClient(`https://${region}.metrics.monitor.azure.com`, credential, cloud.options);
  const range = () => ({
    startTime: new Date(Date.now() - 600_000),
    endTime: new Date(Date.now() + 60_000),
    interval: 'PT1M',
    aggregation: 'Total',
  });

  test('reads a metric of two hubs at once', async () => {
    cloud.azure.services.metrics.add(HUB_ID, 'incoming', 2);
    cloud.azure.services.metrics.add(OTHER_HUB_ID, 'incoming', 5);
    const results = await client().queryResources([HUB_ID, OTHER_HUB_ID], ['incoming'], TYPE, range());
    const totals = results.map((result) => {
      const points = result.getMetricByName('incoming')!.timeseries.flatMap(({ data = [] }) => data);
      expect(points[0]!.timeStamp).toBeInstanceOf(Date);
      return [result.resourceId, points.reduce((sum, { total = 0 }) => sum + total, 0)];
    });
    expect(totals).toEqual([
      [HUB_ID, 2],
      [OTHER_HUB_ID, 5],
    ]);
    expect(results[0]).toMatchObject({ granularity: 'PT1M', namespace: TYPE, resourceRegion: 'westeurope' });
  });

  test('is refused in another region, and without a role', async () => {
    await expect(
      client('northeurope').queryResources([HUB_ID], ['incoming'], TYPE, range()),
    ).rejects.toMatchObject({ statusCode: 400 });
    const { clientId } = cloud.azure.directory.addServicePrincipal('nobody', 'secret');
    const nobody = new ClientSecretCredential(TENANT_ID, clientId, 'secret', cloud.options);
    await expect(
      client('westeurope', nobody).queryResources([HUB_ID], ['incoming'], TYPE, range()),
    ).rejects.toMatchObject({ statusCode: 403 });
  });
});
