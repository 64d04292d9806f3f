import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { request } from 'node:http';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure, type Snapshot } from '../../azure';
import { ForwardClock } from '../../azure/core/forward-clock';
import { ManualClock, type Clock } from '../../azure/core/clock';
import type { OpenApiDocument, Operation } from '../../control/openapi';
import { arm } from '../support/clients';
import { ecKey } from '../support/harness';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-api`;
const NAMESPACE = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-api`;
const HUB = `${NAMESPACE}/notificationHubs/calling`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-api`;
const ALICE = { acsId: ACS, rawId: '8:acs:alice' };
const MESSAGE = { acsId: ACS, from: '8:acs:bob', to: [ALICE.rawId], text: 'Hi' };
const SENT = { ...MESSAGE, messageId: '1' };

interface Example {
  readonly query?: string;
  readonly body?: unknown;
  /** Run before it: what the request is about. */
  readonly before?: () => Promise<void>;
  /** Of the right shape, or none at all where a body is wanted, and refused. */
  readonly wrong?: unknown;
}

/** A call that {@link ring} has placed. */
const CALL = { serverCallId: '' };

async function ring(): Promise<void> {
  const { body } = await azure.control('POST', '/calls', { acsId: ACS, from: '8:acs:bob', to: ALICE.rawId });
  CALL.serverCallId = (body as { serverCallId: string }).serverCallId;
}

/** A valid request of each operation, in this order, and a body that is refused. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  'GET /openapi.json': {},
  'GET /environment': {},
  'POST /devices': {
    body: { ...ALICE, platform: 'apns', handle: 'a1' },
    wrong: { ...ALICE, platform: 'pager', handle: 'a1' },
  },
  'GET /devices': { query: `?acsId=${ACS}&rawId=${ALICE.rawId}` },
  'POST /calls': { body: { acsId: ACS, from: '8:acs:bob', to: ALICE.rawId }, wrong: { acsId: ACS } },
  'POST /chat-messages': { body: MESSAGE, wrong: { ...MESSAGE, to: 'nobody' } },
  'PATCH /chat-messages': { body: SENT, wrong: MESSAGE },
  'DELETE /chat-messages': { body: SENT, wrong: MESSAGE },
  'POST /sms': { body: { acsId: ACS, from: '+1', to: '+2', text: 'Hi' }, wrong: { acsId: ACS } },
  'POST /events': { body: { acsId: ACS, eventType: 'UserDisconnected', subject: 's', data: {} }, wrong: [] },
  'POST /answering': { body: { ...ALICE, afterSeconds: 1 }, wrong: { ...ALICE, afterSeconds: -1 } },
  'DELETE /answering': { body: ALICE, wrong: { acsId: ACS } },
  'POST /calls/answer': { before: ring, body: CALL, wrong: {} },
  'POST /calls/hang-up': { before: ring, body: CALL, wrong: {} },
  'POST /calls/decline': { before: ring, body: CALL, wrong: {} },
  'POST /devices/expire': { body: { ...ALICE, handle: 'a1' }, wrong: ALICE },
  'POST /users/sign-out': { body: ALICE, wrong: { acsId: ACS } },
  'POST /links/turn-key': { body: { acsId: ACS }, wrong: {} },
  'POST /links/remake-policy': { body: { acsId: ACS }, wrong: {} },
  'DELETE /devices': { body: { ...ALICE, handle: 'a1' }, wrong: ALICE },
  'GET /inbox': { query: '?service=apns' },
  'DELETE /inbox': {},
  'GET /activity-log': {},
  'GET /links': { query: `?acsId=${ACS}` },
  'GET /clock': {},
  'POST /clock': { body: { advanceSeconds: 3600 }, wrong: { advanceSeconds: -1 } },
  'GET /event-grid/deliveries': {},
  'GET /dead-letters': {},
  'POST /push-services/handles': {
    body: { handle: 'h', state: 'bad' },
    wrong: { handle: 'h', state: 'asleep' },
  },
  'POST /push-services/online': {
    body: { handle: 'h', online: true },
    wrong: { handle: 'h', online: 'yes' },
  },
  'POST /push-services/keys': {
    body: { service: 'apns', teamId: 'T', keyId: 'K', publicKey: ecKey().publicKey },
    wrong: { service: 'apns', teamId: 'T', keyId: 'K', publicKey: 'none' },
  },
  'POST /push-services/rejected-credentials': { body: { service: 'apns' }, wrong: { service: 'pigeons' } },
  'DELETE /push-services/rejected-credentials': {},
  'POST /push-services/reachable': { body: { service: 'apns', reachable: true }, wrong: { service: 'apns' } },
  'POST /hubs/behaviour': { body: { systemData: true }, wrong: { systemData: 'yes' } },
  'POST /hubs/quota': {
    body: { namespaceId: NAMESPACE, pushesPerMonth: null },
    wrong: { namespaceId: NAMESPACE },
  },
  'POST /hubs/namespace-state': { body: { namespaceId: NAMESPACE, enabled: true }, wrong: { enabled: true } },
  'POST /faults': { body: { hubs: { failedPercent: 0 } }, wrong: { hubs: { failedPercent: 101 } } },
  'DELETE /faults': {},
  'POST /faults/requests': {
    body: { match: { path: '*/nowhere' }, fault: { kind: 'latency', milliseconds: 1 } },
    wrong: { fault: { kind: 'bad weather' } },
  },
  'GET /faults/requests': {},
  'DELETE /faults/requests': {},
  'GET /snapshot': {},
  'PUT /snapshot': {
    body: {
      version: 1,
      takenAt: '2026-01-01T00:00:00.000Z',
      resources: [],
      principals: [],
      activityLog: [],
      inbox: [],
      files: {},
    } satisfies Snapshot,
    wrong: { version: 2 },
  },
  'POST /reset': {},
};

let azure: LocalAzure;
let described: OpenApiDocument;
let ajv: Ajv2020;

beforeAll(async () => {
  azure = await startLocalAzure({ clock: new ForwardClock() });
  await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
  const place = { location: 'westeurope', sku: { name: 'Standard' } };
  await arm(azure, 'PUT', NAMESPACE, '2023-10-01-preview', place);
  await arm(azure, 'PUT', HUB, '2023-10-01-preview', { location: 'westeurope', properties: {} });
  const rule = `${HUB}/authorizationRules/send`;
  await arm(azure, 'PUT', rule, '2023-10-01-preview', { properties: { rights: ['Send'] } });
  const keys = await arm(azure, 'POST', `${rule}/listKeys`, '2023-10-01-preview');
  await arm(azure, 'PUT', ACS, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
  await arm(azure, 'POST', `${ACS}/linkNotificationHub`, '2025-05-01', {
    resourceId: HUB,
    connectionString: keys.json.primaryConnectionString,
  });
  described = (await ask('GET', '/openapi.json')).body as OpenApiDocument;
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(described, 'api');
});

afterAll(() => azure.close());

/** One request of the control API over HTTP. */
async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  token: string | undefined = azure.endpoints.controlToken,
): Promise<{ status: number; body: unknown }> {
  const { hostname, port } = new URL(azure.endpoints.control);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const typed =
    sent === ''
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) };
  return new Promise((resolve, reject) => {
    const asking = request(
      { hostname, port, method, path, headers: { ...authorization, ...typed, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode!, body: text === '' ? undefined : JSON.parse(text) });
        });
      },
    );
    asking.on('error', reject);
    asking.end(sent);
  });
}

function operationOf(name: string): Operation {
  const [method, path] = name.split(' ') as [string, string];
  return described.paths[path]![method.toLowerCase()]!;
}

/** What the description says that a part of it is like. */
function validator(name: string, ...pointer: string[]): ValidateFunction {
  const [method, path] = name.split(' ') as [string, string];
  const parts = ['paths', path, method.toLowerCase(), ...pointer, 'content', 'application/json', 'schema'];
  const escaped = parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  return ajv.getSchema(`api#/${escaped.join('/')}`)!;
}

function expectDescribed(name: string, status: number, body: unknown): void {
  const told = operationOf(name).responses[status];
  expect(told).toBeDefined();
  if (!told!.content) return expect(body).toBeUndefined();
  const validate = validator(name, 'responses', String(status));
  validate(body);
  expect(validate.errors ?? []).toEqual([]);
}

describe('the description of the control API', () => {
  it('is of OpenAPI 3.1, and has every operation once', () => {
    expect(described.openapi).toBe('3.1.0');
    const names = Object.entries(described.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(names.sort()).toEqual(Object.keys(EXAMPLES).sort());
    const ids = names.map((name) => operationOf(name).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of each operation what it does, and names no query twice', () => {
    for (const name of Object.keys(EXAMPLES)) {
      const { summary, parameters = [] } = operationOf(name);
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(new Set(parameters.map((one) => one.name)).size).toBe(parameters.length);
    }
  });

  it.each(Object.keys(EXAMPLES).filter((name) => 'wrong' in EXAMPLES[name]!))(
    '%s refuses what does not fit with 400',
    async (name) => {
      const [method, path] = name.split(' ') as [string, string];
      for (const body of [EXAMPLES[name]!.wrong, undefined, 'null', '{"__proto__":1}', '{']) {
        const answer = await ask(method, path, body);
        expect(answer).toEqual({ status: 400, body: { error: expect.any(String) } });
        expectDescribed(name, 400, answer.body);
      }
    },
  );

  it.each(Object.keys(EXAMPLES))('%s answers as described', async (name) => {
    const [method, path] = name.split(' ') as [string, string];
    const { query = '', body, before } = EXAMPLES[name]!;
    await before?.();
    const { requestBody, responses } = operationOf(name);
    expect(requestBody !== undefined).toBe(body !== undefined);
    if (requestBody) {
      const validate = validator(name, 'requestBody');
      validate(body);
      expect(validate.errors ?? []).toEqual([]);
    }
    const answer = await ask(method, path + query, body);
    expect(answer.status).toBe(200 in responses ? 200 : 204);
    expectDescribed(name, answer.status, answer.body);
  });
});

describe('the token of the control API', () => {
  const locked = () => Object.keys(EXAMPLES).filter((name) => operationOf(name).security !== undefined);

  it('is asked for by whatever changes something, and by what shows secrets', () => {
    const open = Object.keys(EXAMPLES).filter((name) => !locked().includes(name));
    expect(open.filter((name) => !name.startsWith('GET '))).toEqual([]);
    expect(locked().filter((name) => name.startsWith('GET '))).toEqual(['GET /environment', 'GET /snapshot']);
    const [scheme] = Object.keys(described.components.securitySchemes);
    for (const name of locked()) expect(operationOf(name).security).toEqual([{ [scheme!]: [] }]);
    expect(described.components.securitySchemes[scheme!]).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it.each(Object.keys(EXAMPLES))(
    'without it, or with another, %s does nothing where it is asked for',
    async (name) => {
      const [method, path] = name.split(' ') as [string, string];
      const { query = '', body } = EXAMPLES[name]!;
      const { controlToken } = azure.endpoints;
      const others = [undefined, '', controlToken.slice(1), `${controlToken}x`, controlToken.toLowerCase()];
      for (const token of locked().includes(name) ? others : []) {
        const answer = await ask(
          method,
          path + query,
          body,
          token === undefined ? { authorization: '' } : {},
          token,
        );
        expect(answer.status).toBe(401);
        expectDescribed(name, 401, answer.body);
        expect((answer.body as { error: string }).error).toContain('endpoints.controlToken');
      }
      if (!locked().includes(name)) {
        expect((await ask(method, path + query, body, { authorization: '' })).status).not.toBe(401);
      }
    },
  );

  it('is no part of an address, and of no other scheme', async () => {
    const { controlToken } = azure.endpoints;
    const none = { authorization: '' };
    expect((await ask('POST', `/reset?token=${controlToken}`, undefined, none)).status).toBe(401);
    const basic = { authorization: `Basic ${Buffer.from(`:${controlToken}`).toString('base64')}` };
    expect((await ask('POST', '/reset', undefined, basic)).status).toBe(401);
  });

  it('is asked for before anything is said of what there is', async () => {
    expect((await ask('POST', '/nothing', {}, { authorization: '' })).status).toBe(401);
    expect((await ask('POST', '/nothing', {})).status).toBe(404);
    expect((await ask('POST', '/calls', '{', { authorization: '' })).status).toBe(401);
  });

  it('is another at each start, and not asked for in this process', async () => {
    const other = await startLocalAzure();
    expect(other.endpoints.controlToken).not.toBe(azure.endpoints.controlToken);
    expect(other.environment.ACS_PUSH_LOCAL_TOKEN).toBe(other.endpoints.controlToken);
    expect(Object.values(other.networkEnvironment)).not.toContain(other.endpoints.controlToken);
    expect((await other.control('POST', '/reset')).status).toBe(204);
    await other.close();
  });
});

describe('the control API over HTTP', () => {
  it.each([
    ['a page of another site', { origin: 'https://example.com' }, 403],
    ['a page of a file', { origin: 'null' }, 403],
    ['another name for this machine', { host: 'rebound.example.com' }, 421],
    ['a body that a form can send', { 'content-type': 'text/plain' }, 415],
  ])('refuses %s', async (_, headers, status) => {
    const answer = await ask('POST', '/clock', { advanceSeconds: 1 }, headers);
    expect(answer.status).toBe(status);
    expectDescribed('POST /clock', status, answer.body);
  });

  it('serves a page of this machine', async () => {
    const { port } = new URL(azure.endpoints.control);
    const headers = { origin: 'http://localhost:5173', host: `localhost:${port}` };
    expect((await ask('GET', '/inbox', undefined, headers)).status).toBe(200);
  });

  it('refuses a body of more than a mebibyte, but for a snapshot', async () => {
    const long = JSON.stringify({ acsId: 'x'.repeat(1024 * 1024) });
    expect((await ask('POST', '/calls', long)).status).toBe(413);
    expect((await ask('PUT', '/snapshot', long)).status).toBe(400);
  });

  it.each(['//[', '/inbox/constructor', '/__proto__', '/%ff%fe', '*'])('%s is no operation', async (path) => {
    expect([400, 404]).toContain((await ask('GET', path)).status);
  });

  it('tells a program of any language how to reach local Azure', async () => {
    const { body } = await ask('GET', '/environment');
    expect(body).toEqual({ seed: 1, endpoints: azure.endpoints, environment: azure.environment });
  });
});

describe('POST /clock', () => {
  const advanced = async (clock: Clock) => {
    const other = await startLocalAzure({ clock });
    const before = clock.now();
    const { status, body } = await other.control('POST', '/clock', { advanceSeconds: 60 });
    await other.close();
    return { status, error: (body as { error?: string }).error, gone: clock.now() - before };
  };

  it('moves a clock that stands', async () => {
    expect(await advanced(new ManualClock())).toEqual({ status: 200, gone: 60_000 });
  });

  it('is refused by a clock that cannot be moved', async () => {
    const fixed: Clock = { speed: 1, now: () => 0, sleep: async () => undefined };
    expect(await advanced(fixed)).toEqual({
      status: 400,
      error: expect.stringContaining('cannot be put forward'),
      gone: 0,
    });
  });
});
