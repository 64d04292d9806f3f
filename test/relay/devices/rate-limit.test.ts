import { randomUUID } from 'node:crypto';
import { AccessError } from '../../../relay/devices/access';
import { clientAddress } from '../../../relay/devices/client-address';
import { Problem } from '../../../relay/devices/problem';
import { RateLimit } from '../../../relay/devices/rate-limit';
import { bareGate, LinesLog, StandingClock, type GateOptions } from './bare-gate';
import { CustomersTenant } from './customers-tenant';

const clock = new StandingClock();
let tenant: CustomersTenant;
beforeAll(async () => (tenant = await CustomersTenant.workforce(clock.now)));

interface Asked {
  readonly from?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Asks to be let in, and tells by which status that ended. */
function gateOf(options: GateOptions = {}) {
  const { access, gate } = bareGate(tenant, clock, new LinesLog(), options);
  const checked = jest.spyOn(access, 'check');
  const ask = async ({ from, token, headers = {} }: Asked) => {
    const all: Record<string, string | undefined> = {
      'x-forwarded-for': from,
      authorization: token && `Bearer ${token}`,
      ...headers,
    };
    try {
      await gate.admit((name) => all[name] ?? null);
      return 200;
    } catch (error) {
      if (error instanceof Problem && error.status === 429) expect(error.retryAfter).toBeGreaterThan(0);
      if (error instanceof Problem || error instanceof AccessError) return error.status;
      throw error;
    }
  };
  return { ask, checked };
}

const times = async <T>(count: number, work: () => Promise<T>) => {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await work());
  return results;
};

describe('before anybody is known', () => {
  test('an address that guesses is held off without a look at its tokens, until a while has passed', async () => {
    const { ask, checked } = gateOf();
    const guess = async () => ask({ from: '203.0.113.7:4711', token: await tenant.forged() });
    expect(new Set(await times(20, guess))).toEqual(new Set([401]));
    checked.mockClear();
    expect(new Set(await times(20, guess))).toEqual(new Set([429]));
    // Even a good one: what it says is not read.
    expect(await ask({ from: '203.0.113.7', token: await tenant.token() })).toBe(429);
    expect(checked).not.toHaveBeenCalled();
    expect(await ask({ from: '203.0.113.8', token: await tenant.token() })).toBe(200);
    clock.pass(3_000);
    expect(await ask({ from: '203.0.113.7', token: await tenant.token() })).toBe(200);
  });

  test('an address is held off when it asks too often with good tokens, whoever asks', async () => {
    const { ask, checked } = gateOf({ perAddress: 30 });
    const someone = async () => ask({ from: '203.0.113.7', token: await tenant.token() });
    expect(new Set(await times(30, someone))).toEqual(new Set([200]));
    expect(await someone()).toBe(429);
    expect(checked).toHaveBeenCalledTimes(30);
    clock.pass(2_000);
    expect(await someone()).toBe(200);
  });

  test('phones whose tokens have expired do not shut out their neighbours at the same address', async () => {
    const { ask } = gateOf();
    const past = Math.floor(clock.now() / 1000) - 7_200;
    const expired = await tenant.token({ iat: past, nbf: past, exp: past + 3_600 });
    const idToken = await tenant.idToken();
    const unfit = await tenant.token({ scp: 'Other' });
    const ask20 = (token: string) => times(20, () => ask({ from: '203.0.113.7', token }));
    expect(new Set(await ask20(expired))).toEqual(new Set([401]));
    expect(new Set(await ask20(idToken))).toEqual(new Set([401]));
    expect(new Set(await ask20(unfit))).toEqual(new Set([403]));
    expect(await ask({ from: '203.0.113.7', token: await tenant.token() })).toBe(200);
  });

  test('keys that cannot be had are nobody’s fault', async () => {
    const silent = await CustomersTenant.workforce(clock.now);
    silent.fault = 'failed';
    const { gate } = bareGate(silent, clock, new LinesLog());
    const headers: Record<string, string> = {
      'x-forwarded-for': '203.0.113.7',
      authorization: `Bearer ${await silent.token()}`,
    };
    const admit = () => gate.admit((name) => headers[name] ?? null);
    for (let i = 0; i < 30; i++) await expect(admit()).rejects.toThrow('cannot be had');
    silent.fault = undefined;
    clock.pass(2_000);
    await expect(admit()).resolves.toBeDefined();
  });

  test('what cannot be right is refused before a token is read', async () => {
    const { ask, checked } = gateOf();
    const token = await tenant.token();
    expect(await ask({ token, headers: { 'content-length': '16385' } })).toBe(413);
    expect(checked).not.toHaveBeenCalled();
    expect(await ask({ token, headers: { 'content-length': '16384' } })).toBe(200);
    expect(await ask({ token: `${token}${'x'.repeat(16_384)}` })).toBe(401);
  });
});

test('a caller is held off, and others at the same address are not', async () => {
  const { ask } = gateOf({ perCaller: 5 });
  const [mine, other] = [await tenant.token(), await tenant.token()];
  expect(new Set(await times(5, () => ask({ from: '203.0.113.7', token: mine })))).toEqual(new Set([200]));
  expect(await ask({ from: '203.0.113.7', token: mine })).toBe(429);
  expect(await ask({ from: '203.0.113.9', token: mine })).toBe(429);
  expect(await ask({ from: '203.0.113.7', token: other })).toBe(200);
});

describe('the address that counts', () => {
  test.each([
    ['the one that the front end saw', '203.0.113.7', 0, '203.0.113.7'],
    ['without its port', '203.0.113.7:51234', 0, '203.0.113.7'],
    ['and not what the client says before it', '198.51.100.1, 10.0.0.1,203.0.113.7:51234', 0, '203.0.113.7'],
    ['and not what the client says at length', `${'1.1.1.1,'.repeat(500)} 203.0.113.7`, 0, '203.0.113.7'],
    ['of IPv6 its /64', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', 0, '2001:db8:1:2::/64'],
    ['of IPv6 with a port', '[2001:db8:1:2::1]:443', 0, '2001:db8:1:2::/64'],
    ['of short IPv6', '2001:db8::1', 0, '2001:db8:0:0::/64'],
    ['of IPv6 in other words', '2001:0DB8:0000:0000:ffff::0001', 0, '2001:db8:0:0::/64'],
    ['of IPv6 with a zone', 'fe80::1%eth0', 0, 'fe80:0:0:0::/64'],
    ['of IPv4 in IPv6', '::ffff:203.0.113.7', 0, '203.0.113.7'],
    ['behind a proxy of one’s own, the one that it saw', '203.0.113.7, 192.0.2.1:443', 1, '203.0.113.7'],
    ['behind two', '1.1.1.1, 203.0.113.7, 192.0.2.1, 192.0.2.2:443', 2, '203.0.113.7'],
    ['the first one where there are fewer', '203.0.113.7', 2, '203.0.113.7'],
    ['one for all that is no address', 'drop table', 0, 'unknown'],
    ['one for nothing', '', 0, 'unknown'],
    ['none when no front end was there', null, 0, undefined],
  ])('is %s', (_, header, proxies, address) => {
    expect(clientAddress(header, proxies)).toBe(address);
  });
});

test('a hundred thousand callers take no more memory than ten thousand', () => {
  const limit = new RateLimit(1, clock);
  for (let i = 0; i < 100_000; i++) limit.take(randomUUID());
  expect((limit as any).buckets.size).toBe(10_000);
});

test('asking how long to wait is no request', () => {
  const limit = new RateLimit(2, clock);
  for (let i = 0; i < 10; i++) expect(limit.wait('me')).toBe(0);
  expect([limit.take('me'), limit.take('me'), limit.take('me')]).toEqual([0, 0, 30]);
  expect(limit.wait('me')).toBe(30);
});
