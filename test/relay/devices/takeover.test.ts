import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../../../local/azure/core/http';
import { newInstallation } from '../../../local/azure/services/notification-hubs/installation';
import { keepInstallation } from '../../../local/azure/services/notification-hubs/installations';
import { sha256Hex } from '../../../relay/hash';
import { ACS, HUB, LocalRelay, VOIP_HUB } from '../local-relay';
import { Samples } from '../samples';

const MAX_PER_USER = 4;

const relay = new LocalRelay({
  settings: {
    RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
    RELAY_VOIP_DEVICES_RULE_ID: `${VOIP_HUB}/authorizationRules/devices`,
    RELAY_API_REQUESTS_PER_MINUTE: '10000',
    RELAY_PLATFORMS: 'apple,fcmv1,browser',
    RELAY_MAX_DEVICES_PER_USER: String(MAX_PER_USER),
    RELAY_DEVICE_LIFETIME_DAYS: '30',
  },
  templates: `${__dirname}/../templates`,
});
const samples = new Samples(ACS);
let backEnd: string;
/** Requests to the hubs for installations; what it gives is answered in the hub's place. */
let asked: string[] = [];
let inPlace: (method: string, path: string) => number | undefined = () => undefined;

beforeAll(async () => {
  await relay.start();
  backEnd = await relay.userToken('backend', { roles: ['Devices.Register.All'] });
  const { hubs } = relay.services;
  const handle = hubs.handle.bind(hubs);
  hubs.handle = (request: LocalRequest): Promise<LocalResponse> => {
    if (!request.path.includes('/installations/')) return handle(request);
    asked.push(`${request.method} ${request.path}`);
    const status = inPlace(request.method, request.path);
    return status === undefined ? handle(request) : Promise.resolve({ status });
  };
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
  asked = [];
  inPlace = () => undefined;
});

const token = () => randomUUID().replaceAll('-', '').repeat(2);
const someone = () => `8:acs:${randomUUID()}_${randomUUID()}`;
const phones = {
  'an iPhone': () => ({ platform: 'apns', pushChannel: token() }),
  'an iPhone that rings by PushKit': () => ({
    platform: 'apns',
    pushChannel: token(),
    voipPushChannel: token(),
  }),
  'an Android phone': () => ({ platform: 'fcmv1', pushChannel: `token-${token()}` }),
  'a browser': () => ({
    platform: 'browser',
    pushChannel: {
      endpoint: `https://push.example/${token()}`,
      p256dh: `B${'A'.repeat(86)}`,
      auth: 'A'.repeat(22),
    },
  }),
};

const put = async (id: string, user: string, phone: object) => {
  const answer = await relay.devices('PUT', id, backEnd, { ...phone, user });
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as any };
};
/** As an app does that is told to come again. */
const untilDone = async (id: string, user: string, phone: object) => {
  await relay.until(async () => (await put(id, user, phone)).status < 300);
};
const read = async (id: string) => {
  const answer = await relay.devices('GET', id, backEnd);
  return { status: answer.status, json: (await answer.json()) as any };
};
/** Handles at which a message to somebody, and a call, arrive. */
const reached = async (user: string) => {
  relay.inbox.length = 0;
  const chat = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: user } });
  expect((await relay.deliver('messages', chat)).status).toBe(202);
  const call = samples.incomingCall({ toCommunicationIdentifier: { rawId: user } });
  expect((await relay.deliver('calls', call)).status).toBe(202);
  return relay.inbox.map(({ handle }) => handle);
};
const rows = async (filter: string) => {
  const all: Record<string, unknown>[] = [];
  for await (const page of relay.table('relaydevices').query(filter)) all.push(...page);
  return all;
};

describe.each(Object.entries(phones))('on %s', (_, makePhone) => {
  const phone = makePhone();
  const [first, next] = [someone(), someone()];
  const ids = [randomUUID(), randomUUID()];
  const own = [
    typeof phone.pushChannel === 'string' ? phone.pushChannel : phone.pushChannel.endpoint,
    'voipPushChannel' in phone ? phone.voipPushChannel : [],
  ].flat();

  test("a former user's chats and calls do not reach the next one, though the hub refused once to let go", async () => {
    expect((await put(ids[0]!, first, phone)).status).toBe(201);
    expect(await reached(first)).toHaveLength(2);
    let refusals = 0;
    inPlace = (method, path) =>
      method === 'DELETE' && path.includes(ids[0]!) && refusals++ === 0 ? 503 : undefined;
    const refused = await put(ids[1]!, next, phone);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await reached(next)).toEqual([]);
    expect((await put(ids[1]!, next, phone)).status).toBe(201);
    expect(refusals).toBeGreaterThan(1);

    expect(await reached(first)).toEqual([]);
    expect(new Set(await reached(next))).toEqual(new Set(own));
    expect((await read(ids[0]!)).status).toBe(404);
  });
});

test('what the hub would not let go of is removed by the sweep, though nobody comes again', async () => {
  const phone = phones['an iPhone that rings by PushKit']();
  const [first, next] = [someone(), someone()];
  const ids = [randomUUID(), randomUUID()];
  await put(ids[0]!, first, phone);
  inPlace = (method) => (method === 'DELETE' ? 503 : undefined);
  expect((await put(ids[1]!, next, phone)).status).toBe(503);
  expect(await reached(first)).not.toEqual([]);
  inPlace = () => undefined;
  await relay.sweep();
  expect(relay.logged('device removed')).toContainEqual({ message: 'device removed', because: 'remembered' });
  expect(await reached(first)).toEqual([]);
  expect(await rows("PartitionKey eq 'removing'")).toEqual([]);
});

test('of two who register the same phone at the same time one has it, in each of eight rounds', async () => {
  const rounds = Array.from({ length: 8 }, () => ({
    phone: phones['an iPhone'](),
    users: [someone(), someone()],
  }));
  await Promise.all(
    rounds.flatMap(({ phone, users }) => users.map((user) => untilDone(randomUUID(), user, phone))),
  );
  for (const { phone, users } of rounds) {
    const both = [...(await reached(users[0]!)), ...(await reached(users[1]!))];
    // A message and a call of one of them.
    expect(both).toEqual([phone.pushChannel, phone.pushChannel]);
  }
});

test('a phone is the same one when its token is written in capitals', async () => {
  const phone = phones['an iPhone that rings by PushKit']();
  const [first, next] = [someone(), someone()];
  await put(randomUUID(), first, {
    ...phone,
    pushChannel: phone.pushChannel.toUpperCase(),
    voipPushChannel: phone.voipPushChannel.toUpperCase(),
  });
  expect(await reached(first)).toEqual([phone.pushChannel, phone.voipPushChannel]);
  await put(randomUUID(), next, phone);
  expect(await reached(first)).toEqual([]);
  expect(await reached(next)).toEqual([phone.pushChannel, phone.voipPushChannel]);
});

describe('what the relay wrote down before handles were normalised', () => {
  /** As the former version of the relay left it: in the hub, and among the user's. */
  const left = async (id: string, user: string, handle: string) => {
    await relay.install(id, 'apns', handle, [`user:${user}`]);
    const table = relay.table('relaydevices');
    const partition = `user-${sha256Hex(user)}`;
    await table.change({ kind: 'merge', entity: { partitionKey: partition, rowKey: id } });
  };
  const held = (handle: string, installationId: string) =>
    relay.table('relaydevices').change({
      kind: 'merge',
      entity: { partitionKey: `handle-${sha256Hex(`apns\n${handle}`)}`, rowKey: 'holder', installationId },
    });

  test('is taken over as well', async () => {
    const [first, next] = [someone(), someone()];
    const [id, handle] = [randomUUID(), token().toUpperCase()];
    await left(id, first, handle);
    await held(handle, id);
    expect((await read(id)).json).toMatchObject({ user: first });
    await put(randomUUID(), next, { platform: 'apns', pushChannel: handle.toLowerCase() });
    expect(await reached(first)).toEqual([]);
    expect(await reached(next)).toEqual([handle.toLowerCase(), handle.toLowerCase()]);
  });

  test('and whom it should have removed then is removed by the sweep', async () => {
    const [first, next] = [someone(), someone()];
    const ids = [randomUUID(), randomUUID()];
    const handle = token();
    await left(ids[0]!, first, handle);
    await left(ids[1]!, next, handle);
    await held(handle, ids[1]!);
    expect(await reached(first)).not.toEqual([]);
    await relay.sweep();
    expect(relay.logged('device removed')).toContainEqual({
      message: 'device removed',
      because: 'handed on',
    });
    expect(await reached(first)).toEqual([]);
    expect(await reached(next)).toEqual([handle, handle]);
  });
});

test.each([
  ['as long as TeamsExtensionUser has', `8:acs:${randomUUID()}_${randomUUID()}_${randomUUID()}`],
  ['with blanks and accents', `8:acs:Zoë of ${randomUUID()} & co`],
  ['longer than any', `8:acs:${'x'.repeat(500)}`],
])('an identity with a raw id %s gets its messages and calls', async (_, user) => {
  expect(user.length).toBeGreaterThan(30);
  const phone = phones['an Android phone']();
  const id = randomUUID();
  expect((await put(id, user, phone)).status).toBe(201);
  expect(await read(id)).toMatchObject({ status: 200, json: { user, alsoFor: [] } });
  expect(await reached(user)).toEqual([phone.pushChannel, phone.pushChannel]);
  expect((await put(id, user, phone)).status).toBe(200);
  expect((await relay.devices('DELETE', id, backEnd)).status).toBe(204);
  expect(await reached(user)).toEqual([]);
});

test.each([
  ['de-AT-u-mu-celsius', 'Neue Nachricht', 'de-AT'],
  ['de_CH', 'Neue Nachricht', 'de-CH'],
  ['', 'New message', undefined],
  ['nonsense!', 'New message', undefined],
])('a device that speaks %j is registered, and told "%s"', async (language, title, understood) => {
  const user = someone();
  const { status, json } = await put(randomUUID(), user, {
    ...phones['an iPhone'](),
    language,
    laterField: 1,
  });
  expect(status).toBe(201);
  expect(json.language).toBe(understood);
  expect(json.ignored).toEqual(understood ? ['laterField'] : ['laterField', 'language']);
  const chat = samples.chatMessageReceived({
    messageBody: '',
    senderDisplayName: '',
    recipientCommunicationIdentifier: { rawId: user },
  });
  await relay.deliver('messages', chat);
  expect((relay.inbox[0]!.payload as any).aps.alert.title).toBe(title);
});

test('of more devices than a user may have, those that were renewed last get the pushes', async () => {
  const user = someone();
  const all = Array.from({ length: MAX_PER_USER + 2 }, () => ({
    id: randomUUID(),
    phone: phones['an iPhone'](),
  }));
  for (const { id, phone } of all.slice(0, MAX_PER_USER)) await put(id, user, phone);
  await put(all[0]!.id, user, all[0]!.phone);
  for (const { id, phone } of all.slice(MAX_PER_USER)) await put(id, user, phone);
  const left = all.filter((_, i) => i !== 1 && i !== 2).map(({ phone }) => phone.pushChannel);
  expect(new Set(await reached(user))).toEqual(new Set(left));
  expect((await read(all[1]!.id)).status).toBe(404);
});

test('a device that was not registered again for as long as its life is removed, as it was told', async () => {
  const [user, phone, id] = [someone(), phones['an iPhone'](), randomUUID()];
  const days = (n: number) => n * 24 * 60 * 60_000;
  const { json } = await put(id, user, phone);
  const renewBefore = Date.parse(json.renewBefore);
  expect(Math.round((renewBefore - Date.now()) / days(1))).toBe(30);
  expect((await read(id)).json.renewBefore).toBe(json.renewBefore);
  const age = async (by: number) => {
    const table = relay.table('relaydevices');
    const row = (await table.get(`installation-${id}`, 'record'))!;
    const record = JSON.parse(String(row['data'])) as { renewedAt: number };
    const data = JSON.stringify({ ...record, renewedAt: Date.now() - by });
    await table.change({
      kind: 'merge',
      entity: { partitionKey: row.partitionKey, rowKey: row.rowKey, data },
    });
  };
  await age(days(29));
  await relay.sweep();
  expect(await reached(user)).toHaveLength(2);
  await age(days(30));
  await relay.sweep();
  expect(relay.logged('device removed')).toContainEqual({
    message: 'device removed',
    because: 'not renewed',
  });
  expect(await reached(user)).toEqual([]);
});

test('three hundred devices do not hold up the acknowledgement: no event has the relay ask for any of them', async () => {
  const user = someone();
  const hub = relay.azure.context.store.get(HUB)!;
  const table = relay.table('relaydevices');
  await Promise.all(
    Array.from({ length: 300 }, (_, n) => {
      const id = randomUUID();
      const document = { platform: 'fcmv1', pushChannel: `token-${id}`, tags: [`user:${user}`] };
      keepInstallation(hub, id, newInstallation(id, document, Date.now()));
      relay.services.pushServices.knowHandle(`token-${id}`);
      if (n < 150) relay.services.pushServices.setHandle(`token-${id}`, 'bad');
      const entity = { partitionKey: `user-${sha256Hex(user)}`, rowKey: id };
      return table.change({ kind: 'merge', entity });
    }),
  );
  const chat = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: user } });
  expect((await relay.deliver('messages', chat)).status).toBe(202);
  expect(relay.inbox).toHaveLength(150);
  await relay.deliver('messages', { ...chat, id: randomUUID(), data: { ...chat.data, messageId: 'next' } });
  expect(relay.inbox).toHaveLength(300);
  expect(asked).toEqual([]);
});
