import type { Device } from '../../../relay/devices/device';
import type { Former } from '../../../relay/devices/removal';
import { PermanentError, TransientError } from '../../../relay/errors';
import { sha256Hex } from '../../../relay/hash';
import { noLog, PretendAzure } from './pretend-azure';

const [ANNA, BERT] = ['8:acs:anna', '8:acs:bert'];
/** As of a `TeamsExtensionUser`: a hub has no more of it than a hash. */
const LONG = `8:acs:${'f'.repeat(120)}`;

const device = (n: number, over: Partial<Device> = {}): Device => ({
  platform: 'fcmv1',
  pushChannel: `token-of-device-number-${n}`,
  user: ANNA,
  alsoFor: [],
  ...over,
});
const id = (n: number) => `installation-${n}`;
const installationsOf = (azure: PretendAzure, user: string) =>
  azure
    .partition(`user-${sha256Hex(user)}`)
    .map(({ RowKey }) => RowKey as string)
    .sort();

test('who is gone is told of, also when the hub does not take who comes after them', async () => {
  const azure = new PretendAzure();
  const { registrations } = azure.process();
  await registrations.put(id(1), device(1), undefined);
  azure.fault = ({ service, method }) => (service === 'alert' && method === 'PUT' ? 'refused' : undefined);
  const gone: Former[] = [];
  const refused = registrations.put(id(2), device(1, { user: BERT }), undefined, gone);
  await expect(refused).rejects.toThrow(TransientError);
  expect([...azure.hubs.alert.keys()]).toEqual([]);
  expect(gone).toEqual([{ installationId: id(1), user: ANNA }]);
});

describe('more devices than a user may have', () => {
  const withMany = async (count: number) => {
    const rules = { maxPerUser: 100, lifetimeDays: 60 };
    const azure = new PretendAzure(undefined, rules);
    const { registrations } = azure.process();
    for (let n = 0; n < count; n++) await registrations.put(id(n), device(n), undefined);
    rules.maxPerUser = 5;
    azure.fault = ({ service, method }) => {
      if (service !== 'alert' || method !== 'DELETE') return undefined;
      azure.now += 8_000;
      return 'unanswered';
    };
    return azure;
  };

  test('do not keep a registration beyond the time of a function when the hub does not answer', async () => {
    const azure = await withMany(40);
    const start = azure.now;
    const { kind } = await azure.process().registrations.put(id(99), device(99), undefined);
    expect(kind).toBe('registered');
    expect(azure.now - start).toBeLessThan(60_000);
  });

  test('do not keep a sweep beyond it, and go when the hub answers again', async () => {
    const azure = await withMany(20);
    const start = azure.now;
    // One after another here: only those that are one too many have a request without an answer.
    await azure.process().sweep.run(noLog);
    expect(azure.now - start).toBeLessThan(60_000);
    azure.fault = () => undefined;
    for (let hour = 0; hour < 26; hour++) {
      azure.now += 60 * 60_000;
      await azure.process().sweep.run(noLog);
    }
    expect(azure.hubs.alert.size).toBe(5);
    expect(installationsOf(azure, ANNA)).toHaveLength(5);
  });

  test('are not counted by rows that an earlier version left with a former user of an installation', async () => {
    const azure = new PretendAzure(undefined, { maxPerUser: 2, lifetimeDays: 60 });
    const { registrations, sweep } = azure.process();
    await registrations.put(id(1), device(1, { user: BERT }), undefined);
    const stale = { PartitionKey: `user-${sha256Hex(ANNA)}`, RowKey: id(1) };
    azure.putRow(stale);
    await registrations.put(id(2), device(2), undefined);
    await registrations.put(id(3), device(3), undefined);
    expect(installationsOf(azure, ANNA)).toEqual([id(2), id(3)]);
    azure.putRow(stale);
    await sweep.run(noLog);
    expect(installationsOf(azure, ANNA)).toEqual([id(2), id(3)]);
    expect([...azure.hubs.alert.keys()].sort()).toEqual([id(1), id(2), id(3)]);
  });
});

describe('a table that was lost', () => {
  const lost = async (user: string) => {
    const azure = new PretendAzure();
    await azure.process().registrations.put(id(1), device(1, { user }), undefined);
    azure.rows.clear();
    return azure;
  };

  test.each([ANNA, LONG])('does not keep a user from what is theirs: %s', async (user) => {
    const azure = await lost(user);
    const { registrations } = azure.process();
    const known = await registrations.read(id(1), [user]);
    expect(known).toMatchObject({ user });
    expect((await registrations.put(id(1), device(1, { user }), known)).tookOverFrom).toEqual([]);
    expect(installationsOf(azure, user)).toEqual([id(1)]);
    azure.rows.clear();
    await registrations.remove((await registrations.read(id(1), [user]))!);
    expect(azure.hubs.alert.size).toBe(0);
  });

  test('gives nobody what was another user’s', async () => {
    const azure = await lost(LONG);
    const known = await azure.process().registrations.read(id(1), [`${LONG}0`, BERT]);
    expect([`${LONG}0`, BERT]).not.toContain(known?.user);
  });

  test('lets go of what one identity of a caller had for another one', async () => {
    const azure = await lost(LONG);
    const { registrations } = azure.process();
    const known = await registrations.read(id(1), [LONG, BERT]);
    const { tookOverFrom } = await registrations.put(id(1), device(1, { user: BERT }), known);
    expect(tookOverFrom).toEqual([{ installationId: id(1), user: LONG }]);
  });
});

test('two users who swap their phones wait for one another, and soon have what they swapped', async () => {
  const azure = new PretendAzure();
  const swap = [
    { installation: id(1), user: ANNA, old: 1, next: 2 },
    { installation: id(2), user: BERT, old: 2, next: 1 },
  ];
  const put = async (installation: string, user: string, n: number) => {
    const { registrations } = azure.process();
    return registrations.put(installation, device(n, { user }), await registrations.read(installation));
  };
  for (const { installation, user, old } of swap) await put(installation, user, old);
  const waits: number[] = [];
  const untilDone = async (installation: string, user: string, n: number): Promise<unknown> => {
    try {
      return await put(installation, user, n);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      waits.push(error.retryAfterMs!);
      await azure.clock.sleep(error.retryAfterMs!);
      return untilDone(installation, user, n);
    }
  };
  await Promise.all(swap.map(({ installation, user, next }) => untilDone(installation, user, next)));
  expect(waits.filter((wait) => wait > 10_000)).toEqual([]);
  // Whoever came second took the other's old handle; who came first has lost theirs, and registers at the next start.
  const holders = [1, 2].map((n) => azure.holders('alert', `token-of-device-number-${n}`));
  for (const one of holders) expect(one.length).toBeLessThan(2);
  for (const { installation, user, next } of swap) await untilDone(installation, user, next);
  expect(azure.readers('alert', 'token-of-device-number-2')).toEqual([`user:${ANNA}`]);
  expect(azure.readers('alert', 'token-of-device-number-1')).toEqual([`user:${BERT}`]);
});

test('what the hub does not take at all is told apart from what is to be tried again', async () => {
  const azure = new PretendAzure();
  const { registrations } = azure.process();
  const carryOut = azure.carryOut.bind(azure);
  azure.carryOut = (asked) =>
    asked.service === 'alert' && asked.method === 'PUT' ? { status: 400 } : carryOut(asked);
  await expect(registrations.put(id(1), device(1), undefined)).rejects.toThrow(PermanentError);
});

test('messages for the log name no row of the table', async () => {
  const azure = new PretendAzure();
  azure.fault = ({ service }) => (service === 'table' ? 'refused' : undefined);
  const failure = await azure
    .process()
    .registrations.read(id(1))
    .catch((error: Error) => error);
  expect((failure as Error).message).toContain('answered 503');
  expect((failure as Error).message).not.toContain(id(1));
});
