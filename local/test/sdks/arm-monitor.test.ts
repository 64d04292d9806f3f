import { MonitorClient } from '@azure/arm-monitor';
import { arm } from '../support/clients';
import { GROUP, HUB_ID, NAMESPACE_ID, PREVIEW } from '../support/harness';
import { all, GROUP_NAME, namesOf, startSdkCloud, type SdkCloud } from './sdk-cloud';

describe('@azure/arm-monitor', () => {
  let cloud: SdkCloud;
  let client: MonitorClient;

  beforeAll(async () => {
    cloud = await startSdkCloud({ behaviour: { monitor: { metricLagMinutes: [0, 0] } } });
    client = new MonitorClient(cloud.credential, cloud.subscriptionId, cloud.options);
    await arm(cloud.azure, 'PUT', NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    await arm(cloud.azure, 'PUT', HUB_ID, PREVIEW, { location: 'westeurope', properties: {} });
  });
  afterAll(async () => cloud?.azure.close());

  test('reads metrics and their definitions', async () => {
    cloud.azure.services.metrics.add(HUB_ID, 'incoming', 3);
    const now = Date.now();
    const timespan = `${new Date(now - 600_000).toISOString()}/${new Date(now + 60_000).toISOString()}`;
    const { value, interval } = await client.metrics.list(HUB_ID, {
      metricnames: 'incoming,outgoing.allpns.success',
      timespan,
      interval: 'PT1M',
      aggregation: 'Total',
    });
    expect(interval).toBe('PT1M');
    expect(value.map(({ name, unit }) => [name.value, unit])).toEqual([
      ['incoming', 'Count'],
      ['outgoing.allpns.success', 'Count'],
    ]);
    const data = value[0]!.timeseries[0]!.data!;
    expect(data[0]!.timeStamp).toBeInstanceOf(Date);
    expect(data.reduce((sum, { total = 0 }) => sum + total, 0)).toBe(3);

    const definitions = await all(client.metricDefinitions.list(HUB_ID));
    expect(definitions.find(({ name }) => name?.value === 'incoming')).toMatchObject({
      resourceId: HUB_ID,
      unit: 'Count',
      primaryAggregationType: 'Total',
    });
  });

  // The Azure CLI leaves out the quotes around the time.
  test.each(["'", ''])('reads the activity log, its time between «%s»', async (quote) => {
    const since = `${quote}${new Date(Date.now() - 3_600_000).toISOString()}${quote}`;
    const events = await all(
      client.activityLogs.list(`eventTimestamp ge ${since} and resourceUri eq '${HUB_ID}'`),
    );
    expect(events).toMatchObject([
      {
        resourceId: HUB_ID,
        eventTimestamp: expect.any(Date),
        operationName: { value: 'Microsoft.NotificationHubs/namespaces/notificationHubs/write' },
        status: { value: 'Succeeded' },
      },
    ]);
  });

  test('keeps action groups and the alerts that name them', async () => {
    const created = await client.actionGroups.createOrUpdate(GROUP_NAME, 'ag-sdk', {
      location: 'global',
      groupShortName: 'sdk',
      enabled: true,
      emailReceivers: [{ name: 'ops', emailAddress: 'ops@example.com' }],
    });
    expect(await client.actionGroups.get(GROUP_NAME, 'ag-sdk')).toMatchObject({
      groupShortName: 'sdk',
      emailReceivers: [{ name: 'ops', emailAddress: 'ops@example.com' }],
    });
    expect(await namesOf(client.actionGroups.listByResourceGroup(GROUP_NAME))).toEqual(['ag-sdk']);

    await client.metricAlerts.createOrUpdate(GROUP_NAME, 'failed-pushes', {
      location: 'global',
      severity: 2,
      enabled: true,
      scopes: [HUB_ID],
      evaluationFrequency: 'PT5M',
      windowSize: 'PT15M',
      criteria: {
        odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion',
            name: 'failed',
            metricName: 'outgoing.allpns.pnserror',
            timeAggregation: 'Total',
            operator: 'GreaterThan',
            threshold: 5,
          },
        ],
      },
      actions: [{ actionGroupId: created.id }],
    });
    expect(await client.metricAlerts.get(GROUP_NAME, 'failed-pushes')).toMatchObject({
      severity: 2,
      scopes: [HUB_ID],
      criteria: { allOf: [{ metricName: 'outgoing.allpns.pnserror', threshold: 5 }] },
      actions: [{ actionGroupId: created.id }],
    });
    await client.metricAlerts.update(GROUP_NAME, 'failed-pushes', { enabled: false });
    expect((await client.metricAlerts.get(GROUP_NAME, 'failed-pushes')).enabled).toBe(false);
    expect(await namesOf(client.metricAlerts.listByResourceGroup(GROUP_NAME))).toEqual(['failed-pushes']);
    await client.metricAlerts.delete(GROUP_NAME, 'failed-pushes');
    await client.actionGroups.delete(GROUP_NAME, 'ag-sdk');
    expect(await all(client.metricAlerts.listBySubscription())).toEqual([]);
  });

  test('keeps diagnostic settings', async () => {
    const workspaceId = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/log-sdk`;
    await arm(cloud.azure, 'PUT', workspaceId, '2023-09-01', { location: 'westeurope', properties: {} });
    await client.diagnosticSettings.createOrUpdate(NAMESPACE_ID, 'to-workspace', {
      workspaceId,
      logs: [{ category: 'OperationalLogs', enabled: true }],
    });
    const { value } = await client.diagnosticSettings.list(NAMESPACE_ID);
    expect(value).toMatchObject([{ name: 'to-workspace', workspaceId, logs: [{ enabled: true }] }]);
    await client.diagnosticSettings.delete(NAMESPACE_ID, 'to-workspace');
    await expect(client.diagnosticSettings.get(NAMESPACE_ID, 'to-workspace')).rejects.toMatchObject({
      statusCode: 404,
    });
  });
});
