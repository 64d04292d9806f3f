import { systemClock } from '../../relay/ports';
import type { StorageAccount } from '../../relay/storage/account';
import { GatheredChanges } from '../../relay/storage/gathered-changes';
import { OwnTable, Table, TableMissing, tableNames } from '../../relay/storage/table';
import { SimulatedTables } from '../support/simulated-tables';
import { LocalRelay } from './local-relay';

const local = new LocalRelay({ start: false });
beforeAll(() => local.start());
afterAll(() => local.close());

const simulated: StorageAccount = {
  name: 'simulated',
  httpClient: new SimulatedTables(),
  credential: { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) },
  clock: systemClock,
};

describe.each([
  ['local Azure', () => local.account],
  ['the simulated account', () => simulated],
])('a table of %s', (_, account) => {
  const table = async (name: string) => {
    const made = new Table(account(), name);
    await made.create();
    await made.create();
    return made;
  };

  test('says what became of each change', async () => {
    const one = await table('changes');
    const keys = { partitionKey: "it's a partition", rowKey: "o'row" };
    expect(await one.get(keys.partitionKey, keys.rowKey)).toBeUndefined();
    expect(
      await one.change({ kind: 'insert', entity: { ...keys, version: '1613694358927', done: true } }),
    ).toBe('done');
    expect(await one.change({ kind: 'insert', entity: keys })).toBe('conflict');
    const row = (await one.get(keys.partitionKey, keys.rowKey))!;
    expect(row).toMatchObject({
      ...keys,
      version: '1613694358927',
      done: true,
      timestamp: expect.any(String),
    });
    const [listed] = await one.rows(`PartitionKey eq 'it''s a partition'`);
    expect(listed).toMatchObject({ ...keys, etag: row.etag, timestamp: row['timestamp'] });
    expect(await one.change({ kind: 'merge', entity: { ...keys, more: 'x' } })).toBe('done');
    expect(await one.change({ kind: 'replace', entity: keys, etag: row.etag })).toBe('conflict');
    expect(await one.delete(keys, row.etag)).toBe('conflict');
    const { etag } = (await one.get(keys.partitionKey, keys.rowKey))!;
    expect(await one.delete(keys, etag)).toBe('done');
    expect(await one.delete(keys)).toBe('done');
    expect(await one.change({ kind: 'replace', entity: keys, etag })).toBe('conflict');
  });

  test('of more rows than a page has gives all of them', async () => {
    const one = await table('pages');
    const keys = Array.from({ length: 1_200 }, (_n, i) => `row-${String(i).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 100) {
      const changes = keys
        .slice(from, from + 100)
        .map((rowKey) => ({ kind: 'insert', entity: { partitionKey: 'p', rowKey } }) as const);
      expect(await one.transact(changes)).toBeUndefined();
    }
    const pages: number[] = [];
    for await (const page of one.query("PartitionKey eq 'p'")) pages.push(page.length);
    expect(pages).toEqual([1_000, 200]);
    expect((await one.rows("PartitionKey eq 'p'")).map(({ rowKey }) => rowKey)).toEqual(keys);
  });

  test('that is not there is missing to changes and empty to readers; it is made when it is used', async () => {
    const missing = new Table(account(), 'missing');
    const entity = { partitionKey: 'p', rowKey: 'r' };
    await expect(missing.change({ kind: 'insert', entity })).rejects.toThrow(TableMissing);
    await expect(missing.delete(entity)).rejects.toThrow(TableMissing);
    await expect(missing.transact([{ kind: 'insert', entity }])).rejects.toThrow(TableMissing);
    expect([await missing.get('p', 'r'), await missing.rows("PartitionKey eq 'p'")]).toEqual([undefined, []]);
    await missing.drop();
    const changes = new GatheredChanges(new OwnTable(account(), 'missing'), systemClock);
    expect(await changes.insert(entity)).toBeUndefined();
    expect(await tableNames(account(), 'missin')).toEqual(['missing']);
    await missing.drop();
    expect(await Promise.all([changes.insert(entity), changes.insert({ ...entity, rowKey: 's' })])).toEqual([
      undefined,
      undefined,
    ]);
  });

  test.each([1, 7, 60, 150])(
    'of %d rows, of those that come together each is told what it met',
    async (there) => {
      const one = await table(`together${there}`);
      const entities = Array.from({ length: 150 }, (_n, i) => ({
        partitionKey: 'p',
        rowKey: `row-${i}`,
        by: 'first',
      }));
      await Promise.all(entities.slice(0, there).map((entity) => one.change({ kind: 'insert', entity })));
      const changes = new GatheredChanges(new OwnTable(account(), one.name), systemClock);
      const marked = changes.change({
        kind: 'merge',
        entity: { partitionKey: 'p', rowKey: 'other', by: 'mark' },
      });
      const stale = changes.change({
        kind: 'replace',
        entity: { partitionKey: 'p', rowKey: 'absent' },
        etag: 'W/"datetime\'2026-01-01T00%3A00%3A00.0000000Z\'"',
      });
      const met = await Promise.all(entities.map((entity) => changes.insert({ ...entity, by: 'second' })));
      expect([await marked, await stale]).toEqual(['done', 'conflict']);
      met.forEach((refused, i) => {
        if (i < there) expect(refused!.existing).toMatchObject({ rowKey: `row-${i}`, by: 'first' });
        else expect(refused).toBeUndefined();
      });
      const rows = await one.rows("PartitionKey eq 'p'");
      expect(rows.filter(({ by }) => by === 'first')).toHaveLength(there);
      expect(rows.filter(({ by }) => by === 'second')).toHaveLength(150 - there);
    },
  );
});
