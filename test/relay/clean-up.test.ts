import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../relay/hash';
import { systemClock } from '../../relay/ports';
import { Transport } from '../../relay/http';
import { StoredCalls } from '../../relay/storage/calls';
import { Storage } from '../../relay/storage/storage';
import { Table } from '../../relay/storage/table';
import { ACCOUNT_NAME, ACS, LocalRelay } from './local-relay';
import { Samples } from './samples';

jest.setTimeout(60_000);

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** More than one page, and more than one request in each of the table's partitions. */
const OLD_CALLS = 6_000;

const relay = new LocalRelay();
const samples = new Samples(ACS);
let transport: Transport;
let storage: Storage;

beforeAll(async () => {
  await relay.start();
  transport = new Transport(relay.environment, readFileSync(relay.azure.endpoints.certificateFile, 'utf8'));
  storage = new Storage(ACCOUNT_NAME, relay.tokens, transport, systemClock);
});
afterAll(async () => {
  transport.close();
  await relay.close();
});
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
const tableNames = async (): Promise<string[]> => {
  const { body } = await storage.send({
    service: 'table',
    method: 'GET',
    path: '/Tables',
    headers: { accept: 'application/json;odata=nometadata' },
  });
  return (JSON.parse(body) as { value: { TableName: string }[] }).value.map(({ TableName }) => TableName);
};
const callsTable = () => new Table(storage, 'relaycalls');
const callRows = async () => {
  const rows: Record<string, unknown>[] = [];
  for await (const page of callsTable().query("at ge ''")) rows.push(...page);
  return rows;
};

test('tables of processed events go when three days are over, and no others', async () => {
  const names = [0, 1, 2, 3, 4, 30].map((daysAgo) => `relay${dayOf(daysAgo)}`);
  const others = [`relaystaging${dayOf(30)}`, `other${dayOf(30)}`, 'relaydevices', 'relay2020'];
  for (const name of [...names, ...others]) await new Table(storage, name).create();
  const { status, tables } = (await cleanUp()) as { status: number; tables: string[] };
  expect(status).toBe(202);
  expect(tables.sort()).toEqual([`relay${dayOf(4)}`, `relay${dayOf(30)}`].sort());
  expect(await tableNames()).toEqual(
    expect.arrayContaining([0, 1, 2, 3].map((daysAgo) => `relay${dayOf(daysAgo)}`).concat(others)),
  );
  expect(await tableNames()).not.toEqual(expect.arrayContaining([tables[0]]));
  expect(await tableNames()).not.toEqual(expect.arrayContaining([tables[1]]));
});

test(`calls go when two days are over, ${OLD_CALLS} of them too; those since remain`, async () => {
  const learnt = async (call: string, hoursAgo: number) => {
    const clock = { ...systemClock, now: () => Date.now() - hoursAgo * HOUR_MS };
    await new StoredCalls(storage, 'relaycalls', clock).learn(call, {
      joined: { user: `8:acs:${call}`, at: 0 },
    });
  };
  for (const hoursAgo of [0, 24, 47, 49, 240]) await learnt(`${hoursAgo} hours ago`, hoursAgo);
  // A call that an event came for yesterday, however long ago it began.
  await learnt('long call', 240);
  await learnt('long call', 24);
  const table = callsTable();
  await Promise.all(
    Array.from({ length: OLD_CALLS }, (_, i) =>
      table.change({
        kind: 'insert',
        entity: {
          PartitionKey: (i % 16).toString(16),
          RowKey: `old-${i}`,
          at: new Date(Date.now() - 3 * DAY_MS).toISOString(),
          startedBy: '8:acs:somebody',
        },
      }),
    ),
  );
  expect(await callRows()).toHaveLength(OLD_CALLS + 6);
  expect(await cleanUp()).toMatchObject({ status: 202, calls: OLD_CALLS + 2 });
  const left = (await callRows()).flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith('joined_') ? [JSON.parse(String(value)).user] : [],
    ),
  );
  expect(left.sort()).toEqual(
    ['0 hours ago', '24 hours ago', '47 hours ago', 'long call'].map((call) => `8:acs:${call}`),
  );
});

test('a call of more people than a row has room for is remembered whole', async () => {
  const calls = new StoredCalls(storage, 'relaycalls', systemClock);
  const people = Array.from({ length: 400 }, (_, i) => `8:acs:person-${i}`);
  await Promise.all(people.map((user, at) => calls.learn('many', { joined: { user, at } })));
  await calls.learn('many', { ended: { at: 7, code: 0 } });
  const { joined, ended } = await calls.learn('many', {});
  expect(new Map(people.map((user, at) => [user, at]))).toEqual(
    new Map([...joined].sort((a, b) => a[1] - b[1])),
  );
  expect(ended).toEqual({ at: 7, code: 0 });
  for await (const rows of callsTable().query(
    `RowKey ge '${sha256Hex('many')}' and RowKey lt '${sha256Hex('many')}g'`,
  ))
    for (const row of rows) expect(Object.keys(row).length).toBeLessThan(252);
});

test('what an earlier version wrote of a call is read', async () => {
  const key = sha256Hex('before');
  const table = callsTable();
  const called = { callee: '8:acs:bob', caller: '8:acs:alice', callerName: 'Alice' };
  const at = new Date().toISOString();
  await table.change({
    kind: 'insert',
    entity: {
      PartitionKey: key[0]!,
      RowKey: key,
      at,
      called_x: JSON.stringify(called),
      joined_x: '8:acs:bob',
    },
  });
  const call = await new StoredCalls(storage, 'relaycalls', systemClock).learn('before', {});
  expect(call.called).toEqual([{ ...called, at: 0, rang: false }]);
  expect([...call.joined.keys()]).toEqual(['8:acs:bob']);
});

test('a clean-up that runs out of time leaves the rest for the next', async () => {
  const table = callsTable();
  const at = new Date(Date.now() - 3 * DAY_MS).toISOString();
  await Promise.all(
    Array.from({ length: 1_200 }, (_, i) =>
      table.change({ kind: 'insert', entity: { PartitionKey: '0', RowKey: `old-${i}`, at } }),
    ),
  );
  const calls = new StoredCalls(storage, 'relaycalls', systemClock);
  // Pages of a table hold a thousand rows at most.
  expect(await calls.expire(Date.now())).toBe(1_000);
  expect(await calls.expire(Date.now() + DAY_MS)).toBe(200);
});

test('the relay goes on where its tables were dropped', async () => {
  const call = samples.incomingCall();
  expect((await relay.deliver('calls', call)).status).toBe(202);
  for (const name of await tableNames()) await new Table(storage, name).drop();
  const ended = samples.callEnded({ correlationId: call.data['correlationId'] });
  expect((await relay.deliver('messages', ended)).status).toBe(202);
  expect(relay.logged('event handled').map(({ outcome }) => outcome)).toEqual(['pushed', 'nobody-to-tell']);
  expect(await cleanUp()).toMatchObject({ status: 202, tables: [], calls: 0 });
});
