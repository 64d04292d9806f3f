import { randomUUID } from 'node:crypto';
import { DevicesApi } from '../../../relay/devices/api';
import type { RegisteredDevice } from '../../../relay/devices/installations';
import type { Registration, Registrations } from '../../../relay/devices/registrations';
import type { DeviceRegistry } from '../../../relay/devices/registry';
import { UsersApi } from '../../../relay/devices/users';
import { PermanentError, TransientError } from '../../../relay/errors';
import { sha256Hex } from '../../../relay/hash';
import { bareGate, LinesLog, StandingClock, type GateOptions } from './bare-gate';
import { APP, CustomersTenant } from './customers-tenant';

const ANNA = '8:acs:5b0c8a44-0000-4000-8000-000000000001_anna';
const BERT = '8:acs:5b0c8a44-0000-4000-8000-000000000001_bert';
const OID = randomUUID();

const clock = new StandingClock();
let tenant: CustomersTenant;
beforeAll(async () => (tenant = await CustomersTenant.externalId(clock.now)));

const device = (installationId: string, user = ANNA): RegisteredDevice => ({
  installationId,
  platform: 'apns',
  user,
  alsoFor: [],
  voip: false,
  expired: false,
});

/** The APIs over registrations that do as they are told. */
function apis(
  registrations: Partial<Registrations>,
  rows: string[] | (() => string[]) = [],
  options: GateOptions = {},
) {
  const log = new LinesLog();
  const { gate } = bareGate(tenant, clock, log, { identityClaim: 'acs_identity', ...options });
  const ports = { gate, registrations: { keepsRawIds: true, ...registrations } as Registrations };
  const devices = new DevicesApi({ ...ports, platforms: ['apple'] });
  const registry = {
    installationsOf: () => Promise.resolve([...(typeof rows === 'function' ? rows() : rows)]),
  } as unknown as DeviceRegistry;
  const users = new UsersApi({ ...ports, registry, clock });
  const headers = (token: string | undefined) => {
    const all: Record<string, string> = { 'content-type': 'application/json' };
    if (token) all['authorization'] = `Bearer ${token}`;
    return (name: string) => all[name] ?? null;
  };
  return {
    log,
    devices: (method: string, installationId: string, token?: string, body?: object) =>
      devices.handle(
        { method, installationId, header: headers(token), text: () => Promise.resolve(JSON.stringify(body)) },
        log,
      ),
    users: (method: string, rawId: string, token?: string) =>
      users.handle({ method, rawId, header: headers(token) }, log),
  };
}

const anna = () => tenant.token({ oid: OID, acs_identity: ANNA });
const ofAnna = { user: sha256Hex(ANNA), caller: sha256Hex(OID), clientApp: APP };

test('a registration that puts an end to others has a line for each, with whose they were', async () => {
  const { log, devices } = apis({
    read: () => Promise.resolve(undefined),
    put: (installationId): Promise<Registration> =>
      Promise.resolve({
        kind: 'registered',
        device: device(installationId),
        tookOverFrom: [{ installationId: 'of-bert-1', user: BERT }, { installationId: 'of-nobody-1' }],
        evicted: [{ installationId: 'oldest-1', user: ANNA }],
      }),
  });
  const body = { platform: 'apns', pushChannel: 'ab'.repeat(32), user: ANNA };
  expect((await devices('PUT', 'the-new-one', await anna(), body)).status).toBe(201);
  expect(log.of('devices audit')).toMatchObject([
    { action: 'registration', outcome: 'done', installation: sha256Hex('the-new-one'), ...ofAnna },
    { action: 'takeover', installation: sha256Hex('of-bert-1'), ...ofAnna, user: sha256Hex(BERT) },
    { action: 'takeover', installation: sha256Hex('of-nobody-1'), ...ofAnna, user: undefined },
    { action: 'eviction', installation: sha256Hex('oldest-1'), ...ofAnna },
  ]);
});

describe('what came to nothing', () => {
  const body = { platform: 'apns', pushChannel: 'ab'.repeat(32), user: ANNA };
  const away = new TransientError('the hub answered 503');
  const failed = { outcome: 'failed', ...ofAnna, detail: away.message };

  test('of a registration, a renewal or a removal has a line, and so has who is gone by then', async () => {
    let known: RegisteredDevice | undefined;
    const { log, devices } = apis({
      read: () => Promise.resolve(known),
      put: (_id, _device, _known, tookOverFrom) => {
        tookOverFrom!.push({ installationId: 'of-bert-1', user: BERT });
        return Promise.reject(away);
      },
      remove: () => Promise.reject(away),
    });
    expect((await devices('PUT', 'of-anna-1', await anna(), body)).status).toBe(503);
    known = device('of-anna-1');
    expect((await devices('PUT', 'of-anna-1', await anna(), body)).status).toBe(503);
    expect((await devices('DELETE', 'of-anna-1', await anna())).status).toBe(503);
    const takeover = { action: 'takeover', outcome: 'done', installation: sha256Hex('of-bert-1') };
    const installation = sha256Hex('of-anna-1');
    expect(log.of('devices audit')).toMatchObject([
      { ...takeover, user: sha256Hex(BERT), caller: sha256Hex(OID) },
      { action: 'registration', installation, ...failed },
      { ...takeover, user: sha256Hex(BERT), caller: sha256Hex(OID) },
      { action: 'renewal', installation, ...failed },
      { action: 'removal', installation, ...failed },
    ]);
  });

  test('because nobody could say whose the device is has one too, and what only reads has none', async () => {
    const { log, devices } = apis({ read: () => Promise.reject(away) });
    for (const method of ['PUT', 'DELETE', 'GET']) {
      expect((await devices(method, 'of-anna-1', await anna(), body)).status).toBe(503);
    }
    const unknown = { ...failed, user: undefined };
    expect(log.of('devices audit')).toMatchObject([
      { action: 'registration', ...unknown },
      { action: 'removal', ...unknown },
    ]);
  });

  test('because of a fault of the relay’s own has one', async () => {
    const { log, devices } = apis({
      read: () => Promise.resolve(undefined),
      put: () => Promise.reject(new TypeError('a fault')),
    });
    await expect(devices('PUT', 'of-anna-1', await anna(), body)).rejects.toThrow(TypeError);
    expect(log.of('devices audit')).toMatchObject([{ action: 'registration', ...failed, detail: 'a fault' }]);
  });

  test('because the hub does not take the device is the request’s fault, and has one', async () => {
    const { log, devices } = apis({
      read: () => Promise.resolve(undefined),
      put: () => Promise.reject(new PermanentError('refused-by-hub', 'hub ns/hub answered 400')),
    });
    const { status, body: problem } = await devices('PUT', 'of-anna-1', await anna(), body);
    expect(status).toBe(400);
    expect(JSON.stringify(problem)).not.toContain('ns/hub');
    expect(log.of('devices audit')).toMatchObject([
      { action: 'registration', ...failed, detail: expect.stringContaining('does not take the device') },
    ]);
  });

  test('because the request is wrong has none', async () => {
    const { log, devices } = apis({ read: () => Promise.resolve(undefined) });
    expect((await devices('PUT', 'of-anna-1', await anna(), { platform: 'none' })).status).toBe(400);
    expect(log.of('devices audit')).toEqual([]);
  });
});

test('a removal that goes on with one that was begun has a line, and one of nothing has none', async () => {
  let left: { installationId: string; user: string } | undefined = {
    installationId: 'of-anna-1',
    user: ANNA,
  };
  const { log, devices } = apis({
    read: () => Promise.resolve(undefined),
    finishRemoval: () => Promise.resolve(left),
  });
  expect((await devices('DELETE', 'of-anna-1', await anna())).status).toBe(204);
  left = undefined;
  expect((await devices('DELETE', 'of-anna-1', await anna())).status).toBe(204);
  expect(log.of('devices audit')).toMatchObject([
    { action: 'removal', outcome: 'done', installation: sha256Hex('of-anna-1'), ...ofAnna },
  ]);
});

describe('refused access', () => {
  const bertsDevice = { read: (id: string) => Promise.resolve(device(id, BERT)) };

  test('has a line, with who asked where that is known', async () => {
    const { log, devices, users } = apis(bertsDevice);
    await devices('GET', 'of-bert-1', await anna());
    await users('DELETE', BERT, await anna());
    await devices('GET', 'of-bert-1', await tenant.token({ oid: OID, scp: 'Other' }));
    await users('GET', BERT, await tenant.idToken());
    await devices('GET', 'of-bert-1');
    const refusal = { action: 'refusal', outcome: 'refused', detail: expect.any(String) };
    const known = { caller: sha256Hex(OID), clientApp: APP };
    const unknown = { caller: undefined, clientApp: undefined };
    expect(log.of('devices audit')).toMatchObject([
      { ...refusal, ...known, installation: sha256Hex('of-bert-1') },
      { ...refusal, ...known, user: sha256Hex(BERT) },
      { ...refusal, ...unknown, installation: sha256Hex('of-bert-1') },
      { ...refusal, ...unknown, user: sha256Hex(BERT) },
      { ...refusal, ...unknown, installation: sha256Hex('of-bert-1') },
    ]);
  });

  test('is nothing that a caller is told to repeat or to mend', async () => {
    const { log, devices } = apis({ read: () => Promise.resolve(undefined) }, [], { perCaller: 2 });
    const token = await anna();
    expect((await devices('GET', 'not-there', token)).status).toBe(404);
    expect((await devices('GET', 'no', token)).status).toBe(400);
    expect((await devices('GET', 'not-there', token)).status).toBe(429);
    expect(log.of('devices audit')).toEqual([]);
  });
});

describe('a revocation', () => {
  test('that a hub stops half-way says what is left, and the next one finishes', async () => {
    const there = new Set(['one-dev-1', 'two-dev-2', 'three-dev']);
    let failing = 'two-dev-2';
    const removed: string[] = [];
    const { log, users } = apis(
      {
        read: (id) => Promise.resolve(id === failing ? undefined : device(id)),
        remove: (one) => {
          if (one.installationId === failing)
            return Promise.reject(new TransientError('the hub answered 503'));
          removed.push(one.installationId);
          there.delete(one.installationId);
          return Promise.resolve(one);
        },
      },
      [...there],
    );
    const first = await users('DELETE', ANNA, await anna());
    expect(first).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: {
        detail: '1 of 3 devices are not removed yet: send the request again',
        problems: ['two-dev-2 is still registered'],
      },
    });
    expect([...there]).toEqual(['two-dev-2']);
    expect(log.of('devices audit').map(({ action, outcome, detail }) => [action, outcome, detail])).toEqual([
      ['revocation', 'done', undefined],
      ['revocation', 'failed', 'the hub answered 503'],
      ['revocation', 'done', undefined],
    ]);
    failing = '';
    expect((await users('DELETE', ANNA, await anna())).status).toBe(204);
    expect([...there]).toEqual([]);
  });

  test('of more devices than one request can do says how many are left', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `device-${String(i).padStart(3, '0')}`);
    const { users } = apis(
      {
        read: (id) => Promise.resolve(device(id)),
        remove: (one) => {
          clock.pass(1_000);
          return Promise.resolve(one);
        },
      },
      rows,
    );
    const { status, body } = await users('DELETE', ANNA, await anna());
    expect(status).toBe(503);
    const left = (body as { problems: string[] }).problems.length;
    expect(left).toBeGreaterThan(40);
    expect(left).toBeLessThan(65);
  });

  test('takes those with it that are registered meanwhile', async () => {
    const rows = ['one-dev-1'];
    const { log, users } = apis(
      {
        read: (id) => Promise.resolve(device(id)),
        remove: (one) => {
          rows.splice(rows.indexOf(one.installationId), 1);
          if (one.installationId === 'one-dev-1') rows.push('two-dev-2');
          return Promise.resolve(one);
        },
      },
      () => rows,
    );
    expect((await users('DELETE', ANNA, await anna())).status).toBe(204);
    expect(rows).toEqual([]);
    expect(log.of('devices audit')).toHaveLength(2);
  });

  test('goes on with the others when a hub refuses one for good', async () => {
    const removed: string[] = [];
    const { log, users } = apis(
      {
        read: (id) => Promise.resolve(device(id)),
        remove: (one) => {
          if (one.installationId === 'one-dev-1')
            return Promise.reject(new PermanentError('refused-by-hub', 'the hub answered 400'));
          removed.push(one.installationId);
          return Promise.resolve(one);
        },
      },
      () => ['one-dev-1', 'two-dev-2'],
    );
    expect((await users('DELETE', ANNA, await anna())).status).toBe(503);
    expect(removed).toEqual(['two-dev-2']);
    expect(log.of('devices audit')).toMatchObject([{ outcome: 'failed' }, { outcome: 'done' }]);
  });

  test('leaves alone what is somebody else’s by now', async () => {
    const removed: string[] = [];
    const { log, users } = apis(
      {
        read: (id) => Promise.resolve(id === 'handed-on' ? device(id, BERT) : device(id)),
        remove: (one) => {
          removed.push(one.installationId);
          return Promise.resolve(one);
        },
      },
      ['handed-on', 'own-device'],
    );
    expect((await users('DELETE', ANNA, await anna())).status).toBe(204);
    expect(removed).toEqual(['own-device']);
    expect(log.of('devices audit')).toHaveLength(1);
    const { body } = await users('GET', ANNA, await anna());
    expect(body).toEqual({
      devices: [{ installationId: 'own-device', platform: 'apns', voip: false, expired: false }],
    });
  });

  test('of a list that cannot be read in time is no empty list', async () => {
    const { users } = apis(
      {
        read: (id) => {
          clock.pass(10_000);
          return Promise.resolve(device(id));
        },
      },
      Array.from({ length: 50 }, (_, i) => `device-${i}-x`),
    );
    expect((await users('GET', ANNA, await anna())).status).toBe(503);
  });
});

test('raw ids may come as the path has them', async () => {
  const { users } = apis({ read: (id) => Promise.resolve(device(id, '4:+15555550123')) }, ['the-phone']);
  const token = await tenant.token({ acs_identity: ['4:+15555550123', '8:a/b'] });
  for (const path of ['4:+15555550123', '4%3A%2B15555550123']) {
    expect((await users('GET', path, token)).body).toMatchObject({
      devices: [{ installationId: 'the-phone' }],
    });
  }
  expect((await users('GET', '8:a%2Fb', token)).status).toBe(200);
  expect((await users('GET', '4:%2B15555550123', token)).status).toBe(403);
});
