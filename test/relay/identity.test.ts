import type { AccessToken } from '@azure/core-auth';
import { ManualClock } from '../../local/azure/core/clock';
import { TransientError } from '../../relay/errors';
import { Transport } from '../../relay/http';
import { bearer, managedIdentity, SharedTokens } from '../../relay/identity';
import { Servers } from './connections/server';

const SCOPE = 'https://storage.azure.com/.default';
const HOUR_MS = 60 * 60_000;

describe('tokens of a credential', () => {
  const clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
  let asked: string[];
  let next: () => Promise<AccessToken | null>;
  let tokens: SharedTokens;
  const token = (name: string, lifeMs: number, renewAfterMs?: number) =>
    Promise.resolve({
      token: name,
      expiresOnTimestamp: clock.now() + lifeMs,
      ...(renewAfterMs !== undefined && { refreshAfterTimestamp: clock.now() + renewAfterMs }),
    });
  const get = async (scope = SCOPE) => (await tokens.getToken(scope)).token;

  beforeEach(() => {
    asked = [];
    next = () => token(`token ${asked.length}`, 24 * HOUR_MS);
    tokens = new SharedTokens(
      {
        getToken: (scope) => {
          asked.push(String(scope));
          return next();
        },
      },
      clock,
    );
  });

  test('are asked for once, however many want one', async () => {
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => get())))).toEqual(
      new Set(['token 1']),
    );
    expect(await get()).toBe('token 1');
    expect(asked).toEqual([SCOPE]);
  });

  test('are kept apart by what they are for', async () => {
    expect([await get(), await get('https://monitoring.azure.com/.default'), await get()]).toEqual([
      'token 1',
      'token 2',
      'token 1',
    ]);
  });

  test('are renewed five minutes before their end, while the one at hand goes on', async () => {
    await get();
    await clock.advance(24 * HOUR_MS - 301_000);
    expect(await get()).toBe('token 1');
    await clock.advance(2_000);
    expect(await get()).toBe('token 1');
    expect(await get()).toBe('token 2');
    expect(asked).toHaveLength(2);
  });

  test('are renewed when the credential says so', async () => {
    next = () => token(`token ${asked.length}`, 24 * HOUR_MS, 12 * HOUR_MS);
    await get();
    await clock.advance(12 * HOUR_MS);
    await get();
    expect(await get()).toBe('token 2');
  });

  test('that cannot be renewed are used as long as they are good, and no longer', async () => {
    await get();
    next = () => Promise.reject(new Error('endpoint is away'));
    await clock.advance(24 * HOUR_MS - 200_000);
    for (let times = 1; times <= 3; times++) expect(await get()).toBe('token 1');
    await clock.advance(100_000);
    await expect(get()).rejects.toThrow(`no token for ${SCOPE}: endpoint is away`);
    next = () => token('token again', HOUR_MS);
    expect(await get()).toBe('token again');
  });

  test('that are near their end when they come are used all the same', async () => {
    next = () => token(`token ${asked.length}`, 10 * 60_000);
    await get();
    await clock.advance(4 * 60_000);
    expect(await get()).toBe('token 1');
    await clock.advance(5 * 60_000);
    expect(await get()).toBe('token 2');
  });

  test('that are none are told', async () => {
    next = () => Promise.resolve(null);
    await expect(get()).rejects.toBeInstanceOf(TransientError);
  });
});

test('whoever signs in with a credential names what for, with a slash at its end or without', async () => {
  const getToken = (scopes: string | string[]) =>
    Promise.resolve({ token: String(scopes), expiresOnTimestamp: 0 });
  expect(await bearer({ getToken }, 'https://management.azure.com/')).toBe(
    'Bearer https://management.azure.com/.default',
  );
});

describe('the managed identity', () => {
  const CLIENT_ID = '11111111-1111-4111-8111-111111111111';
  const before = { ...process.env };
  let servers: Servers;
  let transport: Transport;
  const status = { code: 200 };
  let scopes = 0;
  /** The library keeps tokens for the whole process: each test asks for its own. */
  const newScope = () => `https://${++scopes}.example/.default`;

  beforeAll(async () => {
    servers = await Servers.start();
    process.env['IDENTITY_ENDPOINT'] = `${servers.plainUrl}/msi/token`;
    process.env['IDENTITY_HEADER'] = 'of the app';
    // A proxy that the identity endpoint must not be asked through.
    process.env['HTTPS_PROXY'] = process.env['HTTP_PROXY'] = servers.proxyUrl();
    transport = new Transport(process.env);
  });
  afterAll(() => {
    process.env = before;
    transport.close();
    servers.close();
  });
  beforeEach(() => {
    servers.reset();
    status.code = 200;
    servers.answer = ({ request }, response) => {
      const { searchParams } = new URL(request.url!, 'http://x');
      const resource = searchParams.get('resource');
      response.writeHead(status.code, { 'content-type': 'application/json', 'retry-after': '3600' });
      const expires = Math.floor(Date.now() / 1000) + 86_400;
      response.end(
        JSON.stringify(
          status.code === 200
            ? {
                access_token: `for ${resource}`,
                expires_on: String(expires),
                resource,
                token_type: 'Bearer',
                client_id: searchParams.get('client_id'),
              }
            : { statusCode: status.code, message: 'not now' },
        ),
      );
    };
  });
  const identity = () =>
    managedIdentity(CLIENT_ID, transport.sdkClient, {
      now: () => Date.now(),
      sleep: () => Promise.resolve(),
    });

  test('is asked through the endpoint of the app, with its header and client id, once for all', async () => {
    const scope = newScope();
    const credential = identity();
    const got = await Promise.all(Array.from({ length: 20 }, () => credential.getToken(scope)));
    const resource = scope.replace('/.default', '');
    expect(new Set(got.map((one) => one!.token))).toEqual(new Set([`for ${resource}`]));
    expect(servers.seen).toHaveLength(1);
    const [{ request }] = servers.seen as [(typeof servers.seen)[0]];
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    expect({ pathname, ...Object.fromEntries(searchParams) }).toEqual({
      pathname: '/msi/token',
      'api-version': '2019-08-01',
      resource,
      client_id: CLIENT_ID,
    });
    expect(request.headers['x-identity-header']).toBe('of the app');
    expect(servers.tunnels).toEqual([]);
  });

  test.each([500, 503, 429, 404, 410, 400])(
    'that answers %d is a failure in passing, and is asked once, whatever it says of coming again',
    async (code) => {
      status.code = code;
      const scope = newScope();
      const failure = await identity()
        .getToken(scope)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TransientError);
      expect((failure as Error).message).toMatch(`no token for ${scope}: `);
      expect(servers.seen).toHaveLength(1);
    },
  );
});
