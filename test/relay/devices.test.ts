import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Ajv from 'ajv/dist/2020';
import { decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { TENANT_ID } from '../../local/azure';
import { seededRandom } from '../../local/azure/core/random';
import { isInstallationId, readDevice } from '../../relay/devices/device';
import openapi from '../../relay/devices/openapi.json';
import { ACS, AUDIENCE, HUB, LocalRelay, VOIP_HUB } from './local-relay';
import { Samples } from './samples';

const relay = new LocalRelay({
  settings: {
    RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
    RELAY_VOIP_DEVICES_RULE_ID: `${VOIP_HUB}/authorizationRules/devices`,
    RELAY_API_REQUESTS_PER_MINUTE: '40',
    RELAY_PLATFORMS: 'apple,fcmv1,browser',
  },
  templates: `${__dirname}/templates`,
});
const samples = new Samples(ACS);

beforeAll(() => relay.start());
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});

const rawId = (name: string) => `8:orgid:${relay.azure.directory.user(name).objectId}`;
const apnsToken = () => randomUUID().replaceAll('-', '').repeat(2);
const iphone = (name: string, over: object = {}) => ({
  platform: 'apns',
  pushChannel: apnsToken(),
  user: rawId(name),
  ...over,
});

const ajv = new Ajv({ strict: false });
ajv.addSchema(openapi, 'openapi');

/** The headers that a described response must have. */
function headersOf($ref: string | undefined) {
  const named = openapi.components.responses as Record<
    string,
    { headers?: Record<string, { required: boolean; schema: object }> }
  >;
  const headers = Object.entries(named[$ref?.split('/').pop() ?? '']?.headers ?? {});
  return Object.fromEntries(headers.filter(([, { required }]) => required));
}

/** Makes a request and holds its answer against the description. */
async function call(
  method: string,
  id: string,
  token?: string,
  body?: unknown,
  headers?: Record<string, string>,
) {
  const response = await relay.devices(method, id, token, body, headers);
  const text = await response.text();
  const json = text ? JSON.parse(text) : undefined;
  const operation = openapi.paths['/api/devices/{installationId}'][method.toLowerCase() as 'put'];
  expect(Object.keys(operation.responses)).toContain(String(response.status));
  const { $ref } = (operation.responses as Record<string, { $ref?: string }>)[response.status]!;
  for (const [name, header] of Object.entries(headersOf($ref))) {
    const value = response.headers.get(name);
    expect([name, value]).toEqual([name, expect.any(String)]);
    expect(ajv.validate(header.schema, Number(value))).toBe(true);
  }
  if (response.status !== 204) {
    const type = response.headers.get('content-type')!;
    expect(type).toBe(response.status < 300 ? 'application/json' : 'application/problem+json');
    const schema = response.status < 300 ? 'RegisteredDevice' : 'Problem';
    const valid = ajv.validate({ $ref: `openapi#/components/schemas/${schema}` }, json);
    expect(ajv.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  }
  return { status: response.status, json, headers: response.headers };
}

/** A token that somebody else signed, who says that it is by the tenant's key, or by one that nobody has heard of. */
async function forged(kid: string) {
  const { privateKey } = await generateKeyPair('RS256');
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ oid: randomUUID(), tid: TENANT_ID, roles: ['Devices.Register.All'] })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(`https://sts.windows.net/${TENANT_ID}/`)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(privateKey);
}

/** The id of the key that signs the tenant's tokens. */
const tenantKey = async () => decodeProtectedHeader(await relay.tokenWith()).kid!;

test('a device is registered, read, registered anew and forgotten by its user', async () => {
  const id = randomUUID();
  const token = await relay.userToken('anna');
  expect(await call('GET', id, token)).toMatchObject({ status: 404 });
  const device = iphone('anna', { language: 'de-AT' });
  const known = {
    installationId: id,
    platform: 'apns',
    user: rawId('anna'),
    alsoFor: [],
    language: 'de-AT',
    voip: false,
    expired: false,
    renewBefore: expect.any(String),
  };
  expect(await call('PUT', id, token, device)).toMatchObject({ status: 201, json: known });
  expect(await call('PUT', id, token, device)).toMatchObject({ status: 200, json: known });
  expect(await call('GET', id, token)).toMatchObject({ status: 200, json: known });
  expect(await call('DELETE', id, token)).toMatchObject({ status: 204 });
  expect(await call('DELETE', id, token)).toMatchObject({ status: 204 });
  expect(await call('GET', id, token)).toMatchObject({ status: 404 });
});

describe('a push reaches a registered device', () => {
  const token = (device: { pushChannel: unknown }) => String(device.pushChannel);

  test('in its own language, or the default where there is none', async () => {
    const [german, french, none] = [
      iphone('berta', { language: 'de-CH' }),
      iphone('berta', { language: 'fr' }),
      iphone('berta'),
    ];
    const bearer = await relay.userToken('berta');
    for (const device of [german, french, none]) await call('PUT', randomUUID(), bearer, device);
    const event = samples.chatMessageReceived({
      messageBody: '',
      senderDisplayName: '',
      recipientCommunicationIdentifier: { rawId: rawId('berta') },
    });
    expect((await relay.deliver('messages', event)).status).toBe(202);
    const titles = Object.fromEntries(
      relay.inbox.map((push) => [push.handle, (push.payload as any).aps.alert.title]),
    );
    expect(titles).toEqual({
      [token(german)]: 'Neue Nachricht',
      [token(french)]: 'New message',
      [token(none)]: 'New message',
    });
  });

  test("with keys of the app's own texts where the template has them", async () => {
    const device = iphone('carla');
    await call('PUT', randomUUID(), await relay.userToken('carla'), device);
    const missed = async (callerDisplayName: string) => {
      relay.inbox.length = 0;
      const ring = samples.incomingCall({
        toCommunicationIdentifier: { rawId: rawId('carla') },
        callerDisplayName,
      });
      await relay.deliver('calls', ring);
      relay.inbox.length = 0;
      const { correlationId } = ring.data;
      await relay.deliver('messages', samples.callEnded({ correlationId, reason: { code: 487 } }));
      return (relay.inbox[0]!.payload as any).aps;
    };
    expect(await missed('Alice')).toMatchObject({
      alert: { 'loc-key': 'missed_call_from', 'loc-args': ['Alice'] },
      sound: 'ring.caf',
      badge: 1,
      category: 'MISSED_CALL',
    });
    expect((await missed('')).alert).toMatchObject({ 'loc-key': 'missed_call', 'loc-args': [] });
  });

  test('in a browser', async () => {
    const endpoint = `https://push.example/${randomUUID()}`;
    const browser = {
      platform: 'browser',
      pushChannel: { endpoint, p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
      user: rawId('bert'),
      language: 'de',
    };
    const id = randomUUID();
    const bearer = await relay.userToken('bert');
    expect(await call('PUT', id, bearer, browser)).toMatchObject({
      status: 201,
      json: { platform: 'browser' },
    });
    const event = samples.chatMessageReceived({
      messageBody: 'ä'.repeat(4000),
      senderDisplayName: '',
      recipientCommunicationIdentifier: { rawId: rawId('bert') },
    });
    expect((await relay.deliver('messages', event)).status).toBe(202);
    const { messageId } = event.data as { messageId: string };
    expect(relay.inbox).toEqual([
      expect.objectContaining({ service: 'browser', hubId: HUB, handle: endpoint }),
    ]);
    const received = relay.inbox[0]!.payload as { tag: string; body: string };
    expect(received).toMatchObject({
      title: 'Neue Nachricht',
      body: expect.stringMatching(/^ä{1000,}…$/),
      expiresAt: expect.any(Number),
      data: { event: 'ChatMessageReceived', shortened: '1' },
    });

    relay.inbox.length = 0;
    const deleted = samples.chatMessageDeleted({
      messageId,
      version: Number(event.data['version']) + 1,
      recipientCommunicationIdentifier: { rawId: rawId('bert') },
    });
    await relay.deliver('messages', deleted);
    expect(relay.inbox.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ withdraw: true, tag: received.tag }),
    ]);

    relay.services.pushServices.setHandle(endpoint, 'expired');
    await relay.deliver(
      'messages',
      samples.chatMessageReceived({
        recipientCommunicationIdentifier: { rawId: rawId('bert') },
      }),
    );
    expect(await call('GET', id, bearer)).toMatchObject({ status: 200, json: { expired: true } });
  });

  test('for a phone number of its user', async () => {
    const number = '+15555550123';
    const bearer = await relay.userToken('dora', { roles: ['Devices.Register.All'] });
    const id = randomUUID();
    const device = iphone('dora', { alsoFor: [`4:${number}`] });
    expect((await call('PUT', id, bearer, device)).status).toBe(201);
    expect((await call('GET', id, bearer)).json.alsoFor).toEqual([`4:${number}`]);
    await relay.deliver('messages', samples.smsReceived({ to: number }));
    expect(relay.inbox.map((push) => push.handle)).toEqual([token(device)]);
  });

  test('through the VoIP hub when it rings and has a PushKit token, and not by alert as well', async () => {
    const [withPushKit, without] = [iphone('emma', { voipPushChannel: apnsToken() }), iphone('emma')];
    const bearer = await relay.userToken('emma');
    const id = randomUUID();
    expect((await call('PUT', id, bearer, withPushKit)).json.voip).toBe(true);
    await call('PUT', randomUUID(), bearer, without);
    const ring = samples.incomingCall({ toCommunicationIdentifier: { rawId: rawId('emma') } });
    expect((await relay.deliver('calls', ring)).status).toBe(202);
    const byHandle = new Map(relay.inbox.map((push) => [push.handle, push]));
    expect([...byHandle.keys()].sort()).toEqual(
      [String(withPushKit['voipPushChannel' as never]), token(without)].sort(),
    );
    const voip = byHandle.get(String(withPushKit['voipPushChannel' as never]))!;
    expect(voip).toMatchObject({
      hubId: VOIP_HUB,
      headers: { 'apns-push-type': 'voip', 'apns-priority': '10' },
    });
    expect((voip.payload as any).acs).toMatchObject({ event: 'IncomingCall', title: 'Alice' });

    const message = samples.chatMessageReceived({
      recipientCommunicationIdentifier: { rawId: rawId('emma') },
    });
    relay.inbox.length = 0;
    await relay.deliver('messages', message);
    expect(relay.inbox.map((push) => push.handle).sort()).toEqual(
      [token(withPushKit), token(without)].sort(),
    );
    expect((await call('DELETE', id, bearer)).status).toBe(204);
    relay.inbox.length = 0;
    await relay.deliver(
      'calls',
      samples.incomingCall({ toCommunicationIdentifier: { rawId: rawId('emma') } }),
    );
    expect(relay.inbox.map((push) => push.handle)).toEqual([token(without)]);
  });
});

describe('nobody gets in', () => {
  const id = randomUUID();
  const now = () => Math.floor(Date.now() / 1000);

  test.each([`https://sts.windows.net/${TENANT_ID}/`, `https://login.microsoftonline.com/${TENANT_ID}/v2.0`])(
    'but with a token of the tenant, as the tests make them, issued by %s',
    async (iss) => {
      expect((await call('GET', id, await relay.tokenWith({ iss }))).status).toBe(404);
    },
  );

  test.each([
    ['without a token', async () => undefined],
    ['with something that is no token', async () => 'abc'],
    ['with a token by a key that is not published', () => forged('made-up')],
    ["with a token that only says to be by the tenant's key", async () => forged(await tenantKey())],
    [
      'with a token for another audience',
      async () =>
        (await relay.azure.entra.issueUserToken('x', 'api://other', { roles: ['Devices.Register'] })).token,
    ],
    ...[
      undefined,
      'https://sts.windows.net/99999999-9999-9999-9999-999999999999/',
      `https://sts.windows.net/${TENANT_ID}`,
      `https://login.microsoftonline.com/${TENANT_ID}`,
      'https://login.microsoftonline.com/common/v2.0',
      `https://login.example/${TENANT_ID}/v2.0`,
    ].map(
      (iss) =>
        [`with a token issued by ${iss ?? 'nobody'}`, () => relay.tokenWith({ iss })] as [
          string,
          () => Promise<string>,
        ],
    ),
    [
      'with an expired token',
      () => relay.tokenWith({ iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 }),
    ],
    ['with a token that never expires', () => relay.tokenWith({ exp: undefined })],
    ['with a token of no known age', () => relay.tokenWith({ iat: undefined })],
    ['with a token that is not valid yet', () => relay.tokenWith({ nbf: now() + 600 })],
    ['with a token from the future', () => relay.tokenWith({ iat: now() + 600 })],
    ['with a token of another tenant', () => relay.userToken('x', { tid: randomUUID() })],
    ['with a token that names nobody', () => relay.userToken('x', { oid: '', sub: '' })],
    [
      'with an unsigned token',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.x`,
    ],
  ])('%s', async (_, token) => {
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const answer = await call(method, id, await token(), method === 'PUT' ? iphone('x') : undefined);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test('without the role', async () => {
    const token = await relay.userToken('x', { roles: ['Something.Else'] });
    expect((await call('GET', id, token)).status).toBe(403);
  });

  test('to the device of somebody else', async () => {
    const mine = randomUUID();
    await call('PUT', mine, await relay.userToken('fred'), iphone('fred'));
    const other = await relay.userToken('gina');
    expect((await call('GET', mine, other)).status).toBe(403);
    expect((await call('DELETE', mine, other)).status).toBe(403);
    expect((await call('PUT', mine, other, iphone('gina'))).status).toBe(403);
    expect((await call('GET', mine, await relay.userToken('fred'))).status).toBe(200);
  });

  test('to pushes of somebody else', async () => {
    const token = await relay.userToken('gina');
    expect((await call('PUT', randomUUID(), token, iphone('fred'))).status).toBe(403);
    expect(
      (await call('PUT', randomUUID(), token, iphone('gina', { alsoFor: [rawId('fred')] }))).status,
    ).toBe(403);
  });

  test('but a back end with the role for all', async () => {
    const token = await relay.userToken('backend', { roles: ['Devices.Register.All'] });
    expect((await call('PUT', randomUUID(), token, iphone('fred'))).status).toBe(201);
  });

  test('but a delegated scope as well as a role', async () => {
    const token = await relay.userToken('hugo', { roles: undefined, scp: 'openid Devices.Register' });
    expect((await call('PUT', randomUUID(), token, iphone('hugo'))).status).toBe(201);
  });
});

describe('bad input', () => {
  let token: string;
  beforeEach(async () => {
    token = await relay.userToken(`user-${randomUUID()}`, { roles: ['Devices.Register.All'] });
  });

  test.each([
    ['no object', [], /body must be a JSON object/],
    ['unknown platform', { platform: 'symbian' }, /'platform'/],
    ['handle of another platform', { pushChannel: 'not hexadecimal at all' }, /'pushChannel'/],
    ['no user', { user: '' }, /'user'/],
    ['user longer than any', { user: `8:acs:${'x'.repeat(507)}` }, /'user'/],
    [
      'subscription without keys',
      { platform: 'browser', pushChannel: { endpoint: 'https://push.example' } },
      /'pushChannel'/,
    ],
  ])('%s', async (_, over, problem) => {
    const body = Array.isArray(over) ? over : iphone('anna', over);
    const answer = await call('PUT', randomUUID(), token, body);
    expect(answer.status).toBe(400);
    expect((answer.json.problems as string[]).join()).toMatch(problem);
  });

  test.each(['..%2f..%2fadmin', 'a%00bcdefgh', 'short', '%2e%2e%2f%2e%2e%2f', 'x'.repeat(129), 'id;drop'])(
    'installation id %s',
    async (id) => {
      expect((await call('PUT', id, token, iphone('anna'))).status).toBe(400);
    },
  );

  test('a body of 10 MB that does not say how long it is', async () => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const body = Readable.from(
      (function* () {
        yield '{"platform":"';
        for (let sent = 0; sent < 10_000_000; sent += chunk.length) yield chunk;
        yield '"}';
      })(),
    );
    const request = httpRequest(`${relay.app!.baseUrl}/api/devices/${randomUUID()}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(request.getHeader('content-length')).toBeUndefined();
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    await pipeline(body, request);
    const [response] = await answered;
    response.resume();
    expect(response.statusCode).toBe(413);
  });

  test('not JSON, another content type, a body that is too large', async () => {
    const id = randomUUID();
    expect((await call('PUT', id, token, '{"platform":')).status).toBe(400);
    expect((await call('PUT', id, token, iphone('anna'), { 'content-type': 'text/plain' })).status).toBe(415);
    expect(
      (await call('PUT', id, token, { ...iphone('anna'), language: 'x'.repeat(10_000_000) })).status,
    ).toBe(413);
  });
});

describe('the description of a device allows what is taken, and nothing else', () => {
  const validate = ajv.getSchema('openapi#/components/schemas/Device')!;
  const described = (body: unknown) => validate(body) as boolean;
  const random = seededRandom('devices');
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const hex = (length: number) => 'a1B0'.repeat(length).slice(0, length);

  const P256DH = `BP-_${'x_-'.repeat(27)}xE`;
  const AUTH = `${'-_a'.repeat(7)}Q`;
  const standard = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/');
  const subscription = (over: object = {}) => ({
    endpoint: 'https://push.example/x',
    p256dh: P256DH,
    auth: AUTH,
    ...over,
  });
  const RAW_IDS = {
    right: [
      '8:acs:5b0c8a44_1f-2',
      '8:orgid:0b8f6f8e-8d4a-4a0a-b1d1-3c2f7f1d9d11',
      '4:+15555550123',
      '4:15555550123',
      '28:x',
      `4:+${'1'.repeat(112)}`,
      `8:acs:${'r'.repeat(36)}_${'t'.repeat(36)}_${'u'.repeat(36)}`,
      'anna@example.com',
      '8:a b',
      '8:ä👩‍👩‍👧‍👦',
      '\u0000',
      '👩'.repeat(512),
    ],
    wrong: ['', 'x'.repeat(513), '👩'.repeat(513), '8:\ud800', 8, null, {}],
  };
  const TOKENS = {
    apns: {
      right: [hex(32), hex(64), hex(400)],
      wrong: ['', hex(31), hex(401), 'g'.repeat(64), `${hex(64)}\n`, 64, null, subscription()],
    },
    fcmv1: {
      right: ['x'.repeat(20), 'x:y-z_'.repeat(30), 'x'.repeat(1000)],
      wrong: [
        '',
        'x'.repeat(19),
        'x'.repeat(1001),
        'x y'.repeat(20),
        'é'.repeat(40),
        false,
        null,
        subscription(),
      ],
    },
    browser: {
      right: [
        subscription(),
        subscription({ expirationTime: null }),
        subscription({ endpoint: `https://${'x'.repeat(1000)}`, auth: `${AUTH}==` }),
        subscription({ p256dh: `${standard(P256DH)}=`, auth: `${standard(AUTH)}==` }),
        { endpoint: 'https://push.example/x', expirationTime: null, keys: { p256dh: P256DH, auth: AUTH } },
        { endpoint: 'https://push.example/x', keys: { p256dh: standard(P256DH), auth: standard(AUTH) } },
      ],
      wrong: [
        hex(64),
        null,
        [],
        {},
        subscription({ endpoint: 'http://push.example' }),
        subscription({ endpoint: 'https://' }),
        subscription({ endpoint: 'https://push.example/a b' }),
        subscription({ endpoint: `https://${'x'.repeat(1001)}` }),
        subscription({ auth: AUTH.slice(1) }),
        subscription({ auth: `${AUTH}A` }),
        subscription({ auth: `${AUTH}=` }),
        subscription({ auth: `+${AUTH.slice(1)}` }),
        subscription({ p256dh: `C${P256DH.slice(1)}` }),
        subscription({ p256dh: P256DH.slice(0, -1) }),
        subscription({ p256dh: `${P256DH}A` }),
        subscription({ p256dh: `${P256DH}==` }),
        subscription({ keys: null }),
        { endpoint: 'https://push.example/x', keys: { p256dh: P256DH } },
        { endpoint: 'https://push.example/x', keys: [] },
        { keys: { p256dh: P256DH, auth: AUTH } },
        subscription({ p256dh: undefined }),
      ],
    },
  } as const;
  /** No value of theirs refuses a device. */
  const NICETIES = {
    language: ['de', 'pt-BR', 'en-US-u-mu-celsius', 'en_US', '', 'deutsch', '../de', 5, null, {}],
    voipPushChannel: [hex(64), hex(31), 'x', '', 5, null, subscription()],
    [`from-${'a'.repeat(60)}-later-app`]: ['x', null],
  };

  /** A device of which each part is wrong once in a while. */
  function generated(): unknown {
    const part = <T>({ right, wrong }: { right: readonly T[]; wrong: readonly unknown[] }): unknown =>
      random() < 0.05 ? one(wrong) : one(right);
    const now = (share: number) => random() < share;
    const platform = one(['apns', 'fcmv1', 'browser'] as const);
    const body: Record<string, unknown> = {
      platform: now(0.03) ? one(['APNS', 'gcm', '', null, 1]) : platform,
      pushChannel: part<unknown>(TOKENS[platform]),
      user: part<unknown>(RAW_IDS),
    };
    for (const [field, values] of Object.entries(NICETIES)) if (now(0.4)) body[field] = one<unknown>(values);
    if (now(0.4)) {
      body['alsoFor'] = now(0.05)
        ? one<unknown>([{}, '4:1', RAW_IDS.right.slice(0, 6)])
        : Array.from({ length: Math.floor(random() * 6) }, () =>
            now(0.02) ? one(RAW_IDS.wrong) : one(RAW_IDS.right),
          );
    }
    if (now(0.03)) body[one(['tags', 'Platform', '', 'constructor', 'expirationTime'])] = 'x';
    if (now(0.05)) delete body[one(Object.keys(body))];
    return now(0.01) ? one<unknown>([[], [body], null, 'text', 5, true]) : body;
  }

  test('in ten thousand bodies, right and wrong', () => {
    const verdicts = { taken: 0, refused: 0 };
    for (let i = 0; i < 10_000; i++) {
      // As it arrives.
      const body: unknown = JSON.parse(JSON.stringify(generated()));
      const taken = 'device' in readDevice(body);
      if (taken !== described(body))
        throw new Error(`${taken ? 'taken' : 'refused'}: ${JSON.stringify(body)}`);
      verdicts[taken ? 'taken' : 'refused']++;
    }
    expect(verdicts.taken).toBeGreaterThan(2_000);
    expect(verdicts.refused).toBeGreaterThan(1_000);
  });

  test('each value by itself', () => {
    for (const platform of ['apns', 'fcmv1', 'browser'] as const) {
      const device = { platform, pushChannel: TOKENS[platform].right[0], user: RAW_IDS.right[0] };
      const fields = {
        pushChannel: TOKENS[platform],
        user: RAW_IDS,
      };
      for (const [field, values] of Object.entries(NICETIES)) {
        for (const value of values)
          expect([field, value, described({ ...device, [field]: value })]).toEqual([field, value, true]);
      }
      for (const [field, { right, wrong }] of Object.entries(fields)) {
        for (const value of right)
          expect([field, value, described({ ...device, [field]: value })]).toEqual([field, value, true]);
        for (const value of wrong)
          expect([field, value, described({ ...device, [field]: value })]).toEqual([field, value, false]);
      }
    }
  });

  test('over HTTP', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const token = await relay.userToken(`generated-${i % 3}`, { roles: ['Devices.Register.All'] });
      const body: unknown = JSON.parse(JSON.stringify(generated()));
      const { status } = await call('PUT', randomUUID(), token, body);
      expect({ body, status }).toEqual({ body, status: described(body) ? 201 : 400 });
      statuses.add(status);
    }
    expect([...statuses].sort()).toEqual([201, 400]);
  });

  test('in installation ids, too', () => {
    const { schema } = openapi.paths['/api/devices/{installationId}'].parameters[0]!;
    for (const id of ['a'.repeat(8), 'A-b_1234', 'x'.repeat(128), randomUUID()]) {
      expect([id, isInstallationId(id), ajv.validate(schema, id)]).toEqual([id, true, true]);
    }
    for (const id of [
      '',
      'short12',
      '-starts-so',
      '_starts-so',
      'x'.repeat(129),
      'with blank',
      '../../admin',
      'ünïcödé-id',
    ]) {
      expect([id, isInstallationId(id), ajv.validate(schema, id)]).toEqual([id, false, false]);
    }
  });
});

test('a caller that asks too often is told when to come again', async () => {
  const token = await relay.userToken('ida');
  const answers: Awaited<ReturnType<typeof call>>[] = [];
  // However slow the machine: so many at a time are more than come to be allowed meanwhile.
  const refused = () => answers.find(({ status }) => status === 429);
  while (!refused()) {
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => call('GET', randomUUID(), token)))));
  }
  expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(40);
  expect(Number(refused()!.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await call('GET', randomUUID(), await relay.userToken('jo'))).status).toBe(404);
});

test("a device that changes hands is no longer the former user's", async () => {
  const device = iphone('kai');
  const [before, after] = [randomUUID(), randomUUID()];
  await call('PUT', before, await relay.userToken('kai'), device);
  await call('PUT', after, await relay.userToken('lea'), { ...device, user: rawId('lea') });
  expect((await call('GET', before, await relay.userToken('kai'))).status).toBe(404);
  await relay.deliver(
    'messages',
    samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: rawId('kai') } }),
  );
  expect(relay.inbox).toHaveLength(0);
});

test('a device whose handle is dead is removed, and the event does not fail', async () => {
  const [dead, live] = [iphone('mia'), iphone('mia')];
  const token = await relay.userToken('mia');
  const ids = [randomUUID(), randomUUID()];
  await call('PUT', ids[0]!, token, dead);
  await call('PUT', ids[1]!, token, live);
  relay.services.pushServices.setHandle(dead.pushChannel, 'expired');
  const event = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: rawId('mia') } });
  expect((await relay.deliver('messages', event)).status).toBe(202);
  expect(relay.inbox.map((push) => push.handle)).toEqual([live.pushChannel]);
  await relay.sweep();
  expect((await call('GET', ids[0]!, token)).status).toBe(404);
  expect((await call('GET', ids[1]!, token)).status).toBe(200);
  expect(relay.logged('device removed')).toContainEqual({ message: 'device removed', because: 'dead' });
});

test('the same for an Android device', async () => {
  const android = (pushChannel: string) => ({ platform: 'fcmv1', pushChannel, user: rawId('olga') });
  const [dead, live] = [android('token-of-a-phone-that-was-wiped'), android('token-of-a-phone-in-use')];
  const token = await relay.userToken('olga');
  const ids = [randomUUID(), randomUUID()];
  await call('PUT', ids[0]!, token, dead);
  await call('PUT', ids[1]!, token, live);
  relay.services.pushServices.setHandle(dead.pushChannel, 'bad');
  const event = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId: rawId('olga') } });
  expect((await relay.deliver('messages', event)).status).toBe(202);
  expect(relay.inbox.map((push) => push.handle)).toEqual([live.pushChannel]);
  await relay.sweep();
  expect((await call('GET', ids[0]!, token)).status).toBe(404);
  expect((await call('GET', ids[1]!, token)).status).toBe(200);
  expect(relay.logged('device removed')).toContainEqual({ message: 'device removed', because: 'dead' });
});

describe('a device whose PushKit token is dead', () => {
  const ring = async (name: string) => {
    const call = samples.incomingCall({ toCommunicationIdentifier: { rawId: rawId(name) } });
    expect((await relay.deliver('calls', call)).status).toBe(202);
  };

  test('rings by alert from then on, until it registers anew', async () => {
    const device = iphone('paul', { voipPushChannel: apnsToken() }) as Record<string, string>;
    const id = randomUUID();
    const token = await relay.userToken('paul');
    expect((await call('PUT', id, token, device)).json).toMatchObject({ voip: true });
    relay.services.pushServices.setHandle(device['voipPushChannel']!, 'expired');
    // The hub learns of it from this one, which rings nowhere.
    await ring('paul');
    expect(relay.inbox).toEqual([]);
    await relay.sweep();
    await ring('paul');
    expect(relay.inbox).toMatchObject([
      { handle: device['pushChannel'], hubId: HUB, headers: { 'apns-push-type': 'alert' } },
    ]);
    expect((await call('GET', id, token)).json).toMatchObject({ voip: false, expired: false });

    const anew = { ...device, voipPushChannel: apnsToken() };
    expect((await call('PUT', id, token, anew)).json).toMatchObject({ voip: true });
    relay.inbox.length = 0;
    await ring('paul');
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([anew.voipPushChannel]);
  });

  test('rings by alert as well when the VoIP hub does not know it any more', async () => {
    const device = iphone('rita', { voipPushChannel: apnsToken() });
    const id = randomUUID();
    const token = await relay.userToken('rita');
    await call('PUT', id, token, device);
    await relay.uninstall(id, VOIP_HUB);
    expect((await call('GET', id, token)).json).toMatchObject({ voip: false, expired: false });
    await ring('rita');
    expect(relay.inbox.map(({ handle }) => handle)).toEqual([device.pushChannel]);
  });
});

test('the log names nobody and no handle', async () => {
  const device = iphone('nora');
  await call('PUT', randomUUID(), await relay.userToken('nora'), device);
  expect(relay.logged('devices request')).toEqual([
    { message: 'devices request', method: 'PUT', status: 201 },
  ]);
  expect(relay.lines.join('\n')).not.toContain(device.pushChannel);
});

describe('the keys of the tenant', () => {
  const id = randomUUID();
  const status = async (token: string) => (await call('GET', id, token)).status;

  test('are worth nothing any more once they are withdrawn', async () => {
    const old = await relay.tokenWith();
    expect(await status(old)).toBe(404);
    expect(await status(await forged('made-up'))).toBe(401);
    expect(await status(await forged(await tenantKey()))).toBe(401);
    await relay.azure.entra.rotateKey();
    relay.azure.entra.withdrawOldKeys();
    await relay.kill();
    await relay.startFunction();
    expect(await status(old)).toBe(401);
    expect(await status(await relay.tokenWith())).toBe(404);
  });

  test('cannot be had: 503, until they can', async () => {
    await relay.kill();
    await relay.startFunction();
    relay.azure.entra.setKeysFault('malformed');
    const token = await relay.tokenWith();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await call(method, id, token, method === 'PUT' ? iphone('x') : undefined);
      expect(answer.status).toBe(503);
      expect(answer.json.detail).toBe('the service cannot answer at the moment');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(relay.logged('devices request').at(-1)!['detail']).toContain('cannot be had');
    relay.azure.entra.setKeysFault(undefined);
    // They are not asked for at once after a failure.
    await relay.until(async () => (await status(token)) !== 503, 200);
    expect(await status(token)).toBe(404);
  });
});

test('a device that the relay does not push to is not registered', async () => {
  await relay.kill();
  await relay.startFunction({ RELAY_PLATFORMS: 'fcmv1' });
  const token = await relay.userToken(`user-${randomUUID()}`, { roles: ['Devices.Register.All'] });
  const id = randomUUID();
  const answer = await call('PUT', id, token, iphone('anna'));
  expect(answer.status).toBe(400);
  expect(answer.json.problems).toEqual([`'platform' is apns, which the relay does not push to`]);
  expect((await call('GET', id, token)).status).toBe(404);
  const android = { platform: 'fcmv1', pushChannel: 'x'.repeat(40), user: rawId('anna') };
  expect((await call('PUT', id, token, android)).status).toBe(201);
});

test('without its settings the API says at the start which, and answers 503', async () => {
  await relay.kill();
  relay.lines.length = 0;
  await relay.startFunction({ RELAY_API_AUDIENCE: '', RELAY_API_TENANT_ID: '' });
  expect(relay.lines.join('\n')).toContain(
    'devices API not configured: app setting RELAY_API_TENANT_ID is missing; app setting RELAY_API_AUDIENCE is missing',
  );
  expect((await call('GET', randomUUID(), await relay.userToken('anna'))).status).toBe(503);
  await relay.kill();
  await relay.startFunction({ RELAY_HUB_RULE_ID: 'not an id' });
  expect(relay.lines.join('\n')).toContain('RELAY_HUB_RULE_ID');
  expect((await call('GET', randomUUID(), await relay.userToken('anna'))).status).toBe(503);
  expect((await relay.deliver('messages', samples.chatMessageReceived())).status).toBe(500);
});
