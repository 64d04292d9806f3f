import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { TransientError } from '../../../relay/errors';
import { readDevicesSettings } from '../../../relay/settings';
import { bareGate, LinesLog, StandingClock } from './bare-gate';
import { API, CUSTOMERS, CustomersTenant } from './customers-tenant';

const HOUR = 3_600_000;
const clock = new StandingClock();
const log = new LinesLog();

const accessOf = (tenant: CustomersTenant, identityClaim?: string) => {
  const { access } = bareGate(tenant, clock, log, { identityClaim });
  return (token: string) => access.check(`Bearer ${token}`);
};

const me = '8:acs:5b0c8a44-0000-4000-8000-000000000001_0000-1';

beforeEach(() => (log.lines.length = 0));

describe('customers who sign in with Entra External ID', () => {
  let tenant: CustomersTenant;
  let check: ReturnType<typeof accessOf>;
  beforeAll(async () => {
    tenant = await CustomersTenant.externalId(clock.now);
    check = accessOf(tenant, 'acs_identity');
  });

  test('act for the ACS identity in their token, and for nobody else', async () => {
    const caller = await check(await tenant.token({ acs_identity: me }));
    expect(caller.mayActFor(me)).toBe(true);
    expect(caller.mayActFor(`${me}2`)).toBe(false);
    expect(caller.mayActFor('8:orgid:' + caller.id)).toBe(false);
  });

  test('act for several identities when the claim is a list', async () => {
    const caller = await check(await tenant.token({ acs_identity: [me, '4:+15555550123'] }));
    expect(['4:+15555550123', me, '4:+15555550124'].map((id) => caller.mayActFor(id))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('act for nobody when no claim is named: ACS does not know their object ids', async () => {
    const caller = await accessOf(tenant)(await tenant.token());
    expect(caller.mayActFor(`8:orgid:${caller.id}`)).toBe(false);
  });

  test('are not let in when another tenant, or the same one by its other address, issued the token', async () => {
    for (const iss of [
      tenant.authority,
      `https://sts.windows.net/${CUSTOMERS}/`,
      `https://login.microsoftonline.com/${CUSTOMERS}/v2.0`,
      `${tenant.issuer}/`,
      tenant.issuer.replaceAll(CUSTOMERS, randomUUID()),
    ]) {
      await expect(check(await tenant.token({ iss }))).rejects.toMatchObject({ status: 401 });
    }
    await expect(check(await tenant.token({ tid: randomUUID() }))).rejects.toMatchObject({
      status: 401,
      message: 'the token is of another tenant',
    });
  });

  test('are asked for a scope or a role', async () => {
    await expect(check(await tenant.token({ scp: 'User.Read' }))).rejects.toMatchObject({ status: 403 });
  });

  test('an app that signed in by itself may act for all', async () => {
    const caller = await check(await tenant.backEndToken());
    expect(caller.mayActFor(me)).toBe(true);
  });
});

describe('customers who sign in with Azure AD B2C', () => {
  test.each(['tfp', 'acr'])(
    'act for the identity in their token, which names its policy in %s',
    async (claim) => {
      const tenant = await CustomersTenant.b2c('B2C_1_signupsignin', clock.now);
      const check = accessOf(tenant, 'extension_AcsIdentity');
      const token = (policy: string) =>
        tenant.token({ tfp: undefined, [claim]: policy, extension_AcsIdentity: me });
      expect(decodeJwt(await token('x'))['tid']).toBeUndefined();
      expect((await check(await token('b2c_1_SignUpSignIn'))).mayActFor(me)).toBe(true);
      // The tenant has the same issuer, and may have the same keys, for a policy that asks for less.
      for (const other of ['B2C_1_weak', 'B2C_1_signupsignin2', '']) {
        await expect(check(await token(other))).rejects.toMatchObject({ status: 401 });
      }
    },
  );

  test('are not let in by a token of another tenant', async () => {
    const tenant = await CustomersTenant.b2c('B2C_1A_signin', clock.now);
    const check = accessOf(tenant);
    await expect(check(await tenant.token({ tid: randomUUID() }))).rejects.toMatchObject({ status: 401 });
    await expect(check(await tenant.token({ tid: CUSTOMERS }))).resolves.toBeDefined();
  });
});

describe('a back end that may act for all', () => {
  test('has its role among the scopes in Azure AD B2C, whether its token names the policy or none', async () => {
    const tenant = await CustomersTenant.b2c('B2C_1_in', clock.now);
    const check = accessOf(tenant, 'extension_AcsIdentity');
    const token = (tfp: string | undefined) =>
      tenant.token({ scp: 'Devices.Register.All', tfp, nonce: undefined, ver: '2.0' });
    expect((await check(await token(undefined))).mayActFor(me)).toBe(true);
    expect((await check(await token('B2C_1_in'))).mayActFor(me)).toBe(true);
    await expect(check(await token('B2C_1_weak'))).rejects.toMatchObject({ status: 401 });
    // A user's token names its policy.
    const user = tenant.token({ tfp: undefined, extension_AcsIdentity: me });
    await expect(check(await user)).rejects.toMatchObject({ status: 401 });
  });

  test('has it among the app roles elsewhere: a scope of that name is a user’s', async () => {
    for (const tenant of [
      await CustomersTenant.workforce(clock.now),
      await CustomersTenant.externalId(clock.now),
    ]) {
      const check = accessOf(tenant);
      await expect(check(await tenant.token({ scp: 'Devices.Register.All' }))).rejects.toMatchObject({
        status: 403,
      });
      expect((await check(await tenant.backEndToken())).mayActFor(me)).toBe(true);
    }
  });
});

describe('an ID token is no access token', () => {
  const refusal = { status: 401, message: expect.stringContaining('is an ID token') };

  test.each([
    ['as Entra makes it', {}],
    ['with the hash of an access token', { at_hash: 'SGCPtt01wxwfgnYZy2VJtQ', azp: 'x', nonce: undefined }],
    ['with the hash of a code', { c_hash: 'SGCPtt01wxwfgnYZy2VJtQ', azp: 'x', nonce: undefined }],
    ['without a nonce', { nonce: undefined }],
    ['with a nonce and an authorized party', { azp: 'x' }],
    ['without any role', { roles: undefined }],
  ])('%s', async (_, claims) => {
    for (const tenant of [
      await CustomersTenant.workforce(clock.now),
      await CustomersTenant.externalId(clock.now),
      await CustomersTenant.b2c('B2C_1_in', clock.now),
    ]) {
      await expect(accessOf(tenant)(await tenant.idToken(claims))).rejects.toMatchObject(refusal);
    }
  });

  test('though its audience is the API itself and its roles would do', async () => {
    const tenant = await CustomersTenant.workforce(clock.now);
    const token = await tenant.idToken();
    expect(decodeJwt(token)).toMatchObject({
      aud: API,
      roles: expect.arrayContaining(['Devices.Register.All']),
    });
    await expect(accessOf(tenant)(token)).rejects.toMatchObject(refusal);
  });

  test('while an access token of version 1, or of B2C with its nonce, is one', async () => {
    const workforce = await CustomersTenant.workforce(clock.now);
    const v1 = await workforce.token({
      iss: `https://sts.windows.net/${CUSTOMERS}/`,
      aud: `api://${API}`,
      ver: '1.0',
      azp: undefined,
      appid: 'c11e9700',
    });
    expect((await accessOf(workforce)(v1)).clientApp).toBe('c11e9700');
    const b2c = await CustomersTenant.b2c('B2C_1_in', clock.now);
    await expect(accessOf(b2c)(await b2c.token())).resolves.toBeDefined();
  });
});

const setUp = async () => {
  const tenant = await CustomersTenant.externalId(clock.now);
  const check = accessOf(tenant);
  const outcome = async (token: string) =>
    check(token).then(
      () => 'let in',
      (error: unknown) => (error instanceof TransientError ? '503' : String((error as any).status)),
    );
  return { tenant, outcome };
};

test('keys turn while the relay runs, though they are not looked up twice within half a minute', async () => {
  const { tenant, outcome } = await setUp();
  const old = await tenant.token();
  expect(await outcome(old)).toBe('let in');
  await tenant.turnKey();
  const turned = await tenant.token();
  clock.pass(29_000);
  expect(await outcome(turned)).toBe('401');
  clock.pass(2_000);
  expect(await outcome(turned)).toBe('let in');
  expect(await outcome(old)).toBe('let in');
  expect(await outcome(await tenant.forged('made-up'))).toBe('401');
  expect(await outcome(await tenant.forged())).toBe('401');
});

describe('keys that cannot be fetched', () => {
  test.each(['failed', 'malformed', 'unanswered'] as const)(
    '(%s) are used stale for a day, which is said, then not',
    async (fault) => {
      const { tenant, outcome } = await setUp();
      expect(await outcome(await tenant.token())).toBe('let in');
      tenant.fault = fault;
      clock.pass(23 * HOUR);
      expect(await outcome(await tenant.token())).toBe('let in');
      expect(await outcome(await tenant.token())).toBe('let in');
      expect(log.of('keys are stale')).toEqual([
        {
          level: 'warn',
          message: 'keys are stale',
          authority: tenant.authority,
          ageMinutes: 23 * 60,
          usableForMinutes: 60,
        },
      ]);
      clock.pass(6 * 60_000);
      expect(await outcome(await tenant.token())).toBe('let in');
      expect(log.of('keys are stale')).toHaveLength(2);
      clock.pass(HOUR);
      expect(await outcome(await tenant.token())).toBe('503');
      tenant.fault = undefined;
      clock.pass(31_000);
      expect(await outcome(await tenant.token())).toBe('let in');
    },
  );

  test('are waited for by one request, and the others go on with those at hand', async () => {
    const { tenant, outcome } = await setUp();
    expect(await outcome(await tenant.token())).toBe('let in');
    let answer!: () => void;
    tenant.held = new Promise((resolve) => (answer = resolve));
    clock.pass(HOUR);
    const order: string[] = [];
    const first = outcome(await tenant.token()).then((how) => order.push(`first ${how}`));
    expect(await outcome(await tenant.token())).toBe('let in');
    order.push('second let in');
    answer();
    await first;
    expect(order).toEqual(['second let in', 'first let in']);
    expect(log.of('keys are stale')).toEqual([]);
  });

  test('leave it open whether a token by an unknown key is good: 503, and not 401', async () => {
    const { tenant, outcome } = await setUp();
    expect(await outcome(await tenant.token())).toBe('let in');
    tenant.fault = 'failed';
    await tenant.turnKey();
    clock.pass(60_000);
    expect(await outcome(await tenant.token())).toBe('503');
    expect(await outcome(await tenant.forged())).toBe('503');
    tenant.fault = undefined;
    clock.pass(31_000);
    expect(await outcome(await tenant.token())).toBe('let in');
    expect(await outcome(await tenant.forged())).toBe('401');
  });

  test('do not make a token good that somebody else signed by the name of a known key', async () => {
    const { tenant, outcome } = await setUp();
    expect(await outcome(await tenant.token())).toBe('let in');
    tenant.fault = 'failed';
    clock.pass(HOUR);
    expect(await outcome(await tenant.forged())).toBe('401');
  });

  test('are not asked for by each token with a made-up key, whether the authority answers or not', async () => {
    const { tenant, outcome } = await setUp();
    const madeUp = async () => outcome(await tenant.forged(randomUUID()));
    for (let i = 0; i < 20; i++) expect(await madeUp()).toBe('401');
    expect(tenant.asked).toHaveLength(2);
    clock.pass(31_000);
    for (let i = 0; i < 20; i++) expect(await madeUp()).toBe('401');
    expect(tenant.asked).toHaveLength(4);
    tenant.fault = 'failed';
    clock.pass(31_000);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, madeUp)))).toEqual(new Set(['503']));
    for (let i = 0; i < 20; i++) expect(await madeUp()).toBe('503');
    expect(tenant.asked).toHaveLength(5);
  });

  test('that never came are a 503, and asked for again after two seconds', async () => {
    const { tenant, outcome } = await setUp();
    tenant.fault = 'unanswered';
    for (let i = 0; i < 20; i++) expect(await outcome(await tenant.token())).toBe('503');
    expect(tenant.asked).toHaveLength(1);
    tenant.fault = undefined;
    clock.pass(2_000);
    expect(await outcome(await tenant.token())).toBe('let in');
  });

  test.each([
    ['an issuer of another tenant', { issuer: `https://x.ciamlogin.com/${randomUUID()}/v2.0` }],
    ['an issuer for any tenant', { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
    ['an issuer without TLS', { issuer: `http://x.ciamlogin.com/${CUSTOMERS}/v2.0` }],
    ['no issuer', { issuer: undefined }],
    ['keys without TLS', { jwks_uri: 'http://contoso.ciamlogin.com/keys' }],
    ['no keys', { jwks_uri: undefined }],
  ])('because the authority publishes %s: 503, and the log says why', async (_, published) => {
    const { tenant, outcome } = await setUp();
    tenant.published = published;
    expect(await outcome(await tenant.token())).toBe('503');
    expect(log.of('keys cannot be had')).toEqual([
      expect.objectContaining({
        level: 'warn',
        authority: tenant.authority,
        reason: expect.stringContaining('expected'),
      }),
    ]);
  });
});

describe('the authority is a setting', () => {
  const ENVIRONMENT = {
    RELAY_DEVICES_RULE_ID:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/n/notificationHubs/h/authorizationRules/r',
    RELAY_API_TENANT_ID: CUSTOMERS,
    RELAY_API_AUDIENCE: API,
    AZURE_CLIENT_ID: 'c',
    IDENTITY_ENDPOINT: 'http://127.0.0.1/',
    IDENTITY_HEADER: 'h',
  };

  test('of the workforce tenant when none is named', () => {
    expect(readDevicesSettings(ENVIRONMENT).authority).toBe(
      `https://login.microsoftonline.com/${CUSTOMERS}/v2.0`,
    );
  });

  test('of a tenant whose id is written as tokens have it, however the setting has it', () => {
    const settings = readDevicesSettings({ ...ENVIRONMENT, RELAY_API_TENANT_ID: CUSTOMERS.toUpperCase() });
    expect(settings.tenantId).toBe(CUSTOMERS);
  });

  test.each([
    `https://contoso.ciamlogin.com/${CUSTOMERS}/v2.0`,
    `https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin/v2.0`,
    `https://login.contoso.com/tfp/${CUSTOMERS}/B2C_1A_in/v2.0`,
  ])('%s', (authority) => {
    expect(readDevicesSettings({ ...ENVIRONMENT, RELAY_API_AUTHORITY: authority }).authority).toBe(authority);
  });

  test.each([
    'http://contoso.ciamlogin.com/t/v2.0',
    'https://contoso.ciamlogin.com/t/v2.0/',
    'https://contoso.ciamlogin.com/t/v2.0/.well-known/openid-configuration',
    'https://contoso.ciamlogin.com/v2.0',
    'https://contoso.ciamlogin.com/t/v2.0?p=B2C_1_x',
    'https://user@contoso.ciamlogin.com/t/v2.0',
    'https://localhost/t/v2.0',
    'contoso.ciamlogin.com/t/v2.0',
  ])('that cannot be %s', (authority) => {
    expect(() => readDevicesSettings({ ...ENVIRONMENT, RELAY_API_AUTHORITY: authority })).toThrow(
      `app setting RELAY_API_AUTHORITY must be the https URL of an authority with the tenant, ending in /v2.0, got '${authority}'`,
    );
  });
});
