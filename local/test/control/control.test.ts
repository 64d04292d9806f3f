import { controlRoute } from '../../azure/core/control-route';
import type { DeliveredPush } from '../../azure/core/context';
import { createControl } from '../../control/control';
import {
  ACS_ID,
  APNS_PUBLIC_KEY,
  ecKey,
  GROUP,
  Harness,
  HUB_ID,
  NAMESPACE_ID,
  TOPIC_ID,
} from '../support/harness';

const ALICE = '8:acs:alice';
const BOB = '8:acs:bob';

let azure: Harness;
const ask = (method: string, path: string, body?: unknown) => azure.control(method, path, body);
const inbox = async (query = '') => (await ask('GET', `/inbox${query}`)).body as DeliveredPush[];
const call = () => ask('POST', '/calls', { acsId: ACS_ID, from: BOB, to: ALICE });

beforeEach(async () => {
  azure = new Harness();
  await azure.communicationService();
  await azure.link(await azure.hub());
  for (const [platform, handle] of [
    ['apns', 'a1'],
    ['fcmv1', 'f1'],
  ]) {
    await ask('POST', '/devices', { acsId: ACS_ID, rawId: ALICE, platform, handle });
  }
});
afterEach(async () => azure.close());

describe('the control API', () => {
  test('places a call, shows what arrived by handle, service or hub, and forgets it', async () => {
    expect(await call()).toMatchObject({ status: 200, body: { pushes: [{ status: 201 }, { status: 201 }] } });
    expect(await inbox()).toHaveLength(2);
    expect(await inbox('?handle=f1')).toMatchObject([{ service: 'fcmv1' }]);
    expect(await inbox('?service=apns')).toMatchObject([{ handle: 'a1' }]);
    expect(await inbox(`?hubId=${encodeURIComponent(`${HUB_ID}x`)}`)).toEqual([]);
    expect((await ask('DELETE', '/inbox')).status).toBe(204);
    expect(await inbox()).toEqual([]);
  });

  test('no longer calls a device that was unregistered', async () => {
    await ask('DELETE', '/devices', { acsId: ACS_ID, rawId: ALICE, handle: 'a1' });
    await call();
    expect((await inbox()).map((push) => push.handle)).toEqual(['f1']);
  });

  test('shows the devices of a user and until when each is registered', async () => {
    const body = { acsId: ACS_ID, rawId: BOB, platform: 'apns', handle: 'b1', ttlSeconds: 600 };
    await ask('POST', '/devices', body);
    const { body: devices } = await ask('GET', `/devices?acsId=${ACS_ID}&rawId=${BOB}`);
    const expiresAt = new Date(azure.clock.now() + 600_000).toISOString();
    expect(devices).toEqual([{ handle: 'b1', platform: 'apns', expiresAt }]);
    expect(await ask('POST', '/devices', { ...body, ttlSeconds: 299 })).toMatchObject({ status: 400 });
  });

  test('sends, edits and deletes chat messages', async () => {
    const message = { acsId: ACS_ID, from: BOB, to: [ALICE], text: 'Hi' };
    const { body } = await ask('POST', '/chat-messages', message);
    const { messageId } = body as { messageId: string };
    await ask('PATCH', '/chat-messages', { ...message, messageId, text: 'Ho' });
    await ask('DELETE', '/chat-messages', { ...message, messageId });
    expect((await inbox('?service=apns')).map((push) => push.payload)).toMatchObject([
      { acs: { kind: 'chatMessageReceived', messageId } },
      { acs: { kind: 'chatMessageEdited', messageId } },
      { acs: { kind: 'chatMessageDeleted', messageId } },
    ]);
  });

  test('makes handles dead and credentials refused', async () => {
    await ask('POST', '/push-services/handles', { handle: 'a1', state: 'expired' });
    await ask('POST', '/push-services/rejected-credentials', { service: 'fcmv1' });
    await call();
    expect(await inbox()).toEqual([]);
    await ask('DELETE', '/push-services/rejected-credentials');
    await ask('POST', '/push-services/handles', { handle: 'a1', state: 'live' });
    await call();
    expect(await inbox()).toHaveLength(2);
  });

  test('registers the key that APNs knows', async () => {
    const about = { service: 'apns', teamId: 'TEAM123456', keyId: 'ABCDE12345' };
    await ask('POST', '/push-services/keys', { ...about, publicKey: ecKey().publicKey });
    await call();
    expect(await inbox('?service=apns')).toEqual([]);
    await ask('POST', '/push-services/keys', { ...about, publicKey: APNS_PUBLIC_KEY });
    await call();
    expect(await inbox('?service=apns')).toHaveLength(1);
  });

  test('breaks and mends the hub', async () => {
    await ask('POST', '/faults', { hubs: { throttledPercent: 100 } });
    expect(await call()).toMatchObject({ body: { pushes: [{ status: 429 }, { status: 429 }] } });
    await ask('DELETE', '/faults');
    expect(await call()).toMatchObject({ body: { pushes: [{ status: 201 }, { status: 201 }] } });
  });

  test('shows links without their connection strings', async () => {
    await call();
    await azure.link(await azure.hub());
    const { body } = await ask('GET', `/links?acsId=${encodeURIComponent(ACS_ID)}`);
    expect(body).toMatchObject({ effective: { resourceId: HUB_ID }, pending: [{ resourceId: HUB_ID }] });
    expect(JSON.stringify(body)).not.toContain('SharedAccessKey');
  });

  test('shows event deliveries and dead letters', async () => {
    const functionId = `${GROUP}/providers/Microsoft.Web/sites/fn-test/functions/sms`;
    azure.functions.add(functionId);
    azure.endpoints.set('https://fn-test.azurewebsites.net/', () => ({ status: 400 }));
    await azure.put(TOPIC_ID, '2025-02-15', {
      location: 'global',
      properties: { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices' },
    });
    const destination = { endpointType: 'AzureFunction', properties: { resourceId: functionId } };
    await azure.put(`${TOPIC_ID}/eventSubscriptions/sms`, '2025-02-15', { properties: { destination } });
    await ask('POST', '/sms', { acsId: ACS_ID, from: '+1555', to: '+1666', text: 'Hi' });
    await ask('POST', '/events', { acsId: ACS_ID, eventType: 'UserDisconnected', subject: 's', data: {} });
    for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await ask('GET', '/event-grid/deliveries')).body).toMatchObject({
      pending: 0,
      deliveries: [{ status: 400 }, { status: 400 }],
    });
    expect((await ask('GET', '/dead-letters')).body).toMatchObject([
      {
        reason: 'UndeliverableDueToClientError',
        event: { eventType: 'Microsoft.Communication.SMSReceived' },
      },
      { event: { eventType: 'Microsoft.Communication.UserDisconnected' } },
    ]);
  });

  test.each([
    ['GET', '/nothing', undefined, 404],
    ['POST', '/calls', { acsId: `${ACS_ID}x`, from: BOB, to: ALICE }, 400],
    ['POST', '/calls', undefined, 400],
    ['POST', '/calls', { acsId: ACS_ID, from: BOB }, 400],
    ['POST', '/chat-messages', { acsId: ACS_ID, from: BOB, to: ALICE, text: 'x' }, 400],
    ['POST', '/sms', { acsId: ACS_ID }, 400],
    ['POST', '/devices', { acsId: ACS_ID, rawId: ALICE, platform: 'pager', handle: 'h' }, 400],
    ['POST', '/devices', { acsId: ACS_ID, platform: 'apns', handle: 'h' }, 400],
    ['POST', '/push-services/handles', { handle: 'h', state: 'asleep' }, 400],
    ['POST', '/push-services/keys', { service: 'apns', teamId: 'T', keyId: 'K', publicKey: 'none' }, 400],
    ['POST', '/faults', { hubs: { throttledPercent: 'many' } }, 400],
    ['POST', '/faults', { hub: { throttledPercent: 1 } }, 400],
    ['POST', '/faults', { monitor: { silent: 'outgoing.*' } }, 400],
    ['POST', '/hubs/behaviour', { networkRefusalStatus: 404 }, 400],
    ['POST', '/hubs/behaviour', { telemetryRights: [] }, 400],
    ['POST', '/hubs/quota', { namespaceId: NAMESPACE_ID }, 400],
    ['POST', '/hubs/quota', { namespaceId: HUB_ID, pushesPerMonth: 1 }, 400],
    ['POST', '/hubs/namespace-state', { namespaceId: `${NAMESPACE_ID}x`, enabled: false }, 400],
    ['POST', '/events', { acsId: ACS_ID, subject: 's' }, 400],
    ['POST', '/calls', 'ring', 400],
  ])('answers %s %s of %j with %i', async (method, path, body, status) => {
    const answer = await ask(method, path, body);
    expect(answer).toEqual({ status, body: { error: expect.any(String) } });
  });
});

test('two routes with one method and path are a mistake', () => {
  const route = (summary: string) =>
    controlRoute({ method: 'GET', path: '/clock', summary, handle: () => undefined });
  expect(() => createControl([route('one'), route('the other')])).toThrow(
    'two services declare GET /clock in the control API',
  );
});
