import type { Device } from '../../../relay/devices/device';
import { sha256Hex } from '../../../relay/hash';
import type { Log } from '../../../relay/ports';
import { PretendAzure } from './pretend-azure';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const device = (n: number, over: Partial<Device> = {}): Device => ({
  platform: 'fcmv1',
  pushChannel: `token-of-device-number-${n}`,
  user: `8:acs:user-${Math.floor(n / 2)}`,
  alsoFor: [],
  ...over,
});
const id = (n: number) => `installation-${n}`;

/** Runs a sweep in a process of its own; gives what it said of itself. */
async function sweep(azure: PretendAzure): Promise<any> {
  const lines: Record<string, unknown>[] = [];
  const log: Log = { write: (_, message, fields) => void lines.push({ message, ...fields }) };
  await azure.process().sweep.run(log);
  return lines.find(({ message }) => message === 'devices swept');
}

async function withDevices(count: number, azure = new PretendAzure()): Promise<PretendAzure> {
  const { registrations } = azure.process();
  for (let n = 0; n < count; n++) await registrations.put(id(n), device(n), undefined);
  return azure;
}

/** Counts what is asked of the alert hub about each installation. */
function looks(azure: PretendAzure, takesMs = 0): Map<string, number> {
  const counted = new Map<string, number>();
  azure.after = ({ service, method, path }) => {
    if (service !== 'alert' || method !== 'GET') return;
    azure.now += takesMs;
    const installation = path.split('/').pop()!;
    counted.set(installation, (counted.get(installation) ?? 0) + 1);
  };
  return counted;
}

test('goes on where the one before ran out of time, and looks at each device once a day', async () => {
  const azure = await withDevices(200);
  const counted = looks(azure, 1_000);
  const shares: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = counted.size;
    const start = azure.now;
    await sweep(azure);
    // Ended after a minute, with what was begun until then.
    expect(azure.now - start).toBeLessThan(60_000);
    shares.push(counted.size - before);
    azure.now += 5 * MINUTE_MS;
  }
  expect(shares.filter((share) => share > 0).length).toBeGreaterThan(3);
  expect(counted.size).toBe(200);
  expect([...new Set(counted.values())]).toEqual([1]);
  azure.now += DAY_MS;
  for (let n = 0; n < 10; n++) await sweep(azure);
  expect([...new Set(counted.values())]).toEqual([2]);
});

test('leaves a hub alone that asks for it, and misses no device for that', async () => {
  const azure = await withDevices(100);
  let asked = 0;
  azure.fault = ({ service }) => (service !== 'table' && ++asked > 40 ? 'throttled' : undefined);
  await sweep(azure);
  expect(asked).toBeLessThan(40 + 20);
  azure.fault = () => undefined;
  const counted = looks(azure);
  azure.now += 5 * MINUTE_MS;
  await sweep(azure);
  expect(counted.size).toBeGreaterThanOrEqual(60);
});

test('is not stopped by devices that cannot be looked at', async () => {
  const azure = await withDevices(60);
  azure.fault = ({ service, path }) => (service === 'alert' && path.endsWith(id(7)) ? 'refused' : undefined);
  const counted = looks(azure);
  expect(await sweep(azure)).toMatchObject({ looked: expect.any(Number), failed: 1 });
  expect(counted.size).toBe(59);
});

test('removes devices that are dead, in no hub, or not renewed, and no others', async () => {
  const azure = await withDevices(6);
  azure.hubs.alert.get(id(0)).pushChannelExpired = true;
  azure.hubs.alert.delete(id(1));
  azure.now += 59 * DAY_MS;
  await azure.process().registrations.put(id(2), device(2), undefined);
  expect(await sweep(azure)).toMatchObject({ removed: { dead: 1, 'gone from the hub': 1 } });
  azure.now += DAY_MS;
  expect(await sweep(azure)).toMatchObject({ removed: { 'not renewed': 3 } });
  expect([...azure.hubs.alert.keys()]).toEqual([id(2)]);
  expect(azure.partition('user-').map(({ RowKey }) => RowKey)).toEqual([id(2)]);
  expect(azure.partition('handle-')).toHaveLength(1);
});

test('removes none for their age where registrations have no end', async () => {
  const azure = await withDevices(3, new PretendAzure(undefined, { maxPerUser: 20, lifetimeDays: 0 }));
  azure.now += 5_000 * DAY_MS;
  expect(await sweep(azure)).toMatchObject({ removed: {} });
  const read = await azure.process().registrations.read(id(0));
  expect(read).toMatchObject({ expired: false });
  expect(read).not.toHaveProperty('renewBefore');
});

test('does not remove a device that is renewed while it looks', async () => {
  const azure = await withDevices(1);
  azure.hubs.alert.get(id(0)).pushChannelExpired = true;
  const { registrations } = azure.process();
  let renewing: Promise<unknown> | undefined;
  azure.fault = ({ service, method }) => {
    if (service === 'alert' && method === 'GET') {
      renewing ??= registrations.put(id(0), device(0), undefined);
    }
    return undefined;
  };
  await sweep(azure);
  await renewing;
  expect(azure.hubs.alert.has(id(0))).toBe(true);
});

describe('of what an earlier version of the relay left', () => {
  const left = (azure: PretendAzure, n: number, over: object = {}) => {
    const { platform, pushChannel, user } = device(n);
    azure.hubs.alert.set(id(n), {
      installationId: id(n),
      platform,
      pushChannel,
      userId: user,
      tags: [`user:${user}`],
      ...over,
    });
    azure.putRow({ PartitionKey: `user-${sha256Hex(user)}`, RowKey: id(n) });
  };

  test('records what is there, and forgets what is not', async () => {
    const azure = new PretendAzure();
    left(azure, 0);
    left(azure, 1);
    azure.hubs.alert.delete(id(1));
    await sweep(azure);
    expect(azure.partition('installation-').map(({ PartitionKey }) => PartitionKey)).toEqual([
      `installation-${id(0)}`,
    ]);
    expect(azure.partition('user-').map(({ RowKey }) => RowKey)).toEqual([id(0)]);
    // Its life begins where it was first seen.
    azure.now += 59 * DAY_MS;
    expect(await sweep(azure)).toMatchObject({ removed: {} });
    azure.now += DAY_MS;
    expect(await sweep(azure)).toMatchObject({ removed: { 'not renewed': 1 } });
    expect(azure.hubs.alert.size).toBe(0);
  });

  test('removes the oldest where a user has too many', async () => {
    const azure = new PretendAzure(undefined, { maxPerUser: 3, lifetimeDays: 60 });
    for (let n = 0; n < 40; n++) {
      left(azure, n, { tags: ['user:8:acs:collector'], userId: '8:acs:collector' });
      azure.rows.delete(`user-${sha256Hex(device(n).user)}\n${id(n)}`);
      azure.putRow({ PartitionKey: `user-${sha256Hex('8:acs:collector')}`, RowKey: id(n) });
    }
    for (let day = 0; day < 3; day++) {
      await sweep(azure);
      azure.now += DAY_MS;
    }
    expect([...azure.hubs.alert.keys()]).toEqual([id(37), id(38), id(39)]);
  });
});
