import Ajv from 'ajv/dist/2020';
import openapi from '../../../relay/preferences/openapi.json';
import { KINDS, MAX_PREFERENCES, readPreferences } from '../../../relay/preferences/preferences';
import { userTag } from '../../../relay/tags';
import { ACS, LocalRelay } from '../local-relay';
import { Samples } from '../samples';

const relay = new LocalRelay({
  settings: { RELAY_API_REQUESTS_PER_MINUTE: '200', RELAY_PLATFORMS: 'apple,fcmv1,browser' },
});
const samples = new Samples(ACS);
const THREAD = '19:abc@thread.v2';
const always = { timeZone: 'UTC', from: '00:00', to: '24:00' };

beforeAll(() => relay.start());
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});

const rawId = (name: string) => `8:orgid:${relay.azure.directory.user(name).objectId}`;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(openapi, 'openapi');

/** Makes a request and holds its answer against the description. */
async function call(
  method: 'GET' | 'PUT' | 'DELETE',
  user: string,
  token: string | undefined,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${relay.app!.baseUrl}/api/users/${encodeURIComponent(user)}/preferences`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const json = text ? JSON.parse(text) : undefined;
  const operation = openapi.paths['/api/users/{rawId}/preferences'][method.toLowerCase() as 'put'];
  expect(Object.keys(operation.responses)).toContain(String(response.status));
  const tag = response.headers.get('etag');
  if (response.status === 204) return { status: 204, json, etag: '' };
  const good = response.status < 300;
  expect(response.headers.get('content-type')).toBe(good ? 'application/json' : 'application/problem+json');
  expect(
    ajv.validate({ $ref: `openapi#/components/schemas/${good ? 'Preferences' : 'Problem'}` }, json),
  ).toBe(true);
  if (!good) return { status: response.status, json, etag: '' };
  // Pages of another origin can read no header, so that the document has it too.
  const { etag, ...document } = json;
  expect(tag).toEqual(expect.any(String));
  expect(etag).toBe(tag);
  return { status: response.status, json: document, etag: String(etag) };
}

/** A user with a device of every platform; handles by platform. */
async function userWithDevices(name: string) {
  const user = rawId(name);
  const hex = Buffer.from(name).toString('hex').padEnd(64, '0');
  await relay.install(`${name}-iphone`, 'apns', hex, [userTag(user)]);
  await relay.install(`${name}-android`, 'fcmv1', `${name}-registration-token`, [userTag(user)]);
  await relay.install(
    `${name}-browser`,
    'browser',
    { endpoint: `https://push.example/${name}`, p256dh: 'p'.repeat(20), auth: 'a'.repeat(20) },
    [userTag(user)],
  );
  return { user, token: await relay.userToken(name), names: [hex, `${name}-registration-token`, name] };
}

const inboxOf = ({ names }: { names: string[] }) =>
  relay.inbox.filter(({ handle }) => names.some((name) => handle.includes(name)));

const message = (user: string, over: object = {}) =>
  samples.chatMessageReceived({
    recipientCommunicationIdentifier: { rawId: user },
    threadId: THREAD,
    ...over,
  });

test('a document is written, read, replaced and removed by its user', async () => {
  const user = rawId('anna');
  const token = await relay.userToken('anna');
  expect(await call('GET', user, token)).toMatchObject({ status: 404 });
  const document = {
    mutedThreads: [{ threadId: THREAD, until: '2030-01-01T00:00:00Z' }],
    quietHours: always,
  };
  const made = await call('PUT', user, token, document);
  expect(made).toMatchObject({ status: 201, json: document });
  expect(await call('GET', user, token)).toEqual({ status: 200, json: document, etag: made.etag });
  const replaced = await call(
    'PUT',
    user,
    token,
    { events: { 'missed-call': false } },
    { 'if-match': made.etag },
  );
  expect(replaced).toMatchObject({ status: 200, json: { events: { 'missed-call': false } } });
  expect(replaced.etag).not.toBe(made.etag);
  expect(await call('DELETE', user, token)).toMatchObject({ status: 204 });
  expect(await call('DELETE', user, token)).toMatchObject({ status: 204 });
  expect(await call('GET', user, token)).toMatchObject({ status: 404 });
});

describe('two writers do not overwrite each other', () => {
  test('who does not say which document was read replaces none', async () => {
    const user = rawId('berta');
    const token = await relay.userToken('berta');
    const { etag } = await call('PUT', user, token, {}, { 'if-none-match': '*' });
    expect(await call('PUT', user, token, { quietHours: always })).toMatchObject({
      status: 428,
      json: { detail: expect.stringContaining('send If-Match with the ETag') },
    });
    expect(await call('PUT', user, token, {}, { 'if-none-match': '*' })).toMatchObject({ status: 412 });
    expect(await call('GET', user, token)).toMatchObject({ json: {}, etag });
    expect(await call('PUT', user, token, { quietHours: always }, { 'if-match': '*' })).toMatchObject({
      status: 200,
    });
  });

  test('of those that read the same document one writes, and the others are told to read again', async () => {
    const user = rawId('clara');
    const token = await relay.userToken('clara');
    const { etag } = await call('PUT', user, token, {});
    const writes = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        call('PUT', user, token, { mutedThreads: [{ threadId: `19:${i}` }] }, { 'if-match': etag }),
      ),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
    const winner = writes.find(({ status }) => status === 200)!;
    expect(await call('GET', user, token)).toMatchObject({ json: winner.json, etag: winner.etag });
    expect(await call('DELETE', user, token, undefined, { 'if-match': etag })).toMatchObject({ status: 412 });
    expect(await call('DELETE', user, token, undefined, { 'if-match': winner.etag })).toMatchObject({
      status: 204,
    });
  });

  test('of those that make the first document one makes it', async () => {
    const user = rawId('dora');
    const token = await relay.userToken('dora');
    const writes = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        call('PUT', user, token, { mutedThreads: [{ threadId: `19:${i}` }] }),
      ),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([201, 428, 428, 428]);
  });

  test('who can read no header writes back what was read, with its tag in it', async () => {
    const user = rawId('maria');
    const token = await relay.userToken('maria');
    const { etag } = await call('PUT', user, token, {});
    const document = { quietHours: always };
    const replaced = await call('PUT', user, token, { ...document, etag });
    expect(replaced).toMatchObject({ status: 200, json: document });
    expect(await call('PUT', user, token, { etag })).toMatchObject({ status: 412 });
    expect(await call('PUT', user, token, { etag: 'abc' })).toMatchObject({
      status: 400,
      json: { problems: [expect.stringContaining("'etag' must be the ETag")] },
    });
    expect(await call('GET', user, token)).toEqual({ status: 200, json: document, etag: replaced.etag });
    // A header counts before it.
    expect(await call('PUT', user, token, { etag }, { 'if-match': '*' })).toMatchObject({ status: 200 });
  });

  test.each([
    { 'if-match': 'abc' },
    { 'if-match': 'W/"abc"' },
    { 'if-match': '"a", "b"' },
    { 'if-none-match': '"abc"' },
    { 'if-none-match': '*', 'if-match': '*' },
  ])('a condition that is none is refused: %j', async (headers) => {
    const token = await relay.userToken('dora');
    expect(await call('PUT', rawId('dora'), token, {}, headers as Record<string, string>)).toMatchObject({
      status: 400,
    });
  });
});

describe('who may', () => {
  test('a user for themselves alone, a back end for everybody', async () => {
    const erna = rawId('erna');
    const token = await relay.userToken('erna');
    expect(await call('GET', rawId('anna'), token)).toMatchObject({ status: 403 });
    expect(await call('PUT', rawId('anna'), token, {})).toMatchObject({ status: 403 });
    expect(await call('DELETE', rawId('anna'), token)).toMatchObject({ status: 403 });
    const backEnd = await relay.tokenWith({ roles: ['Devices.Register.All'] });
    expect(await call('PUT', erna, backEnd, { quietHours: always })).toMatchObject({ status: 201 });
    expect(await call('GET', erna, token)).toMatchObject({ status: 200, json: { quietHours: always } });
    expect(await call('PUT', '4:+15555550123', backEnd, {})).toMatchObject({ status: 201 });
    expect(await call('GET', erna, undefined)).toMatchObject({ status: 401 });
    expect(await call('GET', erna, await relay.userToken('erna', { roles: [] }))).toMatchObject({
      status: 403,
    });
  });

  test('nobody for what is no identity', async () => {
    const backEnd = await relay.tokenWith({ roles: ['Devices.Register.All'] });
    expect(await call('GET', 'x'.repeat(513), backEnd)).toMatchObject({ status: 400 });
  });
});

test('what is no document is refused with every field that is wrong, and changes nothing', async () => {
  const user = rawId('frida');
  const token = await relay.userToken('frida');
  const body = { quietHours: { ...always, timeZone: 'Atlantis' }, events: { 'missed-call': 1 } };
  expect(await call('PUT', user, token, body)).toMatchObject({
    status: 400,
    json: {
      problems: [expect.stringContaining('such as Europe/Berlin'), expect.stringContaining('missed-call')],
    },
  });
  expect(await call('PUT', user, token, '{')).toMatchObject({ status: 400 });
  expect(await call('PUT', user, token, {}, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  const large = JSON.stringify({ mutedThreads: [{ threadId: 'x'.repeat(MAX_PREFERENCES) }] });
  expect(await call('PUT', user, token, large)).toMatchObject({ status: 413 });
  expect(await call('GET', user, token)).toMatchObject({ status: 404 });
});

test('the largest document that may be is kept whole', async () => {
  const user = rawId('gerda');
  const token = await relay.userToken('gerda');
  const document = { mutedThreads: [{ threadId: 'ü' }] };
  const left = () => MAX_PREFERENCES - Buffer.byteLength(JSON.stringify(document));
  const around = Buffer.byteLength(',{"threadId":""}');
  while (left() > around) {
    document.mutedThreads.push({ threadId: 'x'.repeat(Math.min(400, left() - around)) });
  }
  expect(left()).toBe(0);
  expect(await call('PUT', user, token, document)).toMatchObject({ status: 201 });
  const kept = await call('GET', user, token);
  expect(kept.json).toEqual(document);
  expect(await call('PUT', user, token, { ...document, etag: kept.etag })).toMatchObject({ status: 200 });
});

test('the description and the relay take the same documents', () => {
  const kinds = openapi.components.schemas.Kind.enum;
  expect(kinds).toEqual(KINDS);
  const valid = (body: unknown) => ajv.validate({ $ref: 'openapi#/components/schemas/Preferences' }, body);
  for (const body of [
    {},
    { mutedThreads: [{ threadId: 'a' }] },
    { quietHours: { ...always, days: ['mon'], except: ['missed-call'] } },
    { mutedThreads: [{}] },
    { mutedThreads: [{ threadId: '' }] },
    { mutedThreads: [{ threadId: 'a', until: 'soon' }] },
    { quietHours: { ...always, from: '24:00' } },
    { quietHours: { ...always, days: [] } },
    { quietHours: { ...always, except: ['call'] } },
    { quietHours: { ...always, timeZone: '+01:00' } },
    { events: { 'missed-call': 'no' } },
    { events: { nothing: false } },
    { more: 1 },
  ])
    expect([body, 'preferences' in readPreferences(body)]).toEqual([body, valid(body)]);
});

describe('what reaches the devices', () => {
  test('of a muted thread: nothing for who muted it, on any platform; everything for others', async () => {
    const hanna = await userWithDevices('hanna');
    const ida = await userWithDevices('ida');
    await call('PUT', hanna.user, hanna.token, { mutedThreads: [{ threadId: THREAD }] });
    expect((await relay.deliver('messages', [message(hanna.user)])).status).toBe(202);
    expect((await relay.deliver('messages', [message(ida.user)])).status).toBe(202);
    expect((await relay.deliver('messages', [message(hanna.user, { threadId: '19:other' })])).status).toBe(
      202,
    );
    await relay.until(() => inboxOf(ida).length === 3 && inboxOf(hanna).length === 3);
    expect(
      inboxOf(ida)
        .map(({ service }) => service)
        .sort(),
    ).toEqual(['apns', 'browser', 'fcmv1']);
    const threads = inboxOf(hanna).map(({ payload }) => JSON.stringify(payload));
    expect(threads.filter((payload) => payload.includes(THREAD))).toEqual([]);
    expect(relay.logged('event handled')).toContainEqual(
      expect.objectContaining({ outcome: 'nobody-to-tell', because: 'muted' }),
    );
  });

  test('in quiet hours: the message, without a sound on any platform, and no ring', async () => {
    const jana = await userWithDevices('jana');
    const karla = await userWithDevices('karla');
    await call('PUT', jana.user, jana.token, { quietHours: always });
    for (const { user } of [jana, karla]) {
      const to = { toCommunicationIdentifier: { rawId: user } };
      expect((await relay.deliver('calls', [samples.incomingCall(to)])).status).toBe(202);
      expect((await relay.deliver('messages', [message(user)])).status).toBe(202);
    }
    await relay.until(() => inboxOf(karla).length === 6 && inboxOf(jana).length === 3);
    const payload = (who: { names: string[] }, service: string): any =>
      inboxOf(who).find((push) => push.service === service)!.payload;
    expect(payload(jana, 'apns').aps).toMatchObject({ 'interruption-level': 'passive' });
    expect(payload(jana, 'apns').aps.sound).toBeUndefined();
    expect(payload(jana, 'fcmv1').message.data).toMatchObject({ event: 'ChatMessageReceived', silent: '1' });
    expect(payload(jana, 'browser')).toMatchObject({ silent: true });
    const loud = inboxOf(karla).map(({ payload: p }) => JSON.stringify(p));
    expect(loud.filter((p) => p.includes('"silent"') || p.includes('passive'))).toEqual([]);
    expect(relay.logged('event handled')).toContainEqual(expect.objectContaining({ because: 'quiet-hours' }));
  });

  test('of a kind that is turned off: nothing; of other kinds all', async () => {
    const lena = await userWithDevices('lena');
    await call('PUT', lena.user, lena.token, { events: { 'chat-message-received': false } });
    expect((await relay.deliver('messages', [message(lena.user)])).status).toBe(202);
    const to = { recipientCommunicationIdentifier: { rawId: lena.user } };
    expect((await relay.deliver('messages', [samples.chatMessageEdited(to)])).status).toBe(202);
    await relay.until(() => inboxOf(lena).length === 3);
    const payloads = inboxOf(lena).map(({ payload }) => JSON.stringify(payload));
    expect(payloads.filter((payload) => payload.includes('ChatMessageReceived'))).toEqual([]);
    expect(relay.logged('event handled')).toContainEqual(expect.objectContaining({ because: 'turned-off' }));
  });
});
