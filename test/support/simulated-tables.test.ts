import {
  TableClient,
  TableServiceClient,
  type TableEntity,
  type TransactionAction,
} from '@azure/data-tables';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEPLOYER,
  clientOptions,
  startLocalAzure,
  SUBSCRIPTION_ID,
  type LocalAzure,
} from '../../local/azure';
import { ManualClock } from '../../local/azure/core/clock';
import { arm, deployerCredential } from '../../local/test/support/clients';
import { faultsFrom, SimulatedTables, type Fault } from './simulated-tables';

const URL = 'https://stsimulated.table.core.windows.net';
const NO_RETRIES = { retryOptions: { maxRetries: 0 } };
const credential = {
  getToken: () => Promise.resolve({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

interface Clients {
  table(name: string): TableClient;
  readonly service: TableServiceClient;
}

function simulatedClients(httpClient: SimulatedTables): Clients {
  const options = { ...NO_RETRIES, httpClient };
  return {
    table: (name) => new TableClient(URL, name, credential, options),
    service: new TableServiceClient(URL, credential, options),
  };
}

/** What a client sees of an operation: without times, tags and ids, and with the wording of no error. */
async function seen(operation: () => Promise<unknown>): Promise<unknown> {
  try {
    return plain(await operation());
  } catch (error) {
    const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
    if (statusCode === undefined) throw error;
    return { statusCode, code: code ?? codeIn(error), index: /^(\d+):/.exec(message)?.[1] };
  }
}

function codeIn(error: unknown): string | undefined {
  return (error as { details?: { odataError?: { code?: string } } }).details?.odataError?.code;
}

const UNSTABLE = ['etag', 'timestamp', 'date', 'clientRequestId', 'requestId', 'version', 'location'];
const LEFT_OUT = [...UNSTABLE, 'odata.metadata', 'preferenceApplied', 'contentType', 'xContentTypeOptions'];

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date || value instanceof Uint8Array) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !LEFT_OUT.includes(name) && typeof inner !== 'function')
      .map(([name, inner]) => [name, plain(inner)]),
  );
}

async function all(pages: AsyncIterable<object>): Promise<object[]> {
  const found: object[] = [];
  for await (const one of pages) found.push(one);
  return found;
}

const row = (partitionKey: string, rowKey: string, more: object = {}): TableEntity<object> => ({
  partitionKey,
  rowKey,
  ...more,
});
const create = (key: string, more?: object, partition = 'p'): TransactionAction => [
  'create',
  row(partition, key, more),
];

/** The operations that are compared, each by a name that says what should be seen. */
async function script({ table, service }: Clients): Promise<Record<string, unknown>> {
  const log: Record<string, unknown> = {};
  const step = async (name: string, operation: () => Promise<unknown>) => {
    if (name in log) throw new Error(`two steps are called ${name}`);
    log[name] = await seen(operation);
  };
  const t = table('script');
  const tagOf = async (key: string) => (await t.getEntity('p', key)).etag!;

  await step('read without table', () => t.getEntity('p', 'r'));
  await step('insert without table', () => t.createEntity(row('p', 'r')));
  await step('transaction without table', () => t.submitTransaction([create('a'), create('b')]));
  await step('query without table', () => all(t.listEntities()));
  await step('make table', () => service.createTable('script'));
  await step('make another', () => service.createTable('another'));
  await step('make table again', () => t.createTable());
  await step('tables', () => all(service.listTables()));
  await step('tables by name', () =>
    all(service.listTables({ queryOptions: { filter: "TableName ge 'b' and TableName lt 't'" } })),
  );

  await step('read nothing', () => t.getEntity('p', 'r'));
  await step('insert', () => t.createEntity(row('p', "r'1 ü%", { text: "it's", n: 1, yes: true, x: 1.5 })));
  await step('read', () => t.getEntity('p', "r'1 ü%"));
  await step('insert again', () => t.createEntity(row('p', "r'1 ü%")));
  await step('typed', () =>
    t.createEntity(row('p', 'typed', { when: new Date(1e12), big: 5_000_000_000n, bytes: Buffer.from('b') })),
  );
  await step('read typed', () => t.getEntity('p', 'typed'));
  await step('merge over typed', () => t.updateEntity(row('p', 'typed', { when: 'now', more: 1 }), 'Merge'));
  await step('read merged', () => t.getEntity('p', 'typed'));
  await step('merge where nothing is', () => t.updateEntity(row('p', 'none'), 'Merge'));
  await step('upsert by merge', () => t.upsertEntity(row('p', 'up', { a: 1 }), 'Merge'));
  await step('upsert by merge again', () => t.upsertEntity(row('p', 'up', { b: 2 }), 'Merge'));
  await step('read upserted', () => t.getEntity('p', 'up'));
  await step('upsert by replacing', () => t.upsertEntity(row('p', 'up', { c: 3 }), 'Replace'));
  await step('read replaced', () => t.getEntity('p', 'up'));

  const old = await tagOf('up');
  await step('replace as read', () => t.updateEntity(row('p', 'up', { d: 4 }), 'Replace', { etag: old }));
  await step('replace as read before', () =>
    t.updateEntity(row('p', 'up', { e: 5 }), 'Replace', { etag: old }),
  );
  await step('merge as read before', () => t.updateEntity(row('p', 'up', { e: 5 }), 'Merge', { etag: old }));
  await step('replace nothing', () => t.updateEntity(row('p', 'none'), 'Replace', { etag: old }));
  await step('read what is left', () => t.getEntity('p', 'up'));
  await step('delete as read before', () => t.deleteEntity('p', 'up', { etag: old }));
  await step('delete', () => t.deleteEntity('p', 'up'));
  await step('delete again', () => t.deleteEntity('p', 'up'));

  await step('transaction', () =>
    t.submitTransaction([create('1', { n: 1 }), create('2', { n: 2 }), create('3', { n: 3 })]),
  );
  await step('transaction of all kinds', () =>
    t.submitTransaction([
      ['update', row('p', '1', { m: 1 }), 'Merge'],
      ['upsert', row('p', '2', { m: 2 }), 'Replace'],
      ['upsert', row('p', '4', { m: 4 }), 'Merge'],
      ['delete', row('p', '3')],
    ]),
  );
  await step('after transactions', () =>
    all(t.listEntities({ queryOptions: { filter: "PartitionKey eq 'p' and RowKey lt '5'" } })),
  );
  await step('transaction with a row that is there', () =>
    t.submitTransaction([create('7'), create('1'), create('8')]),
  );
  const stale = await tagOf('1');
  await t.updateEntity(row('p', '1', { m: 2 }), 'Merge');
  await step('transaction with an old tag', () =>
    t.submitTransaction([
      create('7'),
      create('8'),
      ['update', row('p', '1', { m: 3 }), 'Merge', { etag: stale }],
    ]),
  );
  await step('transaction that deletes nothing', () =>
    t.submitTransaction([create('7'), ['delete', row('p', 'none')]]),
  );
  await step('transaction with a row twice', () =>
    t.submitTransaction([create('7'), create('8'), create('7')]),
  );
  await step('nothing of them is left', () =>
    all(t.listEntities({ queryOptions: { filter: "RowKey eq '7' or RowKey eq '8'" } })),
  );

  const many = Array.from({ length: 100 }, (_, i) =>
    create(String(i).padStart(3, '0'), { n: i, even: i % 2 === 0 }, 'many'),
  );
  await step('a hundred', () => t.submitTransaction(many));
  await step('more than a hundred', () => t.submitTransaction([...many, create('101', {}, 'many')]));
  await step('filter', () =>
    all(
      t.listEntities({
        queryOptions: { filter: "PartitionKey eq 'many' and (n lt 3 or n gt 97) and not (even eq true)" },
      }),
    ),
  );
  await step('chosen properties', () =>
    all(t.listEntities({ queryOptions: { filter: "RowKey ge '098' and RowKey le '099'", select: ['n'] } })),
  );
  await step('other types do not match', () =>
    all(t.listEntities({ queryOptions: { filter: "PartitionKey eq 'many' and n eq '1'" } })),
  );
  const sizes: number[] = [];
  const keys: string[] = [];
  const pages = t.listEntities({ queryOptions: { filter: "PartitionKey eq 'many'" } });
  for await (const page of pages.byPage({ maxPageSize: 30 })) {
    sizes.push(page.length);
    keys.push(...page.map(({ rowKey }) => rowKey!));
  }
  log['pages'] = { sizes, keys };

  await step('drop table', () => service.deleteTable('another'));
  await step('tables then', () => all(service.listTables()));
  await step('make it anew', () => service.createTable('another'));
  await step('it is empty', () => all(table('another').listEntities()));
  return log;
}

describe('beside Azurite', () => {
  let azure: LocalAzure;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'simulated-tables-'));
    azure = await startLocalAzure({ stateDir: folder });
    const group = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-tables`;
    const account = `${group}/providers/Microsoft.Storage/storageAccounts/stsimulated`;
    const put = async (id: string, version: string, body: unknown) => {
      const { status, text } = await arm(azure, 'PUT', id, version, body);
      if (status >= 300) throw new Error(`PUT ${id} answered ${status}: ${text}`);
    };
    await put(group, '2023-07-01', { location: 'westeurope' });
    await put(account, '2023-05-01', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { allowSharedKeyAccess: false, allowBlobPublicAccess: false },
    });
    const role = `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3`;
    await put(
      `${account}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000009`,
      '2022-04-01',
      { properties: { principalId: DEPLOYER.objectId, roleDefinitionId: role } },
    );
  });
  afterAll(async () => {
    await azure.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the SDK's client sees the same of both", async () => {
    const options = { ...NO_RETRIES, ...clientOptions(azure.endpoints) };
    const azurite: Clients = {
      table: (name) => new TableClient(URL, name, deployerCredential(azure), options),
      service: new TableServiceClient(URL, deployerCredential(azure), options),
    };
    const ours = await script(simulatedClients(new SimulatedTables()));
    expect(ours).toEqual(await script(azurite));
  });
});

describe('without Azurite', () => {
  const clock = new ManualClock();

  test('a table that is there is not made again', async () => {
    const tables = new SimulatedTables();
    const { table } = simulatedClients(tables);
    const statuses: number[] = [];
    const onResponse = ({ status }: { status: number }) => statuses.push(status);
    await table('one').createTable({ onResponse });
    await table('one').createTable({ onResponse });
    expect([...new Set(statuses)]).toEqual([204, 409]);
    expect(tables.tables).toEqual(['one']);
  });

  test('a partition takes so many entities a second, an account so many, and both recover', async () => {
    const tables = new SimulatedTables({ clock, limits: { partition: 200, account: 500 } });
    const t = simulatedClients(tables).table('busy');
    await t.createTable();
    let keys = 0;
    const hundred = (partition: string) =>
      seen(() =>
        t.submitTransaction(Array.from({ length: 100 }, () => create(String(keys++), {}, partition))),
      ).then((result) => (result as { code?: string }).code ?? 'done');
    expect([await hundred('a'), await hundred('a'), await hundred('a')]).toEqual([
      'done',
      'done',
      'ServerBusy',
    ]);
    // The account's last 100 less the request that made the table.
    expect([await hundred('b'), await hundred('c'), await hundred('d')]).toEqual([
      'done',
      'done',
      'ServerBusy',
    ]);
    expect(tables.partitions.get('busy/a')).toEqual({ changes: 200, reads: 0, throttled: 100 });
    expect(tables.rowCount('busy')).toBe(400);
    await clock.advance(500);
    expect([await hundred('a'), await hundred('a')]).toEqual(['done', 'ServerBusy']);
    expect(tables.total).toEqual({ changes: 500, reads: 0, throttled: 300 });
  });

  test('a request takes its time by the clock, and is carried out half way', async () => {
    const tables = new SimulatedTables({
      clock,
      latencyMs: (operation) => (operation?.kind === 'read' ? 10 : 40),
    });
    const t = simulatedClients(tables).table('slow');
    const made = t.createTable().then(() => clock.now());
    const start = clock.now();
    await settle(() => tables.inFlight === 1);
    await clock.advance(19);
    expect(tables.tables).toEqual([]);
    await clock.advance(2);
    expect(tables.tables).toEqual(['slow']);
    await clock.advance(100);
    expect((await made) - start).toBe(40);
  });

  test.each<[Fault, { statusCode?: number; code?: string; there: boolean }]>([
    [
      { kind: 'refused', status: 503 },
      { statusCode: 503, code: 'ServerBusy', there: false },
    ],
    [
      { kind: 'refused', status: 503, within: true },
      { statusCode: 503, code: 'ServerBusy', there: false },
    ],
    [
      { kind: 'failed', status: 500 },
      { statusCode: 500, code: 'InternalError', there: true },
    ],
    [
      { kind: 'lost', carriedOut: false },
      { code: 'ECONNRESET', there: false },
    ],
    [
      { kind: 'lost', carriedOut: true },
      { code: 'ECONNRESET', there: true },
    ],
    [
      { kind: 'hanging', forMs: 60_000, carriedOut: 'first' },
      { code: 'ETIMEDOUT', there: true },
    ],
    [
      { kind: 'hanging', forMs: 60_000, carriedOut: 'last' },
      { code: 'ETIMEDOUT', there: false },
    ],
  ])('%j', async (fault, { there, ...error }) => {
    let faulty = false;
    const tables = new SimulatedTables({ clock, fault: () => (faulty ? fault : undefined) });
    const t = simulatedClients(tables).table('faulty');
    await t.createTable();
    faulty = true;
    const failed = t
      // The client gives a transaction's options to the request, and knows no timeout among them.
      .submitTransaction([create('1'), create('2')], { timeout: 8_000 } as object)
      .catch((thrown: unknown) => thrown);
    if (fault.kind === 'hanging') {
      await settle(() => tables.inFlight === 1);
      await clock.advance(8_000);
    }
    expect(await failed).toMatchObject(error);
    expect(tables.rowCount('faulty')).toBe(there ? 2 : 0);
    // Nobody waits for it, and it is carried out all the same.
    await clock.advance(60_000);
    if (fault.kind === 'hanging') expect(tables.rowCount('faulty')).toBe(2);
  });

  test('a request that is given up is answered to nobody', async () => {
    const fault: Fault = { kind: 'hanging', forMs: 60_000, carriedOut: 'first' };
    const tables = new SimulatedTables({ clock, fault: () => fault });
    const abort = new AbortController();
    const made = simulatedClients(tables).table('given').createTable({ abortSignal: abort.signal });
    await settle(() => tables.tables.length === 1);
    abort.abort();
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(tables.inFlight).toBe(0);
  });

  test('faults are dealt out by their shares, the same for the same seed', () => {
    const deal = (seed: number) => {
      const next = faultsFrom(seed, [
        { share: 0.1, fault: { kind: 'refused', status: 503 } },
        { share: 0.2, fault: { kind: 'lost', carriedOut: true } },
      ]);
      return Array.from({ length: 10_000 }, () => next()?.kind ?? 'none');
    };
    const dealt = deal(1);
    const share = (kind: string) => dealt.filter((one) => one === kind).length / dealt.length;
    expect(share('refused')).toBeCloseTo(0.1, 1);
    expect(share('lost')).toBeCloseTo(0.2, 1);
    expect(deal(1)).toEqual(dealt);
    expect(deal(2)).not.toEqual(dealt);
  });
});

/** Lets what is under way go on until something is so; no time passes by the clock. */
async function settle(until: () => boolean): Promise<void> {
  while (!until()) await new Promise((resolve) => setImmediate(resolve));
}
