import { createAppleInstallation, createAppleNotification } from '@azure/notification-hubs';
import {
  createClientContext,
  createOrUpdateInstallation,
  sendNotification,
} from '@azure/notification-hubs/api';
import { clientOptions, startLocalAzure, type LocalAzure } from '../../azure';
import type { Services } from '../../azure/services';
import { arm, resourceClient, send, tokenOf } from '../support/clients';
import {
  ACS_ID,
  apnsCredential,
  GROUP,
  HUB_ID,
  NAMESPACE_ID,
  PREVIEW,
  SUBSCRIPTION,
} from '../support/harness';

/** The services behind the real front: TLS, proxy, tokens, roles, and ARM's own rules. */
describe('the services in local Azure', () => {
  const RULE_ID = `${HUB_ID}/authorizationRules/send-only`;
  let azure: LocalAzure;
  let services: Services;

  beforeAll(async () => {
    azure = await startLocalAzure();
    services = azure.services;
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

  test('a PATCH sets the network rules of a namespace, which hold for who comes over the network', async () => {
    const send = async () =>
      sendNotification(await hub(RULE_ID), createAppleNotification({ body: { aps: { alert: 'hi' } } }), {
        deviceHandle: 'nobody',
      }).then(
        () => 201,
        (error: { statusCode: number }) => error.statusCode,
      );
    const patch = (properties: object) => arm(azure, 'PATCH', NAMESPACE_ID, PREVIEW, { properties });
    const rule = (ipMask: string) => ({ networkAcls: { ipRules: [{ ipMask, rights: ['Send'] }] } });
    expect(await patch(rule('10.0.0.0/8'))).toMatchObject({
      status: 200,
      json: { properties: rule('10.0.0.0/8') },
    });
    expect(await send()).toBe(401);
    await patch(rule('127.0.0.1'));
    expect(await send()).toBe(201);
    await patch({ publicNetworkAccess: 'Disabled' });
    expect((await arm(azure, 'GET', NAMESPACE_ID, PREVIEW)).json.properties).toMatchObject({
      ...rule('127.0.0.1'),
      publicNetworkAccess: 'Disabled',
      enabled: true,
    });
    expect(await send()).toBe(401);
    await patch({ publicNetworkAccess: 'Enabled', networkAcls: null });
    expect(await send()).toBe(201);
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
    await azure.control('POST', '/calls', { acsId: ACS_ID, from: '8:acs:b', to: '8:acs:a' });
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

  test('policies and hubs made and deleted, and keys regenerated, are in the activity log', async () => {
    const rule = `${HUB_ID}/authorizationRules/logged`;
    const other = `${NAMESPACE_ID}/notificationHubs/logged`;
    await arm(azure, 'PUT', rule, PREVIEW, { properties: { rights: ['Send'] } });
    await arm(azure, 'POST', `${rule}/regenerateKeys`, PREVIEW, { policyKey: 'SecondaryKey' });
    await arm(azure, 'DELETE', rule, PREVIEW);
    await arm(azure, 'PUT', other, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
    await arm(azure, 'DELETE', other, PREVIEW);
    const since = new Date(azure.context.clock.now() - 3_600_000).toISOString();
    const path = `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values`;
    const filter = encodeURIComponent(`eventTimestamp ge '${since}'`);
    const read = () => arm(azure, 'GET', `${path}?$filter=${filter}`, '2015-04-01');
    expect((await read()).text).not.toContain('requestbody');
    await azure.control('POST', '/faults', { monitor: { requestBodies: true } });
    const { json, text } = await read();
    const type = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
    const logged = (id: string) =>
      json.value
        .filter((one: any) => one.resourceId === id)
        .map((one: any) => [one.operationName.value, one.properties?.requestbody])
        .reverse();
    expect(logged(rule)).toEqual([
      [`${type}/authorizationRules/write`, undefined],
      [`${type}/authorizationRules/regenerateKeys/action`, '{"policyKey":"SecondaryKey"}'],
      [`${type}/authorizationRules/delete`, undefined],
    ]);
    expect(logged(other)).toEqual([
      [`${type}/write`, undefined],
      [`${type}/delete`, undefined],
    ]);
    expect(text).not.toContain('SharedAccessKey');
  });

  describe('the list of Communication Services resources', () => {
    const LIST = `${SUBSCRIPTION}/providers/Microsoft.Communication/communicationServices`;
    const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
    const OTHERS = Array.from({ length: 22 }, (_, index) => `acs-page-${index}`);
    const groupOf = (name: string) => GROUP.replace('rg-test', name);
    let count = 0;

    /** A token of somebody who may read there, and nowhere else. */
    const reader = async (scope: string) => {
      const app = azure.directory.addServicePrincipal('reader', 'secret');
      const id = `00000000-0000-4000-9000-${String(++count).padStart(12, '0')}`;
      const assigned = await arm(
        azure,
        'PUT',
        `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`,
        '2022-04-01',
        {
          properties: {
            principalId: app.objectId,
            roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
          },
        },
      );
      expect(assigned.status).toBe(200);
      return (await azure.entra.issueToken({ ...app, audience: 'https://management.azure.com' })).token;
    };

    beforeAll(async () => {
      await arm(azure, 'PUT', groupOf('rg-other'), '2023-07-01', { location: 'westeurope' });
      for (const name of OTHERS) {
        const id = `${groupOf('rg-other')}/providers/Microsoft.Communication/communicationServices/${name}`;
        const body = { location: 'global', properties: { dataLocation: 'Europe' } };
        expect(await arm(azure, 'PUT', id, '2025-05-01', body)).toMatchObject({ status: 200 });
      }
    });

    test('shows those of all groups with their hubs, page by page', async () => {
      const first = await arm(azure, 'GET', LIST, '2025-05-01');
      expect(first.json.value).toHaveLength(20);
      const second = await send(azure, 'GET', first.json.nextLink, { token: await tokenOf(azure) });
      expect(second.json.nextLink).toBeUndefined();
      const all = [...first.json.value, ...second.json.value];
      expect(all.map((one) => one.name).sort()).toEqual(['acs-test', ...OTHERS].sort());
      expect(all.find((one) => one.id === ACS_ID).properties.notificationHubId).toBe(HUB_ID);
    });

    test('can be had from the list of all resources too, by their type', async () => {
      const names: string[] = [];
      const filter = "resourceType eq 'Microsoft.Communication/communicationServices'";
      for await (const one of resourceClient(azure).resources.list({ filter })) names.push(one.name!);
      expect(names).toHaveLength(23);
    });

    test('is for who may read in the whole subscription', async () => {
      const token = await reader(SUBSCRIPTION);
      expect(await arm(azure, 'GET', LIST, '2025-05-01', undefined, token)).toMatchObject({ status: 200 });
    });

    test('is refused to who may read in a group alone, whose own list is not', async () => {
      const token = await reader(GROUP);
      const refused = await arm(azure, 'GET', LIST, '2025-05-01', undefined, token);
      expect(refused).toMatchObject({ status: 403, json: { error: { code: 'AuthorizationFailed' } } });
      expect(refused.json.error.message).toContain(`'${SUBSCRIPTION}'`);
      const own = LIST.replace(SUBSCRIPTION, GROUP);
      const { json } = await arm(azure, 'GET', own, '2025-05-01', undefined, token);
      expect(json.value.map((one: any) => one.name)).toEqual(['acs-test']);
    });
  });

  test('systemData can be hidden from those who read hubs and policies', async () => {
    expect((await arm(azure, 'GET', HUB_ID, PREVIEW)).json.systemData.createdAt).toEqual(expect.any(String));
    await azure.control('POST', '/hubs/behaviour', { systemData: false });
    for (const id of [NAMESPACE_ID, HUB_ID, RULE_ID]) {
      const { json } = await arm(azure, 'GET', id, PREVIEW);
      expect(json).toMatchObject({ id });
      expect(json).not.toHaveProperty('systemData');
      expect(json).not.toHaveProperty('secrets');
    }
  });

  test('a namespace goes with all that lies below it', async () => {
    expect(await arm(azure, 'DELETE', NAMESPACE_ID, PREVIEW)).toMatchObject({ status: 200 });
    expect(await arm(azure, 'GET', RULE_ID, PREVIEW)).toMatchObject({ status: 404 });
    expect(azure.context.store.list({ below: NAMESPACE_ID })).toEqual([]);
  });
});
