import { randomUUID } from 'node:crypto';
import { TransientError } from '../errors';
import { readJson } from '../json';
import type { Storage, StorageRequest } from './storage';

/** One row. Keys may not hold / \ # ? or control characters; here they are hashes and plain ids. */
export interface Entity {
  readonly PartitionKey: string;
  readonly RowKey: string;
  readonly [property: string]: string | number | boolean;
}

export interface KeptEntity extends Entity {
  /** For a change that must not overwrite another. */
  readonly etag: string;
}

/**
 * One change of one row:
 * `insert` fails when the row is there, `replace` when it is not as `etag` says, `merge` adds properties to the row
 * (making it if need be), `delete` removes it, with an etag only as it was then.
 */
export type Change =
  | { readonly kind: 'insert'; readonly entity: Entity }
  | { readonly kind: 'replace'; readonly entity: Entity; readonly etag: string }
  | {
      readonly kind: 'merge';
      readonly entity: Entity;
      /** What to add, as JSON, in place of the entity's properties. */
      readonly properties?: string;
    }
  | { readonly kind: 'delete'; readonly entity: Entity; readonly etag?: string };

/** What became of a change: `conflict` is a row that is there already, was changed by another, or is not there. */
export type Changed = 'done' | 'conflict';

/** At most so many changes in one batch. https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MAX_BATCH = 100;

/** How long a partition's next request waits for more changes, in milliseconds: about as long as the request takes. */
const GATHER_MS = 12;

const JSON_HEADERS = {
  accept: 'application/json;odata=minimalmetadata',
  'content-type': 'application/json',
  dataserviceversion: '3.0',
};

const QUIET = { prefer: 'return-no-content' };

interface Pending {
  readonly change: Change;
  resolve(result: Changed): void;
  reject(error: unknown): void;
}

/** The changes that wait for a partition's next request. */
interface Queue {
  pending: Pending[];
  /** A request is under way, or gathers changes. */
  busy: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * One table. Changes to the same partition that come while one request is under way go together in the next one, so
 * that a thousand events a second are tens of requests. A change to a partition where nothing is going on goes at once,
 * unless it may wait for company.
 */
export class Table {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly storage: Storage,
    readonly name: string,
  ) {}

  /** Makes the table unless it is there. */
  async create(): Promise<void> {
    await this.storage.send(
      {
        service: 'table',
        method: 'POST',
        path: '/Tables',
        headers: { ...JSON_HEADERS, ...QUIET },
        body: JSON.stringify({ TableName: this.name }),
      },
      [409],
    );
  }

  async drop(): Promise<void> {
    await this.storage.send(
      { service: 'table', method: 'DELETE', path: `/Tables('${this.name}')`, headers: JSON_HEADERS },
      [404],
    );
  }

  async get(partition: string, row: string): Promise<KeptEntity | undefined> {
    const response = await this.storage.send(
      { service: 'table', method: 'GET', path: `/${this.rowPath(partition, row)}`, headers: JSON_HEADERS },
      [404],
    );
    if (response.status === 404) return undefined;
    const { 'odata.etag': own, ...entity } = readJson(response.body);
    return { ...(entity as unknown as Entity), etag: String(response.headers.etag ?? own) };
  }

  /** The rows that match an OData filter, page by page. */
  async *query(filter: string): AsyncGenerator<KeptEntity[]> {
    let next = '';
    do {
      const response = await this.storage.send(
        {
          service: 'table',
          method: 'GET',
          path: `/${this.name}()?$filter=${encodeURIComponent(filter)}${next}`,
          headers: JSON_HEADERS,
        },
        [404],
      );
      if (response.status === 404) return;
      const rows = (readJson(response.body)['value'] ?? []) as (Entity & { 'odata.etag'?: string })[];
      yield rows.map(
        ({ 'odata.etag': etag, ...entity }) => ({ ...entity, etag: String(etag ?? '*') }) as KeptEntity,
      );
      const partition = response.headers['x-ms-continuation-nextpartitionkey'];
      const row = response.headers['x-ms-continuation-nextrowkey'];
      next = partition
        ? `&NextPartitionKey=${encodeURIComponent(String(partition))}${row ? `&NextRowKey=${encodeURIComponent(String(row))}` : ''}`
        : '';
    } while (next);
  }

  /**
   * @param patient nobody waits for it: it goes with the partition's next request, soon
   * @throws TransientError when the table cannot be reached or is not there
   */
  change(change: Change, patient = false): Promise<Changed> {
    return new Promise((resolve, reject) => {
      const partition = change.entity.PartitionKey;
      let queue = this.queues.get(partition);
      if (!queue) this.queues.set(partition, (queue = { pending: [], busy: false }));
      queue.pending.push({ change, resolve, reject });
      if (queue.busy) return;
      if (!patient) void this.workOff(partition, queue);
      else queue.timer ??= setTimeout(() => void this.workOff(partition, queue), GATHER_MS);
    });
  }

  private async workOff(partition: string, queue: Queue): Promise<void> {
    queue.busy = true;
    clearTimeout(queue.timer);
    for (let first = true; queue.pending.length > 0; first = false) {
      if (!first && queue.pending.length < MAX_BATCH) {
        await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      }
      const batch = takeBatch(queue.pending);
      try {
        if (batch.length === 1) await this.sendAlone(batch[0]!);
        else await this.sendTogether(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.queues.delete(partition);
  }

  private async sendAlone({ change, resolve }: Pending): Promise<void> {
    const { method, path, headers, body } = this.requestFor(change);
    const response = await this.storage.send(
      { service: 'table', method, path: `/${path}`, headers: { ...JSON_HEADERS, ...headers }, body },
      [404, 409, 412],
    );
    resolve(this.outcome(change, response.status, response.body));
  }

  /**
   * A batch is all or nothing: one that fails names its first bad change, which is answered for itself; the others go
   * again without it.
   */
  private async sendTogether(batch: Pending[]): Promise<void> {
    let rest = batch;
    while (rest.length > 1) {
      const boundary = randomUUID();
      const response = await this.storage.send({
        service: 'table',
        method: 'POST',
        path: '/$batch',
        headers: {
          accept: 'application/json;odata=minimalmetadata',
          'content-type': `multipart/mixed; boundary=batch_${boundary}`,
          dataserviceversion: '3.0',
        },
        body: this.batchBody(boundary, rest),
      });
      const failure = /HTTP\/1\.1 ([45]\d\d)[\s\S]*?(\{[\s\S]*\})?\s*--/.exec(response.body);
      if (!failure) {
        for (const { resolve } of rest) resolve('done');
        return;
      }
      const status = Number(failure[1]);
      const index = Number(/"value"\s*:\s*"(\d+):/.exec(failure[2] ?? '')?.[1] ?? 0);
      const bad = rest[index];
      if (!bad) throw new TransientError(`table ${this.name} answered a batch with ${status}`);
      rest = rest.filter((pending) => pending !== bad);
      try {
        bad.resolve(this.outcome(bad.change, status, failure[2] ?? ''));
      } catch (error) {
        // Not the change's own fault: a table that is missing, a server that is busy.
        bad.reject(error);
        throw error;
      }
    }
    if (rest[0]) await this.sendAlone(rest[0]);
  }

  private outcome(change: Change, status: number, body: string): Changed {
    if (status < 300) return 'done';
    if (status === 404 && /TableNotFound/.test(body)) throw new TableMissing(this.name);
    if (status === 404 && change.kind === 'delete') return 'done';
    if (status === 404 || status === 409 || status === 412) return 'conflict';
    throw new TransientError(`table ${this.name} answered ${status}`);
  }

  private requestFor(change: Change): Pick<StorageRequest, 'method' | 'path' | 'headers' | 'body'> {
    const { entity } = change;
    if (change.kind === 'insert') {
      return { method: 'POST', path: this.name, headers: QUIET, body: JSON.stringify(entity) };
    }
    const path = this.rowPath(entity.PartitionKey, entity.RowKey);
    switch (change.kind) {
      case 'replace':
        return { method: 'PUT', path, headers: { 'if-match': change.etag }, body: JSON.stringify(entity) };
      case 'merge':
        return { method: 'PATCH', path, body: change.properties ?? JSON.stringify(entity) };
      case 'delete':
        return { method: 'DELETE', path, headers: { 'if-match': change.etag ?? '*' } };
    }
  }

  private batchBody(boundary: string, batch: readonly Pending[]): string {
    const before = `--changeset_${boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
    let text = `--batch_${boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_${boundary}\r\n\r\n`;
    for (const { change } of batch) {
      const { method, path, headers, body = '' } = this.requestFor(change);
      text +=
        `${before}${method} ${this.storage.url('table')}/${path} HTTP/1.1\r\n` +
        'Accept: application/json;odata=minimalmetadata\r\nContent-Type: application/json\r\n';
      for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
      text += `\r\n${body}\r\n`;
    }
    return `${text}--changeset_${boundary}--\r\n--batch_${boundary}--\r\n`;
  }

  private rowPath(partition: string, row: string): string {
    const quote = (key: string) => encodeURIComponent(key.replaceAll("'", "''"));
    return `${this.name}(PartitionKey='${quote(partition)}',RowKey='${quote(row)}')`;
  }
}

/** A table that is made when it is first used, and again when it was dropped behind our back. */
export class OwnTable {
  private ready: Promise<Table> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly name: string,
  ) {}

  /** @throws TransientError as the operation, or when the table cannot be made */
  async use<T>(operation: (table: Table) => Promise<T>): Promise<T> {
    try {
      return await operation(await this.table());
    } catch (error) {
      if (!(error instanceof TableMissing)) throw error;
    }
    this.ready = undefined;
    return operation(await this.table());
  }

  private table(): Promise<Table> {
    if (!this.ready) {
      const table = new Table(this.storage, this.name);
      this.ready = table.create().then(() => table);
      this.ready.catch(() => (this.ready = undefined));
    }
    return this.ready;
  }
}

/** The table is not there yet, or not any more. */
export class TableMissing extends TransientError {
  constructor(table: string) {
    super(`table ${table} does not exist`);
  }
}

/** The first changes of the queue that may go together: no row twice. */
function takeBatch(queue: Pending[]): Pending[] {
  const rows = new Set<string>();
  let size = 0;
  while (size < queue.length && size < MAX_BATCH) {
    const row = queue[size]!.change.entity.RowKey;
    if (rows.has(row)) break;
    rows.add(row);
    size++;
  }
  return queue.splice(0, size);
}
