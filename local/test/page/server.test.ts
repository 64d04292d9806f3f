import { request } from 'node:http';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { LocalAzure } from '../../azure';
import { ForwardClock } from '../../azure/core/forward-clock';
import { Projector } from '../../page/projector';
import { arm } from '../support/clients';
import { ACS_ID, apnsCredential, GROUP, HUB_ID, SUBSCRIPTION, TOPIC_ID } from '../support/harness';
import { link, RULE_ID, startLinkedAzure } from '../support/linked-azure';
import { PageEvents } from '../support/page-events';

const ALICE = '8:acs:alice';
const BOB = '8:acs:bob';
const WINDOW_MS = 600_000;

let azure: LocalAzure;
let events: PageEvents;
const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await azure.control(method, path, body);
  expect(answer.status).toBeLessThan(300);
  return answer.body as any;
};

beforeAll(async () => {
  execFileSync(process.execPath, [join(__dirname, '../../../scripts/build-page.mjs')]);
  azure = await startLinkedAzure({
    clock: new ForwardClock(),
    environmentName: 'dev',
    behaviour: { linkPropagation: [WINDOW_MS, WINDOW_MS] },
  });
  events = await PageEvents.open(azure.endpoints.control);
});
afterAll(() => azure.close());

describe('the events of the page', () => {
  test('tell everything when the page opens', async () => {
    const { about, clock, resources, links, breakage } = await events.whole();
    expect(about).toMatchObject({ environment: 'dev', control: azure.endpoints.control, seed: 1 });
    expect(clock).toMatchObject({ speed: 1, canAdvance: true });
    expect(Math.abs(Date.parse(clock.now) - azure.context.clock.now())).toBeLessThan(60_000);
    const hub = resources.find(({ id }) => id === HUB_ID);
    expect(hub).toMatchObject({ resourceGroup: 'rg-test', state: 'Succeeded', plain: false });
    expect(resources.filter(({ plain }) => plain)).toEqual([]);
    expect(links).toEqual([
      {
        acsId: ACS_ID,
        effective: expect.objectContaining({ hubId: HUB_ID, keyValid: true }),
        pending: [],
        relays: [],
      },
    ]);
    expect(breakage).toEqual({ unreachable: [], rejectedCredentials: [], throttledPercent: 0 });
  });

  test('tell of a call from its ringing to its end, and of the push to each device', async () => {
    await ask('POST', '/devices', { acsId: ACS_ID, rawId: ALICE, platform: 'apns', handle: 'a1' });
    await events.until(({ users }) => users[0]?.devices[0]?.handle === 'a1');
    const { serverCallId } = await ask('POST', '/calls', { acsId: ACS_ID, from: BOB, to: ALICE });
    const ringing = await events.until(
      ({ calls, inbox }) => calls[0]?.pushes.length === 1 && inbox.length > 0,
    );
    expect(ringing.calls[0]).toMatchObject({
      serverCallId,
      acsId: ACS_ID,
      from: BOB,
      to: [ALICE],
      state: 'ringing',
      pushes: [{ rawId: ALICE, handle: 'a1', status: 201 }],
    });
    expect(ringing.inbox[0]).toMatchObject({
      number: 0,
      service: 'apns',
      hubId: HUB_ID,
      rawId: ALICE,
      sender: 'communication',
      payload: { acs: { kind: 'incomingCall' } },
    });
    await ask('POST', '/calls/answer', { serverCallId });
    await events.until(({ calls }) => calls[0]?.state === 'answered');
    await ask('POST', '/calls/hang-up', { serverCallId });
    await events.until(({ calls }) => calls[0]?.state === 'ended');
  });

  test('tell of a message, and of what becomes of it', async () => {
    const message = { acsId: ACS_ID, from: BOB, to: [ALICE], text: 'Hi' };
    const sent = await ask('POST', '/chat-messages', message);
    await events.until(({ messages }) => messages[0]?.state === 'sent');
    const known = { ...message, threadId: sent.threadId, messageId: sent.messageId };
    await ask('PATCH', '/chat-messages', { ...known, text: 'Ho' });
    await events.until(({ messages }) => messages[0]?.text === 'Ho' && messages[0].state === 'edited');
    await ask('DELETE', '/chat-messages', known);
    const { messages } = await events.until((model) => model.messages[0]?.state === 'deleted');
    expect(messages).toHaveLength(1);
  });

  test('tell of a link whose window goes by, and of a key that was turned behind it', async () => {
    await link(azure);
    const { links } = await events.until((model) => model.links[0]!.pending.length === 1);
    const { linkedAt, effectiveAt } = links[0]!.pending[0]!;
    expect(Date.parse(effectiveAt) - Date.parse(linkedAt)).toBe(WINDOW_MS);
    await ask('POST', '/clock', { advanceSeconds: WINDOW_MS / 1000 });
    await events.until((model) => model.links[0]!.effective?.linkedAt === linkedAt);
    await ask('POST', '/links/turn-key', { acsId: ACS_ID });
    await events.until((model) => model.links[0]!.effective?.keyValid === false);
    expect((await ask('POST', '/calls', { acsId: ACS_ID, from: BOB, to: ALICE })).pushes).toMatchObject([
      { status: 401 },
    ]);
    expect(azure.context.activityLog.at(-1)).toMatchObject({
      operationName: expect.stringMatching(/regenerateKeys\/action$/i),
      resourceId: RULE_ID,
    });
    await link(azure);
    await ask('POST', '/clock', { advanceSeconds: WINDOW_MS / 1000 });
    await events.until((model) => model.links[0]!.effective?.keyValid === true);
    await ask('POST', '/links/remake-policy', { acsId: ACS_ID });
    await events.until((model) => model.links[0]!.effective?.keyValid === false);
  });

  test('tell who else sends pushes: Function Apps that get the events, and hubs beside them', async () => {
    const group = `${SUBSCRIPTION}/resourceGroups/rg-relay`;
    const [app, own] = [
      `${group}/providers/Microsoft.Web/sites/fn-relay`,
      HUB_ID.replace('rg-test', 'rg-relay'),
    ];
    for (const [id, type] of [
      [own, 'Microsoft.NotificationHubs/namespaces/notificationHubs'],
      [app, 'Microsoft.Web/sites'],
    ] as const) {
      azure.context.store.put({ id, name: id.split('/').at(-1)!, type, properties: {}, secrets: {} });
    }
    const topic = { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices' };
    await arm(azure, 'PUT', TOPIC_ID, '2025-02-15', { location: 'global', properties: topic });
    azure.context.store.put({
      id: `${TOPIC_ID}/eventSubscriptions/calls`,
      name: 'calls',
      type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
      properties: {
        destination: { endpointType: 'AzureFunction', properties: { resourceId: `${app}/functions/calls` } },
        eventDeliverySchema: 'EventGridSchema',
        filter: {},
        retryPolicy: { maxDeliveryAttempts: 1, eventTimeToLiveInMinutes: 1 },
      },
      secrets: { attributes: [] },
    });
    const { links } = await events.until((model) => model.links[0]!.relays.length > 0);
    expect(links[0]!.relays).toEqual([{ functionAppId: app, hubIds: [own] }]);
  });

  test('call an assignment by its role, which is a GUID for ARM', async () => {
    const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
    const name = '11111111-2222-3333-4444-555555555555';
    azure.context.store.put({
      id: `${ACS_ID}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      name,
      type: 'Microsoft.Authorization/roleAssignments',
      properties: {
        scope: ACS_ID,
        principalId: SUBSCRIPTION.split('/').at(-1),
        roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${owner}`,
      },
      secrets: {},
    });
    const { resources } = await events.until((model) => model.resources.some((one) => one.name === name));
    expect(resources.find((one) => one.name === name)!.calledName).toBe('Owner');
  });

  test('tell of attempts to deliver events, and of those that were given up', async () => {
    await ask('POST', '/sms', { acsId: ACS_ID, from: '+1555', to: '+1666', text: 'Hi' });
    const { deliveries } = await events.until((model) => model.deliveries.deadLetters.length > 0);
    expect(deliveries.deadLetters[0]).toMatchObject({
      subscriptionId: `${TOPIC_ID}/eventSubscriptions/calls`,
      eventType: 'Microsoft.Communication.SMSReceived',
    });
    expect(deliveries.attempts[0]!.eventIds).toContain(deliveries.deadLetters[0]!.eventId);
  });

  test('tell what is broken by hand, and that it was mended', async () => {
    await ask('POST', '/push-services/reachable', { service: 'apns', reachable: false });
    await ask('POST', '/push-services/rejected-credentials', { service: 'apns' });
    await ask('POST', '/faults', { hubs: { throttledPercent: 50 } });
    await events.until(
      ({ breakage }) =>
        breakage.unreachable[0] === 'apns' &&
        breakage.rejectedCredentials.length === 1 &&
        breakage.throttledPercent === 50,
    );
    await ask('POST', '/push-services/reachable', { service: 'apns', reachable: true });
    await ask('DELETE', '/push-services/rejected-credentials');
    await ask('DELETE', '/faults');
    await events.until(
      ({ breakage }) => breakage.unreachable.length + breakage.rejectedCredentials.length === 0,
    );
  });

  test('tell of a clock that was moved', async () => {
    const before = Date.parse(events.model.clock!.now);
    await ask('POST', '/clock', { advanceSeconds: 86_400 });
    await events.until(({ clock }) => Date.parse(clock.now) >= before + 86_400_000);
    await events.until(({ users }) => users[0]!.devices.length === 0);
  });

  test('hold no secret of what is deployed', async () => {
    const secrets = new Set<string>();
    const gather = (value: unknown): void => {
      if (typeof value === 'string' && value.length >= 16 && !value.startsWith('/')) secrets.add(value);
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(gather);
    };
    for (const { secrets: kept } of azure.context.store.list()) gather(kept);
    gather(apnsCredential().apnsCredential.properties.token);
    secrets.add(azure.endpoints.controlToken);
    // The keys of the service and of two policies at the least, those that were turned among them.
    expect(secrets.size).toBeGreaterThan(6);
    // Handles are no secrets of the deployment, nor are ids of users.
    expect([...secrets].filter((secret) => events.text.includes(secret))).toEqual([]);
    expect(events.text).not.toMatch(/SharedAccessKey=|accesskey=|PRIVATE KEY/i);
  });

  test('are not looked for again after what only reads', async () => {
    const changed = jest.spyOn(Projector.prototype, 'changed');
    await ask('GET', '/inbox');
    await ask('get', '/clock');
    expect(changed).not.toHaveBeenCalled();
    await ask('DELETE', '/faults');
    expect(changed).toHaveBeenCalled();
    changed.mockRestore();
  });

  test('go to many pages at once', async () => {
    const many = await Promise.all(
      Array.from({ length: 30 }, () => PageEvents.open(azure.endpoints.control)),
    );
    await ask('POST', '/chat-messages', { acsId: ACS_ID, from: BOB, to: [ALICE], text: 'to all' });
    await Promise.all(many.map((one) => one.until(({ messages }) => messages?.[0]?.text === 'to all')));
    for (const one of many) one.close();
  });

  test('go to no more pages than anybody has open, and to those as before', async () => {
    const open: PageEvents[] = [];
    const opening = async () => {
      for (let number = 0; number < 200; number += 1)
        open.push(await PageEvents.open(azure.endpoints.control));
    };
    await expect(opening()).rejects.toThrow('503');
    for (const one of open) one.close();
    await ask('POST', '/chat-messages', { acsId: ACS_ID, from: BOB, to: [ALICE], text: 'as before' });
    await events.until(({ messages }) => messages[0]!.text === 'as before');
  });

  test('go on when local Azure is emptied, or goes on from a snapshot', async () => {
    const snapshot = await azure.snapshot();
    const pushes = events.model.inbox!.length;
    await azure.reset();
    await events.until(({ resources, links, inbox }) => resources.length + links.length + inbox.length === 0);
    await azure.reset(snapshot);
    await events.until(({ links, inbox }) => links.length === 1 && inbox.length === pushes);
    await arm(azure, 'PUT', `${GROUP}-more`, '2023-07-01', { location: 'westeurope' });
    await events.until(({ resources }) => resources.some(({ name }) => name === 'rg-test-more'));
  });
});

/** One request as any program of this machine may send it. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const { hostname, port } = new URL(azure.endpoints.control);
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const asking = request({ hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      asking.on('error', reject);
      asking.end();
    },
  );
}

describe('the page', () => {
  test('is one document with one script and one stylesheet, and may load and send nothing else', async () => {
    const page = await get('/');
    expect(page).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
    });
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(loaded.filter((path) => !path.startsWith('data:')).sort()).toEqual(['page.css', 'page.js']);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)/);
    expect(await get('/page.js')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
    expect(await get('/page.css')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/css; charset=utf-8' },
    });
    expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  test.each(['/', '/page.js', '/page.css', '/page/events'])(
    '%s is for no other site, and by no other name of this machine',
    async (path) => {
      expect((await get(path, { host: 'rebound.example.com' })).status).toBe(421);
      expect((await get(path, { origin: 'https://example.com' })).status).toBe(403);
      expect((await get(path, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    },
  );

  test('is where a link of another site or file may lead, in a window of its own', async () => {
    const led = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await get('/', led)).toMatchObject({
      status: 200,
      headers: { 'cross-origin-opener-policy': 'same-origin' },
    });
    expect((await get('/', { ...led, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect((await get('/', { ...led, origin: 'https://example.com' })).status).toBe(403);
    expect((await get('/reset', led, 'POST')).status).toBe(403);
  });

  test.each(['/index.html', '/page.js/', '/../package.json', '/page/..%2f..%2fserver.ts', '/constructor'])(
    '%s is no file of it',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('has the token in its address where no server and no log gets it', () => {
    const { page, control, controlToken } = azure.endpoints;
    expect(page).toBe(`${control}/#token=${controlToken}`);
    expect(Buffer.from(controlToken, 'base64url')).toHaveLength(32);
  });
});

test('events end when local Azure closes, which waits for nobody who looks', async () => {
  const open = await PageEvents.open(azure.endpoints.control);
  await open.whole();
  await azure.close();
  await open.end();
});
