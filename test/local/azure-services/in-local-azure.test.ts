import { createAppleInstallation, createAppleNotification } from '@azure/notification-hubs';
import {
  createClientContext,
  createOrUpdateInstallation,
  sendNotification,
} from '@azure/notification-hubs/api';
import { clientOptions, startLocalAzure, type LocalAzure } from '../../../local/azure';
import { createServices, type Services } from '../../../local/azure/services';
import { arm } from '../azure-core/clients';
import { ACS_ID, apnsCredential, GROUP, HUB_ID, NAMESPACE_ID, PREVIEW, SUBSCRIPTION } from './harness';

/** The services behind the real front: TLS, proxy, tokens, roles, and ARM's own rules. */
describe('the services in local Azure', () => {
  const RULE_ID = `${HUB_ID}/authorizationRules/send-only`;
  let azure: LocalAzure;
  let services: Services;

  beforeAll(async () => {
    azure = await startLocalAzure({
      services: [
        (context) =>
          (services = createServices(context, { functionExists: () => false, functionUrl: () => undefined })),
      ],
    });
    const put = async (id: string, version: string, body: unknown) =>
      expect(await arm(azure, 'PUT', id, version, body)).toMatchObject({ status: 200 });
    const group = await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    expect([200, 201]).toContain(group.status);
    await put(ACS_ID, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
    await put(NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    await put(HUB_ID, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
    await put(RULE_ID, PREVIEW, { properties: { rights: ['Send'] } });
  });
  afterAll(async () => azure?.close());

  const connectionString = async (ruleId: string) =>
    (await arm(azure, 'POST', `${ruleId}/listKeys`, PREVIEW)).json.primaryConnectionString as string;
  const hub = async (ruleId: string) =>
    createClientContext(await connectionString(ruleId), 'calling', clientOptions(azure.endpoints));

  test('a PATCH of a hub’s tags keeps its credentials', async () => {
    const patched = await arm(azure, 'PATCH', HUB_ID, PREVIEW, { tags: { t: 'b' } });
    expect(patched).toMatchObject({ status: 200, json: { tags: { t: 'b' } } });
    const { json } = await arm(azure, 'POST', `${HUB_ID}/pnsCredentials`, PREVIEW);
    expect(json.properties).toMatchObject(apnsCredential());
  });

  test('a linked hub pushes calls, and the activity log tells of the link', async () => {
    const body = { resourceId: HUB_ID, connectionString: await connectionString(RULE_ID) };
    const linked = await arm(azure, 'POST', `${ACS_ID}/linkNotificationHub`, '2025-05-01', body);
    expect(linked).toMatchObject({ status: 200, json: { resourceId: HUB_ID } });
    services.communication.registerDevice({
      acsId: ACS_ID,
      rawId: '8:acs:a',
      platform: 'apns',
      handle: 'a1',
    });
    await services.control('POST', '/calls', { acsId: ACS_ID, from: '8:acs:b', to: '8:acs:a' });
    expect(azure.context.inbox).toMatchObject([{ handle: 'a1', hubId: HUB_ID }]);

    const filter = encodeURIComponent(
      `eventTimestamp ge '2020-01-01T00:00:00Z' and resourceUri eq '${ACS_ID}'`,
    );
    const since = encodeURIComponent(new Date(azure.context.clock.now() - 3_600_000).toISOString());
    const path = `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values`;
    expect(await arm(azure, 'GET', `${path}?$filter=${filter}`, '2015-04-01')).toMatchObject({ status: 400 });
    const recent = filter.replace('2020-01-01T00%3A00%3A00Z', since);
    const log = await arm(azure, 'GET', `${path}?$filter=${recent}`, '2015-04-01');
    expect(log.json.value.map((one: any) => one.operationName.value.toLowerCase())).toContain(
      'microsoft.communication/communicationservices/linknotificationhub/action',
    );
  });

  test('the hub’s SDK sends and registers through the proxy', async () => {
    const device = createAppleInstallation({ installationId: 'i1', pushChannel: 'a2', tags: ['alice'] });
    await createOrUpdateInstallation(
      await hub(`${HUB_ID}/authorizationRules/DefaultListenSharedAccessSignature`),
      device,
    );
    const notification = createAppleNotification({ body: { aps: { alert: 'hi' } } });
    await sendNotification(await hub(RULE_ID), notification, { tagExpression: 'alice' });
    expect(azure.context.inbox.map((push) => push.handle)).toContain('a2');
  });

  test('metrics and their definitions are ARM operations below the hub', async () => {
    services.monitor.setLag({ metricLagMinutes: [0, 0] });
    const metrics = `${HUB_ID}/providers/Microsoft.Insights/metrics?metricnames=incoming&interval=PT1H`;
    const { status, json } = await arm(azure, 'GET', metrics, '2024-02-01');
    expect(status).toBe(200);
    expect(json.value[0].name.value).toBe('incoming');
    expect(
      await arm(azure, 'GET', `${HUB_ID}x/providers/Microsoft.Insights/metrics`, '2024-02-01'),
    ).toMatchObject({
      status: 404,
    });
  });

  test('a namespace goes with all that lies below it', async () => {
    expect(await arm(azure, 'DELETE', NAMESPACE_ID, PREVIEW)).toMatchObject({ status: 200 });
    expect(await arm(azure, 'GET', RULE_ID, PREVIEW)).toMatchObject({ status: 404 });
    expect(azure.context.store.list({ below: NAMESPACE_ID })).toEqual([]);
  });
});
