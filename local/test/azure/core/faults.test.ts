import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../azure';
import { ManualClock } from '../../../azure/core/clock';
import type { Fault, FaultHandler, RequestMatch } from '../../../azure/core/faults/fault';
import { arm, deployerCredential, resourceClient, send } from '../../support/clients';

const SUB = `/subscriptions/${SUBSCRIPTION_ID}`;
const GROUPS = '2023-07-01';
const IDENTITIES = '2024-11-30';
const GROUP = `${SUB}/resourceGroups/rg-faults`;
const identity = (name: string) =>
  `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
/** What becomes of a promise while nobody moves the clock: real time passes, and nothing of Azure's. */
const settled = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    sleep(200).then(() => false),
  ]);

let azure: LocalAzure;
const clock = new ManualClock(Date.now());
const order = (match: RequestMatch, fault: Fault | FaultHandler, seed?: number) =>
  azure.faults.order({ match, fault, seed });
const put = (path: string, version = IDENTITIES, tags: Record<string, string> = {}) =>
  arm(azure, 'PUT', path, version, { location: 'westeurope', tags });
const get = (path: string, version = IDENTITIES) => arm(azure, 'GET', path, version);
/** Until a request has come that this was ordered for: on a busy machine that takes longer than anything else here. */
async function struckBy(kind: Fault['kind']): Promise<void> {
  while (!azure.faults.seen().some(({ faults }) => faults.includes(kind))) await sleep(5);
}
/** Moves the clock until something has come. */
async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let over = false;
  const noted = promise.finally(() => (over = true));
  noted.catch(() => undefined);
  while (!over) {
    await clock.advance(500);
    await sleep(5);
  }
  return noted;
}

beforeAll(async () => {
  azure = await startLocalAzure({ clock });
  await put(GROUP, GROUPS);
});
afterEach(() => azure.faults.clear());
afterAll(() => azure.close());

describe('what is done to a request', () => {
  test("latency holds an answer back by Azure's clock", async () => {
    order({ path: '*/userAssignedIdentities/late' }, { kind: 'latency', milliseconds: 5000 });
    const late = put(identity('late'));
    await struckBy('latency');
    expect(await settled(late)).toBe(false);
    expect(azure.context.store.get(identity('late'))).toBeUndefined();
    await clock.advance(4999);
    expect(await settled(late)).toBe(false);
    await clock.advance(1);
    expect((await late).status).toBe(200);
  });

  test('429 carries Retry-After, and the SDK comes again after it', async () => {
    order({ method: 'PUT', nth: 1 }, { kind: 'throttled', retryAfterSeconds: 0 });
    const plain = await put(identity('throttled'));
    expect([plain.status, plain.headers['retry-after'], plain.json.error.code]).toEqual([
      429,
      '0',
      'TooManyRequests',
    ]);
    expect(azure.context.store.get(identity('throttled'))).toBeUndefined();
    azure.faults.clear();
    order({ method: 'PUT', nth: 1 }, { kind: 'throttled', retryAfterSeconds: 0 });
    const client = resourceClient(azure, undefined, { maxRetries: 1 });
    await client.resourceGroups.createOrUpdate('rg-again', { location: 'westeurope' });
    const seen = azure.faults.seen().filter(({ method }) => method === 'PUT');
    expect(seen.map(({ status, faults }) => [status, ...faults])).toEqual([[429, 'throttled'], [200]]);
  });

  test('5xx is answered in place of being done, with the status and code that were ordered', async () => {
    order({ method: 'PUT' }, { kind: 'failed', status: 503 });
    expect((await put(identity('failed'))).json.error.code).toBe('ServiceUnavailable');
    azure.faults.clear();
    order({ method: 'PUT' }, { kind: 'failed', status: 500, code: 'Boom', message: 'It broke.' });
    const { status, json } = await put(identity('failed'));
    expect([status, json.error]).toEqual([500, { code: 'Boom', message: 'It broke.' }]);
    expect(azure.context.store.get(identity('failed'))).toBeUndefined();
  });

  test.each([
    ['a lost answer', 'lost-answer', true],
    ['a dropped request', 'dropped', false],
  ] as const)('%s ends the connection, the write done or not', async (_, kind, done) => {
    const id = identity(kind);
    order({ method: 'PUT', path: id }, { kind });
    await expect(put(id)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|REQUEST_SEND_ERROR/),
    });
    expect(azure.context.store.get(id) !== undefined).toBe(done);
    expect(azure.faults.seen().at(-1)).toMatchObject({
      method: 'PUT',
      faults: [kind],
      ...(done && { status: 200 }),
    });
  });

  test.each([true, false])('a half-open connection is never answered (done: %s)', async (done) => {
    const id = identity(`silent-${done}`);
    order({ method: 'PUT', path: id }, { kind: 'half-open', done });
    const answer = put(id);
    await struckBy('half-open');
    expect(await settled(answer)).toBe(false);
    await clock.advance(3_600_000);
    expect(await settled(answer)).toBe(false);
    expect(azure.context.store.get(id) !== undefined).toBe(done);
    // It is ended with local Azure at the latest.
    answer.catch(() => undefined);
  });

  test("a slow body trickles by Azure's clock and arrives whole", async () => {
    await put(identity('slow'));
    const { text } = await get(identity('slow'));
    order({ method: 'GET' }, { kind: 'slow-body', bytesPerSecond: 100 });
    const slow = get(identity('slow'));
    expect(await settled(slow)).toBe(false);
    const before = clock.now();
    expect((await whileTimePasses(slow)).text).toBe(text);
    expect(clock.now() - before).toBeGreaterThan((text.length / 100) * 900);
  });

  test('an expired token is 401 as ARM answers it', async () => {
    order({ method: 'GET', nth: 1 }, { kind: 'expired-token' });
    const { status, json, headers } = await get(GROUP, GROUPS);
    expect([status, json.error.code]).toEqual([401, 'ExpiredAuthenticationToken']);
    expect(headers['www-authenticate']).toContain('invalid_token');
    expect((await get(GROUP, GROUPS)).status).toBe(200);
  });

  test('reads lag a create, an update and a delete for their time', async () => {
    const id = identity('lagging');
    order({ path: id, method: 'PUT|DELETE' }, { kind: 'lagging-reads', milliseconds: 10_000 });
    expect((await put(id, IDENTITIES, { t: 'a' })).status).toBe(200);
    expect((await get(id)).status).toBe(404);
    await clock.advance(10_000);
    expect((await get(id)).json.tags).toEqual({ t: 'a' });
    expect((await put(id, IDENTITIES, { t: 'b' })).json.tags).toEqual({ t: 'b' });
    expect((await get(id)).json.tags).toEqual({ t: 'a' });
    await clock.advance(10_000);
    expect((await get(id)).json.tags).toEqual({ t: 'b' });
    await arm(azure, 'DELETE', id, IDENTITIES);
    expect((await get(id)).status).toBe(200);
    await clock.advance(10_000);
    expect((await get(id)).status).toBe(404);
  });

  test('a function may do anything', async () => {
    order({ method: 'PUT' }, async ({ next }) => {
      const outcome = await next();
      return { ...outcome, answer: { ...outcome.answer!, status: 202 } };
    });
    expect((await put(identity('custom'))).status).toBe(202);
  });

  test('several orders are all done to a request', async () => {
    order({ method: 'PUT' }, { kind: 'latency', milliseconds: [1000, 2000] });
    order({ method: 'PUT' }, { kind: 'failed', status: 500 });
    const answer = put(identity('both'));
    expect(await settled(answer)).toBe(false);
    expect((await whileTimePasses(answer)).status).toBe(500);
    expect(azure.faults.seen().at(-1)!.faults).toEqual(['latency', 'failed']);
  });
});

describe('a long-running operation', () => {
  const client = () => resourceClient(azure);
  const body = { location: 'westeurope' };

  test.each(['Azure-AsyncOperation', 'Location'] as const)('is waited for by %s', async (polledBy) => {
    const id = identity(`long-${polledBy}`);
    order(
      { method: 'PUT|DELETE', path: id },
      { kind: 'long-running', polledBy, milliseconds: 3000, retryAfterSeconds: 0 },
    );
    const poller = await client().resources.beginCreateOrUpdateById(id.slice(1), IDENTITIES, body);
    expect((await get(id)).json.properties.provisioningState).toBe('Creating');
    expect(poller.isDone()).toBe(false);
    const made = await whileTimePasses(poller.pollUntilDone());
    expect(made).toMatchObject({ id, properties: { principalId: expect.any(String) } });
    expect((await get(id)).json.properties.provisioningState).not.toBe('Creating');

    const deleting = client().resources.beginDeleteByIdAndWait(id.slice(1), IDENTITIES);
    expect(await settled(deleting)).toBe(false);
    expect((await get(id)).json.properties.provisioningState).toBe('Deleting');
    await whileTimePasses(deleting);
    expect((await get(id)).status).toBe(404);
    const polls = azure.faults.seen().filter(({ path }) => /operation(Statuses|Results)/.test(path));
    expect(polls.length).toBeGreaterThan(3);
  });

  test.each(['Azure-AsyncOperation', 'Location'] as const)(
    'fails when it was ordered to, by %s',
    async (polledBy) => {
      const id = identity(`failing-${polledBy}`);
      const failure = { code: 'AllocationFailed', message: 'No room.' };
      order(
        { method: 'PUT', path: id, nth: 1 },
        { kind: 'long-running', polledBy, milliseconds: 1000, retryAfterSeconds: 0, failure },
      );
      const made = client().resources.beginCreateOrUpdateByIdAndWait(id.slice(1), IDENTITIES, body);
      await expect(whileTimePasses(made)).rejects.toThrow(/AllocationFailed|No room/);
      expect((await get(id)).json.properties.provisioningState).toBe('Failed');
      await put(id);
      expect((await get(id)).json.properties.provisioningState).not.toBe('Failed');
    },
  );

  test('shows that what was there is being updated', async () => {
    const id = identity('updating');
    await put(id);
    order(
      { method: 'PUT', path: id },
      { kind: 'long-running', polledBy: 'Azure-AsyncOperation', milliseconds: 1000 },
    );
    const { status, json, headers } = await put(id);
    expect([status, json.properties.provisioningState]).toEqual([200, 'Updating']);
    const operation = () => send(azure, 'GET', headers['azure-asyncoperation']!);
    expect((await operation()).json.status).toBe('InProgress');
    await clock.advance(1000);
    expect((await operation()).json).toMatchObject({ status: 'Succeeded', endTime: expect.any(String) });
  });
});

describe('which requests', () => {
  const statuses = async (count: number, path = GROUP) => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push((await get(path, GROUPS)).status);
    return all;
  };

  test('the n-th, several of them, or each n-th', async () => {
    order({ path: GROUP, nth: 2 }, { kind: 'failed', status: 500 });
    order({ path: GROUP, nth: [3, 5] }, { kind: 'failed', status: 501 });
    order({ path: GROUP, every: 4 }, { kind: 'failed', status: 503 });
    expect(await statuses(8)).toEqual([200, 500, 501, 503, 501, 200, 200, 503]);
  });

  test('by chance, the same for the same seed whatever else is asked in between', async () => {
    const run = async (seed: number, between: boolean) => {
      azure.faults.clear();
      order({ percent: 50 }, { kind: 'failed', status: 500 }, seed);
      const all: number[] = [];
      for (let i = 0; i < 24; i++) {
        all.push(...(await statuses(1)));
        if (between) await statuses(1, `${SUB}/resourceGroups/other`);
      }
      return all;
    };
    const first = await run(7, false);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run(7, true)).toEqual(first);
    expect(await run(8, false)).not.toEqual(first);
  });

  test('by method, host and path, on hosts beside ARM too', async () => {
    order(
      { host: 'login.microsoftonline.com', path: '*/oauth2/v2.0/token', nth: 1 },
      { kind: 'failed', status: 503 },
    );
    order({ host: '*.vault.azure.net' }, { kind: 'throttled', retryAfterSeconds: 3 });
    await expect(
      deployerCredential(azure).getToken('https://management.azure.com/.default'),
    ).rejects.toThrow();
    await expect(
      deployerCredential(azure).getToken('https://management.azure.com/.default'),
    ).resolves.toBeDefined();
    for (const host of ['kv-a.vault.azure.net', 'KV-B.vault.azure.net']) {
      const { status, headers } = await send(azure, 'GET', `https://${host}/secrets/a?api-version=7.4`);
      expect([status, headers['retry-after']]).toEqual([429, '3']);
    }
    expect((await get(GROUP, GROUPS)).status).toBe(200);
  });

  test.each([
    ['nhns-a.servicebus.windows.net', '/hub/messages/'],
    ['sta.blob.core.windows.net', '/container/blob'],
    ['fn-a.scm.azurewebsites.net', '/api/publish'],
    ['fn-a.azurewebsites.net', '/api/devices'],
    ['acs-a.europe.communication.azure.com', '/calling/callConnections'],
  ])('on %s', async (host, path) => {
    order({ host, path }, { kind: 'failed', status: 502 });
    expect((await send(azure, 'GET', `https://${host}${path}`)).status).toBe(502);
  });

  test('only those that local Azure sends itself', async () => {
    order({ from: 'inside', host: 'fn-a.azurewebsites.net' }, { kind: 'dropped' });
    const request = {
      method: 'POST',
      url: 'https://fn-a.azurewebsites.net/hook',
      headers: {},
      timeoutMs: 60_000,
    };
    await expect(azure.context.fetch(request)).rejects.toThrow('the connection was lost');
    expect((await send(azure, 'POST', request.url)).status).not.toBe(0);
    expect(azure.faults.seen().map(({ from, faults }) => [from, ...faults])).toEqual([
      ['inside', 'dropped'],
      ['outside'],
    ]);
  });

  test('an order that cannot be is refused with what is wrong', () => {
    expect(() => order({ percent: 101 }, { kind: 'dropped' })).toThrow(/match\.percent/);
    expect(() => order({}, { kind: 'failed', status: 404 })).toThrow(/fault\.status/);
  });
});

test('the control API orders, tells and withdraws', async () => {
  const control = (method: string, body?: unknown) =>
    fetch(`${azure.endpoints.control}/faults/requests`, {
      method,
      headers: {
        authorization: `Bearer ${azure.endpoints.controlToken}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const rule = { match: { path: '*/rg-faults', nth: 1 }, fault: { kind: 'throttled', retryAfterSeconds: 2 } };
  expect((await control('POST', rule)).status).toBe(204);
  expect((await get(GROUP, GROUPS)).status).toBe(429);
  const seen = await (await control('GET')).json();
  expect(seen).toEqual([
    {
      number: 1,
      method: 'GET',
      host: 'management.azure.com',
      path: GROUP,
      from: 'outside',
      faults: ['throttled'],
      status: 429,
    },
  ]);
  const wrong = await control('POST', { match: { pth: 'x' }, fault: { kind: 'dropped' } });
  expect([wrong.status, await wrong.json()]).toEqual([400, { error: expect.stringContaining('pth') }]);
  expect((await control('DELETE')).status).toBe(204);
  expect(await (await control('GET')).json()).toEqual([]);
});
