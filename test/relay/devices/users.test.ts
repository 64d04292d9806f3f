import { randomUUID } from 'node:crypto';
import Ajv from 'ajv/dist/2020';
import openapi from '../../../relay/devices/openapi.json';
import { sha256Hex } from '../../../relay/hash';
import { ACS, LocalRelay, VOIP_HUB } from '../local-relay';
import { Samples } from '../samples';
import { API, APP, CUSTOMERS, CustomersTenant } from './customers-tenant';

let tenant: CustomersTenant;
let relay: LocalRelay;
const samples = new Samples(ACS);

beforeAll(async () => {
  tenant = await CustomersTenant.externalId();
  relay = new LocalRelay({
    settings: {
      RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
      RELAY_VOIP_DEVICES_RULE_ID: `${VOIP_HUB}/authorizationRules/devices`,
      RELAY_API_TENANT_ID: CUSTOMERS,
      RELAY_API_AUTHORITY: tenant.authority,
      RELAY_API_AUDIENCE: API,
      RELAY_API_IDENTITY_CLAIM: 'acs_identity',
    },
    services: [
      () => ({
        hostServices: [
          {
            answersFor: (host) => host === tenant.host,
            handle: ({ host, path }) => Promise.resolve(tenant.answer(`https://${host}${path}`)),
          },
        ],
      }),
    ],
  });
  await relay.start();
});
afterAll(() => relay?.close());
beforeEach(() => {
  relay.inbox.length = 0;
  relay.lines.length = 0;
});

const ajv = new Ajv({ strict: false });
ajv.addSchema(openapi, 'openapi');

/** A customer, whom the back end gave an ACS identity. */
class Customer {
  readonly oid = randomUUID();
  readonly rawId: string;
  private signedIn: Promise<string> | undefined;

  constructor(rawId = `8:acs:5b0c8a44-0000-4000-8000-000000000001_${randomUUID()}`) {
    this.rawId = rawId;
  }

  get token(): Promise<string> {
    return (this.signedIn ??= tenant.token({ oid: this.oid, acs_identity: this.rawId }));
  }

  async register(device: object, id: string = randomUUID()): Promise<string> {
    const body = { user: this.rawId, ...device };
    const { status } = await relay.devices('PUT', id, await this.token, body);
    expect([200, 201]).toContain(status);
    return id;
  }
}

const apnsToken = () => randomUUID().replaceAll('-', '').repeat(2);
const iphone = (over: object = {}) => ({ platform: 'apns', pushChannel: apnsToken(), ...over });
const android = () => ({ platform: 'fcmv1', pushChannel: `fcm-${randomUUID()}` });

/** Sends a request about all devices of somebody and holds its answer against the description. */
async function all(
  method: 'GET' | 'DELETE',
  rawId: string,
  token?: string,
  headers?: Record<string, string>,
) {
  const response = await relay.users(method, rawId, token, headers);
  const text = await response.text();
  const json = text ? JSON.parse(text) : undefined;
  const { responses } = openapi.paths['/api/users/{rawId}/devices'][method.toLowerCase() as 'get'];
  expect(Object.keys(responses)).toContain(String(response.status));
  if (response.status !== 204) {
    const schema = response.status < 300 ? 'UserDevices' : 'Problem';
    ajv.validate({ $ref: `openapi#/components/schemas/${schema}` }, json);
    expect(ajv.errors ?? []).toEqual([]);
  }
  return { status: response.status, json, headers: response.headers };
}

/** The handles that a chat message to somebody reaches. */
async function reached(rawId: string): Promise<string[]> {
  relay.inbox.length = 0;
  const event = samples.chatMessageReceived({ recipientCommunicationIdentifier: { rawId } });
  expect((await relay.deliver('messages', event)).status).toBe(202);
  return relay.inbox.map(({ handle }) => handle).sort();
}

/** The handles that ring when somebody is called. */
async function rung(rawId: string): Promise<string[]> {
  relay.inbox.length = 0;
  const event = samples.incomingCall({ toCommunicationIdentifier: { rawId } });
  expect((await relay.deliver('calls', event)).status).toBe(202);
  return relay.inbox.map(({ handle }) => handle).sort();
}

const ids = ({ json }: { json: any }): string[] =>
  json.devices.map(({ installationId }: any) => installationId);
const hubsFail = (failedPercent: number) => relay.services.hubs.setFaults({ failedPercent });

describe('a customer who signed in with Entra External ID', () => {
  test('gets pushes on the devices that they register, lists them, and revokes all of them', async () => {
    const anna = new Customer();
    const [phone, tablet] = [iphone({ voipPushChannel: apnsToken(), language: 'de' }), android()];
    const [first, second] = [await anna.register(phone), await anna.register(tablet)];
    const kept = new Customer();
    const other = iphone();
    await kept.register(other);
    expect(await reached(anna.rawId)).toEqual([phone.pushChannel, tablet.pushChannel].sort());

    const listed = await all('GET', anna.rawId, await anna.token);
    expect(listed.status).toBe(200);
    const common = { voip: false, expired: false };
    expect(listed.json.devices).toEqual(
      [
        { installationId: first, platform: 'apns', language: 'de', ...common, voip: true },
        { installationId: second, platform: 'fcmv1', ...common },
      ].sort((a, b) => (a.installationId < b.installationId ? -1 : 1)),
    );

    expect((await all('DELETE', anna.rawId, await anna.token)).status).toBe(204);
    expect(await reached(anna.rawId)).toEqual([]);
    expect(await rung(anna.rawId)).toEqual([]);
    expect((await all('GET', anna.rawId, await anna.token)).json).toEqual({ devices: [] });
    for (const id of [first, second]) {
      expect((await relay.devices('GET', id, await anna.token)).status).toBe(404);
    }
    expect(await reached(kept.rawId)).toEqual([other.pushChannel]);
    expect((await all('DELETE', anna.rawId, await anna.token)).status).toBe(204);
  });

  test('is not let in by an ID token, which the answer says', async () => {
    const anna = new Customer();
    const idToken = await tenant.idToken({ oid: anna.oid, acs_identity: anna.rawId });
    const answer = await relay.devices('PUT', randomUUID(), idToken, { user: anna.rawId, ...iphone() });
    expect(answer.status).toBe(401);
    expect(((await answer.json()) as any).detail).toContain('the token is an ID token');
    expect((await all('DELETE', anna.rawId, idToken)).status).toBe(401);
  });

  test('reaches nobody else’s devices', async () => {
    const [anna, bert] = [new Customer(), new Customer()];
    const device = iphone();
    await bert.register(device);
    expect((await all('GET', bert.rawId, await anna.token)).status).toBe(403);
    expect((await all('DELETE', bert.rawId, await anna.token)).status).toBe(403);
    expect(await reached(bert.rawId)).toEqual([device.pushChannel]);
    expect((await all('DELETE', bert.rawId, undefined)).status).toBe(401);
    expect((await all('DELETE', 'bert@example.com', await anna.token)).status).toBe(403);
    expect((await all('DELETE', '8:'.padEnd(600, 'x'), await tenant.backEndToken())).status).toBe(400);
  });
});

describe('a back end with the role for all', () => {
  test('revokes the devices of whomever it names', async () => {
    const anna = new Customer();
    const device = iphone();
    const id = await anna.register(device);
    const token = await tenant.backEndToken();
    expect(ids(await all('GET', anna.rawId, token))).toEqual([id]);
    expect((await all('DELETE', anna.rawId, token)).status).toBe(204);
    expect(await reached(anna.rawId)).toEqual([]);
  });

  test('revokes by a phone number, too', async () => {
    const number = '4:+15555550199';
    const anna = new Customer();
    const device = { user: anna.rawId, ...iphone({ alsoFor: [number] }) };
    const token = await tenant.backEndToken();
    const id = randomUUID();
    expect((await relay.devices('PUT', id, token, device)).status).toBe(201);
    expect(ids(await all('GET', number, token))).toEqual([id]);
    expect((await all('DELETE', number, token)).status).toBe(204);
    await relay.deliver('messages', samples.smsReceived({ to: number.slice(2) }));
    expect(relay.inbox).toEqual([]);
    expect(ids(await all('GET', anna.rawId, token))).toEqual([]);
  });

  test('is told what is left when the hub fails, and finishes by asking again', async () => {
    const anna = new Customer();
    const devices = [iphone({ voipPushChannel: apnsToken() }), android(), android()];
    const registered = [];
    for (const device of devices) registered.push(await anna.register(device));
    const token = await tenant.backEndToken();
    hubsFail(100);
    const answer = await all('DELETE', anna.rawId, token);
    hubsFail(0);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.json.detail).toBe('3 of 3 devices are not removed yet: send the request again');
    for (const id of registered) expect(answer.json.problems).toContain(`${id} is still registered`);
    expect((await all('DELETE', anna.rawId, token)).status).toBe(204);
    expect(await reached(anna.rawId)).toEqual([]);
    expect(await rung(anna.rawId)).toEqual([]);
  });
});

test('who asked for what is written down for a person who asks later on, and nobody is named', async () => {
  const [anna, bert] = [new Customer(), new Customer()];
  const device = iphone();
  const id = await anna.register(device);
  await anna.register(device, id);
  const taken = await bert.register(device);
  await relay.devices('GET', taken, await anna.token);
  await relay.devices('DELETE', taken, await bert.token);
  const second = await bert.register(android());
  await all('DELETE', bert.rawId, await tenant.backEndToken({ oid: anna.oid, azp: 'back-end' }));
  await relay.devices('GET', taken, await tenant.forged());

  const line = (
    action: string,
    outcome: string,
    of: { rawId: string } | undefined,
    by: Customer,
    over = {},
  ) => ({
    message: 'devices audit',
    action,
    outcome,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    ...(of && { user: sha256Hex(of.rawId) }),
    caller: sha256Hex(by.oid),
    clientApp: APP,
    ...over,
  });
  expect(relay.logged('devices audit')).toEqual([
    line('registration', 'done', anna, anna, { installation: sha256Hex(id) }),
    line('renewal', 'done', anna, anna, { installation: sha256Hex(id) }),
    line('registration', 'done', bert, bert, { installation: sha256Hex(taken) }),
    line('takeover', 'done', anna, bert, { installation: sha256Hex(id) }),
    line('refusal', 'refused', undefined, anna, {
      installation: sha256Hex(taken),
      detail: 'the installation belongs to another identity',
    }),
    line('removal', 'done', bert, bert, { installation: sha256Hex(taken) }),
    line('registration', 'done', bert, bert, { installation: sha256Hex(second) }),
    line('revocation', 'done', bert, anna, { installation: sha256Hex(second), clientApp: 'back-end' }),
    {
      message: 'devices audit',
      action: 'refusal',
      outcome: 'refused',
      time: expect.any(String),
      installation: sha256Hex(taken),
      detail: expect.stringContaining('not valid'),
    },
  ]);
  const written = relay.lines.join('\n');
  for (const secret of [anna.rawId, bert.rawId, anna.oid, bert.oid, id, taken, device.pushChannel]) {
    expect(written).not.toContain(secret);
  }
});

test('so is what the sweep does by itself', async () => {
  const anna = new Customer();
  const device = android();
  const id = await anna.register(device);
  relay.services.pushServices.setHandle(device.pushChannel, 'bad');
  await reached(anna.rawId);
  await relay.sweep();
  expect(relay.logged('devices audit')).toContainEqual({
    message: 'devices audit',
    action: 'expiry',
    outcome: 'done',
    time: expect.any(String),
    installation: sha256Hex(id),
    user: sha256Hex(anna.rawId),
    detail: 'dead',
  });
});

test('an address that guesses is held off, whatever it says of where it comes from, and others are not', async () => {
  const anna = new Customer();
  const guess = async (saying: string) =>
    (
      await all('GET', anna.rawId, await tenant.forged(), {
        'x-forwarded-for': `${saying}, 203.0.113.7:4711`,
      })
    ).status;
  const statuses = new Set<number>();
  for (let i = 0; i < 20; i++) statuses.add(await guess(`198.51.100.${i}`));
  expect([...statuses]).toEqual([401]);
  expect(await guess('198.51.100.99')).toBe(429);
  const from = async (address: string) =>
    (await all('GET', anna.rawId, await anna.token, { 'x-forwarded-for': address })).status;
  expect(await from('203.0.113.7:4712')).toBe(429);
  expect(await from('203.0.113.8:4712')).toBe(200);
});

test('without a storage account nobody knows the devices of a user, which the answer says', async () => {
  await relay.kill();
  await relay.startFunction({ RELAY_STORAGE_ACCOUNT: '' });
  const anna = new Customer();
  for (const method of ['GET', 'DELETE'] as const) {
    const answer = await all(method, anna.rawId, await anna.token);
    expect(answer.status).toBe(501);
    expect(answer.json.detail).toContain('RELAY_STORAGE_ACCOUNT');
  }
});
