import { communicationSecrets } from '../../../../azure/services/communication/resource-types';
import { ACS_ID, apnsCredential, GROUP, Harness, HUB_ID, PREVIEW, TOPIC_ID } from '../../../support/harness';

const VERSION = '2025-05-01';
const WINDOW = 10 * 60_000;
const ALICE = '8:acs:alice';
const BOB = '8:acs:bob';
const CAROL = '8:acs:carol';
const RULE_ID = `${HUB_ID}/authorizationRules/test-rule`;

let azure: Harness;
const communication = () => azure.services.communication;
const put = (properties: object, version = VERSION) =>
  azure.put(ACS_ID, version, { location: 'global', properties });
const refusal = (code: string) => expect.objectContaining({ status: 400, code });
const call = () =>
  communication().placeCall({ acsId: ACS_ID, from: BOB, to: ALICE, callerDisplayName: 'Bob' });

async function registered(handle = 'a1', rawId = ALICE): Promise<void> {
  await azure.communicationService();
  communication().registerDevice({ acsId: ACS_ID, rawId, platform: 'apns', handle });
}

beforeEach(() => {
  azure = new Harness();
});
afterEach(async () => azure.close());

describe('the resource', () => {
  test('shows what Azure adds and no secret', async () => {
    const { body } = await put({ dataLocation: 'United States', disableLocalAuth: true });
    expect(body).toMatchObject({
      location: 'global',
      properties: {
        provisioningState: 'Succeeded',
        dataLocation: 'United States',
        hostName: 'acs-test.unitedstates.communication.azure.com',
        immutableResourceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        disableLocalAuth: true,
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/key/i);
  });

  test('keeps its id, its link and its local auth over a PUT of the version azurerm speaks', async () => {
    await put({ dataLocation: 'Europe', disableLocalAuth: true });
    await azure.link(await azure.hub());
    const before = azure.get(ACS_ID).properties as Record<string, unknown>;
    await put({ dataLocation: 'Europe' }, '2023-03-31');
    expect(azure.get(ACS_ID).properties).toEqual(before);
  });

  test('keeps its time of creation until it is deleted and made again', async () => {
    const createdAt = () => (azure.get(ACS_ID).systemData as { createdAt: string }).createdAt;
    await put({ dataLocation: 'Europe' });
    const first = createdAt();
    await azure.clock.advance(WINDOW);
    await put({ dataLocation: 'Europe' });
    expect(createdAt()).toBe(first);
    await azure.delete(ACS_ID);
    await put({ dataLocation: 'Europe' });
    expect(Date.parse(createdAt()) - Date.parse(first)).toBe(WINDOW);
  });

  test.each([
    ['an unknown data location', { dataLocation: 'Mars' }],
    ['none', {}],
  ])('refuses %s', async (_, properties) => {
    await expect(put(properties)).rejects.toEqual(refusal('BadRequest'));
  });

  test('cannot move its data', async () => {
    await put({ dataLocation: 'Europe' });
    await expect(put({ dataLocation: 'UK' })).rejects.toEqual(refusal('PropertyChangeNotAllowed'));
  });

  test('is nowhere but global', async () => {
    const body = { location: 'westeurope', properties: { dataLocation: 'Europe' } };
    await expect(azure.put(ACS_ID, VERSION, body)).rejects.toEqual(
      refusal('LocationNotAvailableForResourceType'),
    );
  });

  test('lists and regenerates keys, unless local auth is off', async () => {
    await put({ dataLocation: 'Europe' });
    const keys = async () => (await azure.post(ACS_ID, 'listKeys', VERSION)).body as Record<string, string>;
    const before = await keys();
    expect(before.primaryConnectionString).toBe(
      `endpoint=https://acs-test.europe.communication.azure.com/;accesskey=${before.primaryKey}`,
    );
    await azure.post(ACS_ID, 'regenerateKey', VERSION, { keyType: 'Primary' });
    expect((await keys()).primaryKey).not.toBe(before.primaryKey);
    expect((await keys()).secondaryKey).toBe(before.secondaryKey);
    await put({ dataLocation: 'Europe', disableLocalAuth: true });
    await expect(azure.post(ACS_ID, 'listKeys', VERSION)).rejects.toEqual(refusal('BadRequest'));
    await expect(azure.post(ACS_ID, 'regenerateKey', VERSION, { keyType: 'Primary' })).rejects.toEqual(
      refusal('BadRequest'),
    );
  });
});

describe('linkNotificationHub', () => {
  beforeEach(async () => azure.communicationService());

  test('answers with the hub and shows it in a GET, without the connection string', async () => {
    const connectionString = await azure.hub();
    const answer = await azure.link(connectionString);
    expect(answer).toEqual({ status: 200, body: { resourceId: HUB_ID } });
    expect(azure.get(ACS_ID)).toMatchObject({ properties: { notificationHubId: HUB_ID } });
    expect(JSON.stringify(azure.get(ACS_ID))).not.toContain('SharedAccessKey');
  });

  test('takes a Listen-only rule and a key that opens nothing: neither is validated', async () => {
    const connectionString = await azure.hub(['Listen']);
    expect((await azure.link(connectionString)).status).toBe(200);
    expect((await azure.link(connectionString.replace(/AccessKey=.*$/, 'AccessKey=wrong'))).status).toBe(200);
  });

  test.each([
    ['no connection string', HUB_ID, '', 'BadRequest'],
    ['an ACS connection string', HUB_ID, 'endpoint=https://x;accesskey=y', 'BadRequest'],
    [
      'the id of a namespace',
      `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns`,
      'ok',
      'BadRequest',
    ],
    ['a hub of another subscription', HUB_ID.replace('0001', '0002'), 'ok', 'WrongSubscription'],
  ])('refuses %s', async (_, resourceId, connectionString, code) => {
    const sent = connectionString === 'ok' ? await azure.hub() : connectionString;
    await expect(azure.link(sent, resourceId)).rejects.toEqual(refusal(code));
    expect(azure.get(ACS_ID)).not.toMatchObject({ properties: { notificationHubId: expect.anything() } });
  });
});

describe('a push of Communication Services', () => {
  test('reaches the device through the linked hub, marked as simulated', async () => {
    await registered();
    communication().registerDevice({ acsId: ACS_ID, rawId: ALICE, platform: 'fcmv1', handle: 'f1' });
    await azure.link(await azure.hub());
    const { pushes } = await call();
    expect(pushes).toEqual([
      { rawId: ALICE, handle: 'a1', hubId: HUB_ID, status: 201 },
      { rawId: ALICE, handle: 'f1', hubId: HUB_ID, status: 201 },
    ]);
    expect(azure.context.inbox).toMatchObject([
      {
        service: 'apns',
        hubId: HUB_ID,
        handle: 'a1',
        headers: { 'apns-topic': 'com.example.app', 'apns-push-type': 'alert' },
        payload: { aps: { alert: { title: 'Bob' } }, acs: { simulated: true, kind: 'incomingCall' } },
      },
      { service: 'fcmv1', handle: 'f1', payload: { message: { data: { simulated: 'true' } } } },
    ]);
    expect(azure.services.metrics.total(HUB_ID, 'incoming')).toBe(2);
  });

  test('reaches a hub whose topic is for VoIP', async () => {
    await registered();
    const credentials = apnsCredential({ appName: 'com.example.app.voip' });
    await azure.link(await azure.hub(['Send'], { credentials }));
    await call();
    expect(azure.context.inbox).toMatchObject([{ headers: { 'apns-push-type': 'voip' } }]);
  });

  test('is not seen as a registration of the hub', async () => {
    await registered();
    await azure.link(await azure.hub());
    expect(azure.store.get(HUB_ID)!.secrets).toMatchObject({ installations: {}, registrations: {} });
  });

  test('of a chat message reaches everybody but its sender', async () => {
    await registered('a1', ALICE);
    communication().registerDevice({ acsId: ACS_ID, rawId: BOB, platform: 'apns', handle: 'b1' });
    communication().registerDevice({ acsId: ACS_ID, rawId: CAROL, platform: 'apns', handle: 'c1' });
    await azure.link(await azure.hub());
    await communication().sendChatMessage({ acsId: ACS_ID, from: BOB, to: [ALICE, BOB, CAROL], text: 'Hi' });
    expect(azure.context.inbox.map((push) => push.handle)).toEqual(['a1', 'c1']);
  });

  describe('does not arrive', () => {
    const arrives = async () => {
      const { pushes } = await call();
      return { status: pushes[0]!.status, arrived: azure.context.inbox.length };
    };
    beforeEach(async () => registered());

    test('without a link', async () => {
      expect(await arrives()).toEqual({ status: undefined, arrived: 0 });
    });

    test('when the hub was deleted', async () => {
      await azure.link(await azure.hub());
      await azure.delete(HUB_ID);
      expect(await arrives()).toEqual({ status: 404, arrived: 0 });
    });

    test('when the policy cannot send', async () => {
      await azure.link(await azure.hub(['Listen']));
      expect(await arrives()).toEqual({ status: 401, arrived: 0 });
    });

    test('when the key was regenerated since', async () => {
      await azure.link(await azure.hub());
      await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'PrimaryKey' });
      expect(await arrives()).toEqual({ status: 401, arrived: 0 });
    });

    test('when the connection string is of another hub', async () => {
      const connectionString = await azure.hub();
      const other = HUB_ID.replace('/calling', '/other');
      await azure.put(other, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
      await azure.link(connectionString, other);
      expect(await arrives()).toEqual({ status: 401, arrived: 0 });
    });

    test.each([
      ['has no credential', {}],
      [
        'has APNs in certificate mode',
        { apnsCredential: { properties: { apnsCertificate: 'x', endpoint: 'y' } } },
      ],
    ])('when the hub %s', async (_, credentials) => {
      await azure.link(await azure.hub(['Send'], { credentials }));
      expect(await arrives()).toEqual({ status: 201, arrived: 0 });
      expect(azure.services.metrics.total(HUB_ID, 'outgoing.apns.invalidcredentials')).toBe(1);
    });
  });
});

describe('a rule of the hub that is made again', () => {
  test('refuses the string that Communication Services holds, until it is linked anew', async () => {
    await registered();
    await azure.link(await azure.hub());
    expect((await call()).pushes).toMatchObject([{ status: 201 }]);
    await azure.delete(RULE_ID);
    await azure.put(RULE_ID, PREVIEW, { properties: { rights: ['Send'] } });
    expect((await call()).pushes).toMatchObject([{ hubId: HUB_ID, status: 401 }]);
    expect(azure.get(ACS_ID)).toMatchObject({ properties: { notificationHubId: HUB_ID } });
    await azure.link(await azure.connectionString(RULE_ID));
    await azure.clock.advance(WINDOW);
    expect((await call()).pushes).toMatchObject([{ status: 201 }]);
  });

  test('with its hub does the same', async () => {
    await registered();
    await azure.link(await azure.hub());
    await azure.delete(HUB_ID);
    expect((await call()).pushes).toMatchObject([{ status: 404 }]);
    await azure.hub();
    expect((await call()).pushes).toMatchObject([{ status: 401 }]);
  });
});

describe('two resources linked to one hub', () => {
  const OTHER_ID = `${ACS_ID}-other`;

  test('send each with its own string: a stale one is refused while the other’s calls arrive', async () => {
    await registered();
    await azure.communicationService(OTHER_ID);
    const device = { rawId: CAROL, platform: 'apns' as const, handle: 'c1' };
    communication().registerDevice({ acsId: OTHER_ID, ...device });
    await azure.link(await azure.hub());
    const rule = `${HUB_ID}/authorizationRules/other`;
    await azure.put(rule, PREVIEW, { properties: { rights: ['Send'] } });
    await azure.link(await azure.connectionString(rule), HUB_ID, OTHER_ID);
    const both = async () => {
      const other = await communication().placeCall({ acsId: OTHER_ID, from: BOB, to: CAROL });
      return [...(await call()).pushes, ...other.pushes].map(({ hubId, status }) => ({ hubId, status }));
    };
    expect(await both()).toEqual([
      { hubId: HUB_ID, status: 201 },
      { hubId: HUB_ID, status: 201 },
    ]);
    await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'PrimaryKey' });
    expect(await both()).toEqual([
      { hubId: HUB_ID, status: 401 },
      { hubId: HUB_ID, status: 201 },
    ]);
    expect(azure.context.inbox.map((push) => push.handle).sort()).toEqual(['a1', 'c1', 'c1']);
    expect(azure.services.metrics.total(HUB_ID, 'incoming')).toBe(3);
    expect(azure.services.metrics.total(HUB_ID, 'incoming.all.failedrequests')).toBe(1);
  });
});

describe('a registration', () => {
  const HOUR = 3_600_000;
  const TEAMS_USER = '8:orgid:0f0e0d0c-0000-0000-0000-000000000001';
  const register = (over: { handle?: string; rawId?: string; ttlSeconds?: number } = {}) =>
    communication().registerDevice({ acsId: ACS_ID, rawId: ALICE, platform: 'apns', handle: 'a1', ...over });
  const rung = async (to = ALICE) => {
    azure.context.inbox.length = 0;
    await communication().placeCall({ acsId: ACS_ID, from: BOB, to });
    return azure.context.inbox.map(({ handle }) => handle);
  };

  beforeEach(async () => {
    await azure.communicationService();
    await azure.link(await azure.hub());
  });

  test('lives for 24 hours and is then forgotten', async () => {
    register();
    await azure.clock.advance(24 * HOUR - 1);
    expect(await rung()).toEqual(['a1']);
    await azure.clock.advance(1);
    expect(await rung()).toEqual([]);
    expect(communication().devicesOf(ACS_ID, ALICE)).toEqual([]);
  });

  test('that is over leaves nothing at the hub: neither a push nor a refused request', async () => {
    register();
    await azure.clock.advance(24 * HOUR);
    expect(await communication().placeCall({ acsId: ACS_ID, from: BOB, to: ALICE })).toMatchObject({
      pushes: [],
    });
    const total = (name: string) => azure.services.metrics.total(HUB_ID, name);
    expect([total('incoming.all.requests'), total('incoming.all.failedrequests')]).toEqual([0, 0]);
    expect(azure.logged.join()).toContain(`no push to ${ALICE}: no device is registered, or no longer`);
  });

  test('that a hub refuses leaves a refused request, which is how the two are told apart', async () => {
    register();
    await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'PrimaryKey' });
    expect(await rung()).toEqual([]);
    expect(azure.services.metrics.total(HUB_ID, 'incoming.all.failedrequests')).toBe(1);
  });

  test('is renewed by registering again', async () => {
    register();
    await azure.clock.advance(23 * HOUR);
    register();
    await azure.clock.advance(23 * HOUR);
    expect(await rung()).toEqual(['a1']);
  });

  test('lives as long as was asked for, from 5 minutes to 180 days', async () => {
    register({ handle: 'short', ttlSeconds: 300 });
    register({ handle: 'long', ttlSeconds: 180 * 86_400 });
    await azure.clock.advance(300_000);
    expect(await rung()).toEqual(['long']);
    await azure.clock.advance(180 * 24 * HOUR - 300_001);
    expect(await rung()).toEqual(['long']);
    await azure.clock.advance(1);
    expect(await rung()).toEqual([]);
  });

  test.each([[299], [180 * 86_400 + 1], [Number.NaN]])('cannot be had for %d seconds', (ttlSeconds) => {
    expect(() => register({ ttlSeconds })).toThrow('a registration lives 300 to 15552000 seconds');
  });

  test('of a Teams user ends after 24 hours, whatever was asked for', async () => {
    register({ rawId: TEAMS_USER, ttlSeconds: 180 * 86_400 });
    await azure.clock.advance(24 * HOUR - 1);
    expect(await rung(TEAMS_USER)).toEqual(['a1']);
    await azure.clock.advance(1);
    expect(await rung(TEAMS_USER)).toEqual([]);
  });

  test('of one device does not keep another alive', async () => {
    register({ handle: 'phone' });
    await azure.clock.advance(12 * HOUR);
    register({ handle: 'tablet' });
    expect((await rung()).sort()).toEqual(['phone', 'tablet']);
    await azure.clock.advance(12 * HOUR);
    expect(await rung()).toEqual(['tablet']);
  });

  test('outlives a sign-out: the next user of the device is rung, and so is the one before', async () => {
    register({ rawId: ALICE });
    register({ rawId: CAROL });
    expect(await rung(ALICE)).toEqual(['a1']);
    communication().unregisterDevice({ acsId: ACS_ID, rawId: ALICE, handle: 'a1' });
    expect(await rung(ALICE)).toEqual([]);
    expect(await rung(CAROL)).toEqual(['a1']);
  });

  test('that is over counts as none for the propagation window', async () => {
    register();
    await azure.clock.advance(24 * HOUR);
    await rung();
    await azure.link(await azure.connectionString(RULE_ID, 'secondaryConnectionString'));
    expect(communication().links(ACS_ID).pending).toEqual([]);
  });
});

describe('the propagation window', () => {
  const arrived = async () => {
    await call();
    return azure.context.inbox.length > 0;
  };
  const clear = () => (azure.context.inbox.length = 0);

  test('does not apply to a resource that never sent anything', async () => {
    await registered();
    await azure.link(await azure.hub());
    expect(communication().links(ACS_ID)).toMatchObject({ effective: { resourceId: HUB_ID }, pending: [] });
    expect(await arrived()).toBe(true);
  });

  test('applies to the first link when something was sent before it', async () => {
    await registered();
    expect(await arrived()).toBe(false);
    await azure.link(await azure.hub());
    expect(communication().links(ACS_ID).effective).toBeUndefined();
    const [pending] = communication().links(ACS_ID).pending;
    const wait = pending!.effectiveAt - azure.clock.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(WINDOW);
    await azure.clock.advance(wait - 1);
    expect(await arrived()).toBe(false);
    await azure.clock.advance(1);
    expect(await arrived()).toBe(true);
  });

  test('goes on with the old key for a while after a relink', async () => {
    await registered();
    await azure.link(await azure.hub());
    expect(await arrived()).toBe(true);
    await azure.link(await azure.connectionString(RULE_ID, 'secondaryConnectionString'));
    await azure.post(RULE_ID, 'regenerateKeys', PREVIEW, { policyKey: 'PrimaryKey' });
    clear();
    expect(await arrived()).toBe(false);
    await azure.clock.advance(WINDOW);
    expect(await arrived()).toBe(true);
  });

  test('ends for all links with the newest one that is effective', async () => {
    await azure.close();
    for (let seed = 1; seed <= 50; seed += 1) {
      azure = new Harness({ seed });
      await registered();
      await call();
      await azure.link(await azure.hub());
      await azure.link(await azure.connectionString(RULE_ID, 'secondaryConnectionString'));
      const newest = communication().links(ACS_ID).pending.at(-1)!;
      await azure.clock.advance(newest.effectiveAt - azure.clock.now());
      expect(communication().links(ACS_ID)).toEqual({ effective: newest, pending: [] });
      await azure.close();
    }
  });

  test('is told of no link that a newer one overtakes, and in the order in which links take effect', async () => {
    let overtaken = 0;
    await azure.close();
    for (let seed = 1; seed <= 20; seed += 1) {
      azure = new Harness({ seed });
      await registered();
      await call();
      const connectionString = await azure.hub();
      for (let i = 0; i < 4; i += 1) await azure.link(connectionString);
      const { pending } = communication().links(ACS_ID);
      overtaken += 4 - pending.length;
      for (const next of pending) {
        await azure.clock.advance(next.effectiveAt - azure.clock.now());
        expect(communication().links(ACS_ID).effective).toEqual(next);
      }
      await azure.close();
    }
    expect(overtaken).toBeGreaterThan(0);
  });

  test('differs from link to link and is the same for the same seed', async () => {
    const waits = async (seed: number) => {
      const harness = new Harness({ seed });
      azure = harness;
      await registered();
      await call();
      const connectionString = await harness.hub();
      for (let i = 0; i < 5; i += 1) await harness.link(connectionString);
      await harness.close();
      const { links } = communicationSecrets(harness.store.get(ACS_ID)!);
      return links.map((link) => link.effectiveAt - link.linkedAt);
    };
    const first = await waits(7);
    expect(new Set(first).size).toBe(5);
    expect(await waits(7)).toEqual(first);
    expect(await waits(8)).not.toEqual(first);
  });

  test('survives a restart', async () => {
    await registered();
    await call();
    await azure.link(await azure.hub());
    const kept = JSON.parse(JSON.stringify(azure.store));
    const links = communication().links(ACS_ID);
    const after = new Harness();
    after.store.load(kept);
    expect(after.services.communication.links(ACS_ID)).toEqual(links);
    await after.close();
  });
});

describe('events', () => {
  let events: { eventType: string; subject: string; data: Record<string, unknown> }[];

  beforeEach(async () => {
    await azure.communicationService();
    await azure.put(TOPIC_ID, '2025-02-15', {
      location: 'global',
      properties: { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices' },
    });
    const functionId = `${GROUP}/providers/Microsoft.Web/sites/fn-test/functions/all`;
    azure.functions.add(functionId);
    events = [];
    azure.endpoints.set('https://fn-test.azurewebsites.net/', ({ body }) => {
      events.push(...JSON.parse(body!));
      return { status: 202 };
    });
    await azure.put(`${TOPIC_ID}/eventSubscriptions/all`, '2025-02-15', {
      properties: { destination: { endpointType: 'AzureFunction', properties: { resourceId: functionId } } },
    });
  });
  const settle = () => azure.clock.advance(0).then(() => new Promise((resolve) => setImmediate(resolve)));
  const named = (name: string) => events.filter((one) => one.eventType === `Microsoft.Communication.${name}`);

  test('of an unanswered call: started, incoming per callee, ended after 30 seconds', async () => {
    await communication().placeCall({
      acsId: ACS_ID,
      from: BOB,
      to: [ALICE, CAROL],
      callerDisplayName: 'Bob',
    });
    await settle();
    expect(named('CallStarted')).toHaveLength(1);
    expect(named('IncomingCall').map((one) => one.data)).toMatchObject([
      {
        to: { kind: 'communicationUser', rawId: ALICE, communicationUser: { id: ALICE } },
        from: { rawId: BOB },
        callerDisplayName: 'Bob',
        serverCallId: expect.any(String),
        correlationId: expect.any(String),
        incomingCallContext: expect.any(String),
        customContext: expect.any(Object),
      },
      { to: { rawId: CAROL } },
    ]);
    expect(named('CallEnded')).toHaveLength(0);
    await azure.clock.advance(30_000);
    await settle();
    expect(named('CallEnded')).toMatchObject([{ data: { callDurationInSeconds: 0, reason: { code: 487 } } }]);
  });

  test('of an answered call tell who joined and how long it was', async () => {
    await communication().placeCall({
      acsId: ACS_ID,
      from: BOB,
      to: ALICE,
      answeredAfterSeconds: 5,
      endedAfterSeconds: 65,
    });
    await azure.clock.advance(65_000);
    await settle();
    expect(named('CallParticipantAdded')).toHaveLength(2);
    expect(named('CallEnded')).toMatchObject([{ data: { callDurationInSeconds: 60, reason: { code: 0 } } }]);
  });

  test('of a chat message: one per recipient, none to the sender, one per thread', async () => {
    const { threadId, messageId } = await communication().sendChatMessage({
      acsId: ACS_ID,
      from: BOB,
      to: [ALICE, BOB, CAROL],
      text: 'Hi',
      senderDisplayName: 'Bob',
    });
    await settle();
    expect(
      named('ChatMessageReceived').map((one) => one.data.recipientCommunicationIdentifier),
    ).toMatchObject([{ rawId: ALICE }, { rawId: CAROL }]);
    expect(named('ChatMessageReceived')[0]).toMatchObject({
      subject: `thread/${threadId}/sender/${BOB}/recipient/${ALICE}`,
      data: { threadId, messageId, messageBody: 'Hi', senderDisplayName: 'Bob', type: 'Text' },
    });
    expect(named('ChatMessageReceivedInThread')).toHaveLength(1);
    expect(named('ChatMessageReceivedInThread')[0]!.data).not.toHaveProperty(
      'recipientCommunicationIdentifier',
    );
  });

  test('of an edit and a deletion carry the message’s id', async () => {
    const about = { acsId: ACS_ID, from: BOB, to: [ALICE], text: 'Ho', threadId: 't', messageId: '17' };
    await communication().editChatMessage(about);
    await communication().deleteChatMessage(about);
    await settle();
    expect(named('ChatMessageEdited')).toMatchObject([{ data: { messageId: '17', messageBody: 'Ho' } }]);
    expect(named('ChatMessageDeleted')).toMatchObject([
      { data: { messageId: '17', deleteTime: expect.any(String) } },
    ]);
    expect(named('ChatMessageDeleted')[0]!.data).not.toHaveProperty('messageBody');
  });

  test.each([
    [false, { from: '+1555', to: '+1666', message: 'Hi' }],
    [true, { From: '+1555', To: '+1666', Message: 'Hi' }],
  ])('of an SMS, in PascalCase: %s', async (pascalCase, data) => {
    communication().sendSms({ acsId: ACS_ID, from: '+1555', to: '+1666', text: 'Hi', pascalCase });
    await settle();
    expect(named('SMSReceived')).toMatchObject([{ subject: '/phonenumber/1555', data }]);
  });

  test('of any other type are raised as given', async () => {
    communication().raiseEvent({
      acsId: ACS_ID,
      eventType: 'UserDisconnected',
      subject: 's',
      data: { a: 1 },
    });
    await settle();
    expect(named('UserDisconnected')).toMatchObject([{ subject: 's', data: { a: 1 } }]);
  });

  test('are refused for a resource that is not there', () => {
    expect(() => communication().sendSms({ acsId: `${ACS_ID}x`, from: '1', to: '2', text: '' })).toThrow(
      RangeError,
    );
  });
});
