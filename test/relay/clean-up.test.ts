import { sha256Hex } from '../../relay/hash';
import { systemClock } from '../../relay/ports';
import { StoredCalls } from '../../relay/storage/calls';
import { tableNames as namesOf } from '../../relay/storage/table';
import { ACS, LocalRelay } from './local-relay';
import { Samples } from './samples';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

const relay = new LocalRelay();
const samples = new Samples(ACS);

beforeAll(() => relay.start());
afterAll(() => relay.close());
beforeEach(() => {
  relay.lines.length = 0;
});

/** Runs the timer as the portal does. */
const cleanUp = async () => {
  const answer = await fetch(`${relay.app!.baseUrl}/admin/functions/clean-up`, { method: 'POST' });
  if (answer.status === 202) await relay.until(() => relay.logged('cleaned up').length > 0);
  return { status: answer.status, ...relay.logged('cleaned up')[0] };
};
const dayOf = (daysAgo: number) =>
  new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
const tableNames = () => namesOf(relay.account, '');
/** The calls as an instance sees them whose clock says so. */
const callsAt = (time: number, name = 'relaycalls') =>
  new StoredCalls(relay.account, name, { ...systemClock, now: () => time });

test('tables of events and calls go when three days are over, and no others', async () => {
  const names = [0, 1, 2, 3, 4, 30].flatMap((daysAgo) => [
    `relay${dayOf(daysAgo)}`,
    `relaycalls${dayOf(daysAgo)}`,
  ]);
  const over = [4, 30].flatMap((daysAgo) => [`relay${dayOf(daysAgo)}`, `relaycalls${dayOf(daysAgo)}`]);
  const others = [`relaystaging${dayOf(30)}`, `other${dayOf(30)}`, 'relaydevices', 'relay2020'];
  for (const name of [...names, ...others]) await relay.table(name).create();
  const { status, tables } = (await cleanUp()) as { status: number; tables: string[] };
  expect(status).toBe(202);
  expect(tables.sort()).toEqual(over.sort());
  const left = await tableNames();
  expect(left).toEqual(expect.arrayContaining(names.filter((name) => !over.includes(name)).concat(others)));
  expect(left.filter((name) => over.includes(name))).toEqual([]);
});

describe('a call', () => {
  /** Just before midnight, and just after. */
  const evening = Math.floor(Date.now() / DAY_MS) * DAY_MS - HOUR_MS;
  const night = evening + 2 * HOUR_MS;
  const joined = (user: string, at: number) => ({ joined: { user: `8:acs:${user}`, at } });
  const users = ({ joined: all }: { joined: ReadonlyMap<string, number> }) => [...all.keys()].sort();

  test('that spans midnight is one call', async () => {
    await callsAt(evening).learn('midnight', joined('anna', evening));
    const call = await callsAt(night).learn('midnight', joined('bert', night));
    expect(users(call)).toEqual(['8:acs:anna', '8:acs:bert']);
    // An event of the day before that comes when more is known already.
    const again = await callsAt(night).learn('midnight', joined('cora', evening + 1));
    expect(users(again)).toEqual(['8:acs:anna', '8:acs:bert', '8:acs:cora']);
  });

  test('is known to an event that comes a day late, of which it began the day before', async () => {
    await callsAt(evening).learn('late', joined('anna', evening));
    const call = await callsAt(night + DAY_MS).learn('late', { ended: { at: night } });
    expect(users(call)).toEqual(['8:acs:anna']);
  });

  test('of several tables has made none of them by being looked for', async () => {
    await callsAt(night, 'looked').learn('nothing', {});
    expect((await tableNames()).filter((name) => name.startsWith('looked'))).toEqual([]);
  });
});

describe('the one table in which an earlier version kept calls', () => {
  const now = Date.now();
  const people = async (name: string, call: string) =>
    [...(await callsAt(now, name).learn(call, {})).joined.keys()].sort();

  test('is read, and written for instances of that version', async () => {
    const key = sha256Hex('both');
    const table = relay.table('earlier');
    await table.create();
    const entity = {
      partitionKey: key[0]!,
      rowKey: key,
      at: new Date(now).toISOString(),
      joined_x: '8:acs:anna',
    };
    await table.change({ kind: 'insert', entity });
    await callsAt(now, 'earlier').learn('both', { joined: { user: '8:acs:bert', at: now } });
    expect(await people('earlier', 'both')).toEqual(['8:acs:anna', '8:acs:bert']);
    // As that version reads it.
    const rows = await table.rows(
      `PartitionKey eq '${key[0]}' and RowKey ge '${key}' and RowKey lt '${key}g'`,
    );
    expect(JSON.stringify(rows)).toContain('8:acs:bert');
    expect(rows.every(({ at }) => typeof at === 'string')).toBe(true);
  });

  test('goes, whole, when three days have passed since the first clean-up that could do without it', async () => {
    await relay.table('former').create();
    expect(await callsAt(now, 'former').expire()).toEqual([]);
    expect(await callsAt(now + 2 * DAY_MS, 'former').expire()).toEqual([]);
    expect(await callsAt(now + 3 * DAY_MS, 'former').expire()).toEqual(['former']);
    expect(await tableNames()).not.toContain('former');
    await callsAt(now, 'former').learn('later', { joined: { user: '8:acs:bert', at: now } });
    expect(await people('former', 'later')).toEqual(['8:acs:bert']);
    expect(await tableNames()).not.toContain('former');
  });

  test('that goes while an instance knows it takes no event with it', async () => {
    await relay.table('going').create();
    const calls = callsAt(now, 'going');
    await calls.learn('call', { joined: { user: '8:acs:anna', at: now } });
    await relay.table('going').drop();
    const { joined } = await calls.learn('call', { joined: { user: '8:acs:bert', at: now } });
    expect([...joined.keys()].sort()).toEqual(['8:acs:anna', '8:acs:bert']);
  });
});

test('what an earlier version wrote of a call is read', async () => {
  const key = sha256Hex('before');
  const table = relay.table('relaycalls');
  await table.create();
  const called = { callee: '8:acs:bob', caller: '8:acs:alice', callerName: 'Alice' };
  const at = new Date().toISOString();
  await table.change({
    kind: 'insert',
    entity: {
      partitionKey: key[0]!,
      rowKey: key,
      at,
      called_x: JSON.stringify(called),
      joined_x: '8:acs:bob',
    },
  });
  const call = await callsAt(Date.now()).learn('before', {});
  expect(call.called).toEqual([{ ...called, at: 0, rang: false }]);
  expect([...call.joined.keys()]).toEqual(['8:acs:bob']);
});

test('the relay goes on where its tables were dropped', async () => {
  // As Event Grid does: a busy machine may fail an attempt, and the next one is as good.
  const handled = (functionName: string, event: unknown) =>
    relay.until(async () => (await relay.deliver(functionName, event)).status === 202);
  const call = samples.incomingCall();
  await handled('calls', call);
  for (const name of await tableNames()) await relay.table(name).drop();
  await handled('messages', samples.callEnded({ correlationId: call.data['correlationId'] }));
  const outcomes = relay.logged('event handled').map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome !== 'failed')).toEqual(['pushed', 'nobody-to-tell']);
  expect(await cleanUp()).toMatchObject({ status: 202, tables: [] });
});
