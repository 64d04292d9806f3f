import { sha256Hex } from '../../../relay/hash';
import { StoredCalls } from '../../../relay/storage/calls';
import { Table } from '../../../relay/storage/table';
import { SimulatedAccount } from '../simulated-account';

const MIDNIGHT = Date.UTC(2026, 0, 2);

/** The calls as two instances see them, the second with a clock that differs by so many milliseconds. */
async function twoInstances(before: number, apart = 0) {
  const world = new SimulatedAccount();
  await world.time.pass(MIDNIGHT - before - world.time.now());
  const clock = { now: () => world.time.now() + apart, sleep: (ms: number) => world.time.sleep(ms) };
  return {
    world,
    first: new StoredCalls(world.account, 'relaycalls', world.time),
    second: new StoredCalls(world.account, 'relaycalls', clock),
  };
}

const called = (at: number) => ({
  called: { callee: '8:acs:anna', caller: '8:acs:bert', callerName: 'Bert', at, rang: true },
});

describe('of two facts that come together at midnight one finds the other', () => {
  test('when the first is written late', async () => {
    const { world, first, second } = await twoInstances(5);
    world.fault = (operation) =>
      operation?.kind === 'transaction' && operation.table.endsWith('0101')
        ? { kind: 'hanging', forMs: 300, carriedOut: 'last' }
        : undefined;
    const ring = first.learn('call', called(world.time.now()));
    await world.time.pass(10);
    const end = second.learn('call', { ended: { at: world.time.now() } });
    const [ringing, ended] = await world.until(Promise.all([ring, end]));
    expect([ringing.ended !== undefined, ended.called.length > 0]).toContain(true);
  });

  test('when the clock of one is ahead', async () => {
    const { world, first, second } = await twoInstances(60_000, 120_000);
    await world.until(second.learn('call', { ended: { at: world.time.now() } }));
    const ringing = await world.until(first.learn('call', called(world.time.now())));
    expect(ringing.ended).toBeDefined();
  });
});

test('a call of more people than a row has room for is remembered whole', async () => {
  const { world, first: calls } = await twoInstances(3_600_000);
  const people = Array.from({ length: 400 }, (_, i) => `8:acs:person-${i}`);
  await world.until(Promise.all(people.map((user, at) => calls.learn('many', { joined: { user, at } }))));
  await world.until(calls.learn('many', { ended: { at: 7, code: 0 } }));
  const { joined, ended } = await world.until(calls.learn('many', {}));
  expect(new Map(people.map((user, at) => [user, at]))).toEqual(
    new Map([...joined].sort((a, b) => a[1] - b[1])),
  );
  expect(ended).toEqual({ at: 7, code: 0 });
  const key = sha256Hex('many');
  const today = new Table(world.account, 'relaycalls20260101');
  const rows = await world.until(today.rows(`RowKey ge '${key}' and RowKey lt '${key}g'`));
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) expect(Object.keys(row).length).toBeLessThan(252);
});

test('a list of tables that hangs holds no call up for two seconds', async () => {
  const { world, first } = await twoInstances(3_600_000);
  let hangs = true;
  world.fault = (operation) => {
    if (operation?.kind !== 'list tables' || !hangs) return undefined;
    hangs = false;
    return { kind: 'hanging', forMs: 60_000, carriedOut: 'last' };
  };
  const start = world.time.now();
  let end = Infinity;
  const learned = first.learn('call', called(start)).then(() => (end = world.time.now()));
  await world.until(learned);
  expect(hangs).toBe(false);
  expect(end - start).toBeLessThan(2_000);
});
