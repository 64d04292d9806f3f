import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AzureNamedKeyCredential, odata, TableClient, TableServiceClient } from '@azure/data-tables';
import { TableService } from '../../../bench/relay/stand-in/table-service';

/** The table service of the bench, asked by Azure's own client. */

let server: Server;
let service: TableService;
let account: TableServiceClient;
let table: TableClient;

beforeEach(async () => {
  service = new TableService();
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = service.handle({ method, path: url, headers, body });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credential = new AzureNamedKeyCredential('bench', Buffer.from('key').toString('base64'));
  const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
  account = new TableServiceClient(url, credential, options);
  table = new TableClient(url, 'events', credential, options);
  await table.createTable();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const row = (rowKey: string, properties: Record<string, unknown> = {}) => ({
  partitionKey: '0',
  rowKey,
  ...properties,
});

/** What the client throws of a request that is no transaction. */
const refusal = (statusCode: number, code: string) => ({ statusCode, details: { odataError: { code } } });

describe('rows one by one', () => {
  test('are inserted once', async () => {
    await table.createEntity(row("it's", { version: '1', done: true }));
    expect(await table.getEntity('0', "it's")).toMatchObject({ version: '1', done: true });
    await expect(table.createEntity(row("it's"))).rejects.toMatchObject(refusal(409, 'EntityAlreadyExists'));
  });

  test('are merged and replaced', async () => {
    await table.upsertEntity(row('a', { one: 1 }), 'Merge');
    await table.upsertEntity(row('a', { two: 2 }), 'Merge');
    expect(await table.getEntity('0', 'a')).toMatchObject({ one: 1, two: 2 });
    await table.upsertEntity(row('a', { three: 3 }), 'Replace');
    expect(await table.getEntity('0', 'a')).not.toHaveProperty('one');
  });

  test('are replaced only as they were read', async () => {
    await table.createEntity(row('a', { holder: 'one' }));
    const { etag } = await table.getEntity('0', 'a');
    await table.updateEntity(row('a', { holder: 'two' }), 'Replace', { etag });
    await expect(
      table.updateEntity(row('a', { holder: 'three' }), 'Replace', { etag }),
    ).rejects.toMatchObject({
      statusCode: 412,
    });
    expect(await table.getEntity('0', 'a')).toMatchObject({ holder: 'two' });
    await expect(table.updateEntity(row('b'), 'Merge')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('are deleted', async () => {
    await table.createEntity(row('a'));
    await table.deleteEntity('0', 'a');
    await expect(table.getEntity('0', 'a')).rejects.toMatchObject(refusal(404, 'ResourceNotFound'));
  });
});

describe('transactions', () => {
  test('do all of their changes', async () => {
    await table.createEntity(row('old', { version: '1' }));
    const { subResponses } = await table.submitTransaction([
      ['create', row('a', { version: '1' })],
      ['update', row('old', { done: true }), 'Merge'],
      ['upsert', row('b'), 'Replace'],
    ]);
    expect(subResponses.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(subResponses[0]).toMatchObject({ rowKey: 'a', etag: expect.stringContaining('W/') });
    expect(await table.getEntity('0', 'old')).toMatchObject({ version: '1', done: true });
    await table.submitTransaction([['delete', row('a')]]);
    await expect(table.getEntity('0', 'a')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('do none of them when one is refused, and name it', async () => {
    await table.createEntity(row('there'));
    await expect(
      table.submitTransaction([
        ['create', row('a')],
        ['create', row('there')],
        ['create', row('c')],
      ]),
    ).rejects.toMatchObject({
      statusCode: 409,
      code: 'EntityAlreadyExists',
      message: expect.stringMatching(/^1:/),
    });
    await expect(table.getEntity('0', 'a')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('name a row of which the tag is another by now', async () => {
    await table.createEntity(row('a'));
    const { etag } = await table.getEntity('0', 'a');
    await table.updateEntity(row('a', { by: 'another' }), 'Merge');
    const stale = table.submitTransaction([
      ['create', row('b')],
      ['update', row('a'), 'Replace', { etag }],
    ]);
    await expect(stale).rejects.toMatchObject({ statusCode: 412, message: expect.stringMatching(/^1:/) });
  });

  test('are refused with the same row twice or with more than a hundred', async () => {
    const twice = table.submitTransaction([
      ['create', row('a')],
      ['upsert', row('a')],
    ]);
    await expect(twice).rejects.toMatchObject({ statusCode: 400, code: 'InvalidDuplicateRow' });
    const many = Array.from({ length: 101 }, (_, i) => ['create', row(String(i))] as ['create', never]);
    await expect(table.submitTransaction(many)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('count the changes asked for, also of those that are refused', async () => {
    await table.createEntity(row('there'));
    const before = service.counts;
    const batch = table.submitTransaction([
      ['create', row('there')],
      ['create', row('a')],
    ]);
    await expect(batch).rejects.toMatchObject({ statusCode: 409 });
    await table.getEntity('0', 'there');
    expect(service.counts).toEqual({
      requests: before.requests + 2,
      changes: before.changes + 2,
      reads: before.reads + 1,
    });
  });
});

describe('queries', () => {
  test('give the rows that a filter names', async () => {
    for (const [key, size] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      await table.createEntity(row(key, { size, name: `it's ${key}`, even: size % 2 === 0 }));
    }
    const keys = async (filter: string) => {
      const found: string[] = [];
      for await (const { rowKey } of table.listEntities({ queryOptions: { filter } })) found.push(rowKey!);
      return found;
    };
    expect(await keys(odata`PartitionKey eq '0' and RowKey gt 'a'`)).toEqual(['b', 'c']);
    expect(await keys(odata`name eq ${"it's b"} or (size ge 3 and not (even eq true))`)).toEqual(['b', 'c']);
    expect(await keys(odata`size lt 2 or size ne 1 and even eq true`)).toEqual(['a', 'b']);
    await expect(keys('size about 2')).rejects.toMatchObject({ statusCode: 400 });
  });

  test('come in pages', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) await table.createEntity(row(key));
    const pages: number[] = [];
    for await (const page of table.listEntities().byPage({ maxPageSize: 2 })) pages.push(page.length);
    expect(pages).toEqual([2, 2, 1]);
  });
});

describe('tables', () => {
  test('are made once, listed and dropped', async () => {
    await table.createTable();
    await account.createTable('others');
    const names: string[] = [];
    for await (const { name } of account.listTables({ queryOptions: { filter: odata`TableName ge 'o'` } })) {
      names.push(name!);
    }
    expect(names).toEqual(['others']);
    await account.deleteTable('others');
    await expect(table.createEntity(row('a'))).resolves.toBeDefined();
  });

  test('that are not there take no rows, in a transaction either', async () => {
    await table.deleteTable();
    await expect(table.createEntity(row('a'))).rejects.toMatchObject(refusal(404, 'TableNotFound'));
    await expect(table.submitTransaction([['create', row('a')]])).rejects.toMatchObject({
      statusCode: 404,
      code: 'TableNotFound',
    });
  });
});
