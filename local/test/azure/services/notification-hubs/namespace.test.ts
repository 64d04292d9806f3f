import { createAppleInstallation, createAppleNotification } from '@azure/notification-hubs';
import {
  createClientContext,
  createOrUpdateInstallation,
  sendNotification,
  type NotificationHubsClientContext,
} from '@azure/notification-hubs/api';
import { ACS_ID, Harness, HUB_ID, NAMESPACE_ID, PREVIEW } from '../../../support/harness';

const ALL = ['Listen', 'Manage', 'Send'];
const DAY = 24 * 60 * 60_000;
const ALICE = '8:acs:alice';

let azure: Harness;
let hub: NotificationHubsClientContext;

const apple = createAppleNotification({ body: { aps: { alert: 'hi' } } });
const send = () => sendNotification(hub, apple, { deviceHandle: 'a1' });
const put = (properties: object, sku = 'Basic') =>
  azure.put(NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: sku }, properties });
const ask = (path: string, body: unknown) => azure.control('POST', path, body);
const properties = () => azure.get(NAMESPACE_ID).properties as Record<string, unknown>;
const refused = (statusCode: number, text = '') =>
  expect.objectContaining({ statusCode, message: expect.stringContaining(text) });

beforeEach(async () => {
  azure = new Harness();
  hub = createClientContext(await azure.hub(ALL), 'calling', {
    httpClient: await azure.httpClient(),
    retryOptions: { maxRetries: 0 },
  });
});
afterEach(async () => azure.close());

describe('the network rules of a namespace', () => {
  const here = { ipMask: '127.0.0.0/8', rights: ALL };
  const elsewhere = { ipMask: '185.48.100.00/24', rights: ALL };

  test('are none at first, and shown and kept as they were set', async () => {
    expect(properties()).toMatchObject({ publicNetworkAccess: 'Enabled' });
    expect(properties().networkAcls).toBeUndefined();
    const networkAcls = { ipRules: [elsewhere], publicNetworkRule: { rights: ['Listen'] } };
    await put({ networkAcls, publicNetworkAccess: 'Enabled' });
    expect(properties()).toMatchObject({ networkAcls, publicNetworkAccess: 'Enabled' });
  });

  test('go with a PUT that does not name them', async () => {
    await put({ networkAcls: { ipRules: [elsewhere] }, publicNetworkAccess: 'Disabled' });
    await put({});
    expect(properties()).toMatchObject({ publicNetworkAccess: 'Enabled' });
    await expect(send()).resolves.toBeDefined();
  });

  test.each([
    ['no public access', { publicNetworkAccess: 'Disabled' }],
    ['the addresses of others alone', { networkAcls: { ipRules: [elsewhere] } }],
    ['no right to send for the public', { networkAcls: { publicNetworkRule: { rights: ['Listen'] } } }],
    ['no right to send for this address', { networkAcls: { ipRules: [{ ...here, rights: ['Listen'] }] } }],
  ])('with %s refuse a send and do not tell why', async (_, rules) => {
    await put(rules);
    await expect(send()).rejects.toEqual(refused(401, 'Unauthorized access.'));
    await ask('/hubs/behaviour', { networkRefusalStatus: 403 });
    await expect(send()).rejects.toEqual(refused(403, 'Ip has been prevented'));
    expect(azure.services.metrics.total(HUB_ID, 'incoming')).toBe(0);
    expect(azure.services.metrics.total(HUB_ID, 'incoming.all.failedrequests')).toBe(2);
  });

  test.each([
    ['the address of the client', [here]],
    ['its very address', [{ ...here, ipMask: '127.0.0.1' }]],
    ['every address', [{ ...here, ipMask: '0.0.0.0/0' }]],
    ['the address of the client among others', [elsewhere, here]],
  ])('with %s let it in', async (_, ipRules) => {
    await put({ networkAcls: { ipRules } });
    await expect(send()).resolves.toBeDefined();
  });

  test('grant each right by itself', async () => {
    await put({ networkAcls: { publicNetworkRule: { rights: ['Listen'] } } });
    const device = createAppleInstallation({ installationId: 'i1', pushChannel: 'a1' });
    await expect(createOrUpdateInstallation(hub, device)).resolves.toBeDefined();
    await expect(send()).rejects.toEqual(refused(401));
  });

  test('that let in the client alone lock out Communication Services', async () => {
    await azure.communicationService();
    await azure.link(await azure.connectionString(`${HUB_ID}/authorizationRules/test-rule`));
    azure.services.communication.registerDevice({
      acsId: ACS_ID,
      rawId: ALICE,
      platform: 'apns',
      handle: 'a1',
    });
    const call = async () =>
      (await azure.services.communication.placeCall({ acsId: ACS_ID, from: '8:acs:bob', to: ALICE })).pushes;
    expect(await call()).toMatchObject([{ status: 201 }]);
    await put({ networkAcls: { ipRules: [here] } });
    expect(await call()).toMatchObject([{ status: 401 }]);
    await expect(send()).resolves.toBeDefined();
  });

  test.each([
    ['a mask that is none', { networkAcls: { ipRules: [{ ipMask: '10.0.0.0/33', rights: ALL }] } }, 'ipMask'],
    ['a right that is none', { networkAcls: { publicNetworkRule: { rights: ['Read'] } } }, 'rights'],
    ['access that is neither', { publicNetworkAccess: 'SecuredByPerimeter' }, 'publicNetworkAccess'],
  ])('with %s are refused by ARM', async (_, rules, text) => {
    await expect(put(rules)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(text) });
  });
});

describe('a disabled namespace', () => {
  beforeEach(async () => {
    await ask('/hubs/namespace-state', { namespaceId: NAMESPACE_ID, enabled: false });
  });

  test('says so in ARM and refuses everything', async () => {
    expect(properties()).toMatchObject({ enabled: false, status: 'Suspended' });
    await expect(send()).rejects.toEqual(refused(403, 'disabled'));
  });

  test('stays disabled over a PUT: enabled is read-only', async () => {
    await put({ enabled: true, status: 'Created' });
    expect(properties()).toMatchObject({ enabled: false, status: 'Suspended' });
  });

  test('works again when it is enabled', async () => {
    await ask('/hubs/namespace-state', { namespaceId: NAMESPACE_ID, enabled: true });
    expect(properties()).toMatchObject({ enabled: true, status: 'Created' });
    await expect(send()).resolves.toBeDefined();
  });

  test('cannot be one that is not there', async () => {
    expect(await ask('/hubs/namespace-state', { namespaceId: HUB_ID, enabled: false })).toMatchObject({
      status: 400,
    });
  });
});

describe('the quota of pushes', () => {
  test('ends sends with 403 until the month is over', async () => {
    await ask('/hubs/quota', { namespaceId: NAMESPACE_ID, pushesPerMonth: 2 });
    await send();
    await send();
    await expect(send()).rejects.toEqual(refused(403, 'QuotaExceeded'));
    const device = createAppleInstallation({ installationId: 'i1', pushChannel: 'a1' });
    await expect(createOrUpdateInstallation(hub, device)).resolves.toBeDefined();
    await azure.clock.advance(31 * DAY);
    await expect(send()).resolves.toBeDefined();
  });

  test('is the tier’s own again when told', async () => {
    await ask('/hubs/quota', { namespaceId: NAMESPACE_ID, pushesPerMonth: 0 });
    await expect(send()).rejects.toEqual(refused(403));
    await ask('/hubs/quota', { namespaceId: NAMESPACE_ID, pushesPerMonth: null });
    await expect(send()).resolves.toBeDefined();
  });

  test.each([
    ['Free', 403],
    ['Basic', 201],
    ['Standard', 201],
  ])('of the tier %s answers the push after a million with %i', async (sku, status) => {
    await put({}, sku);
    await send();
    const kept = azure.store.get('/local/pushQuota')!;
    (kept.properties.pushes as Record<string, number>)[NAMESPACE_ID.toLowerCase()] = 1_000_000;
    const answered = await send().then(
      () => 201,
      (error: { statusCode: number }) => error.statusCode,
    );
    expect(answered).toBe(status);
  });
});
