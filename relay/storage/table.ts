import { TableClient, TableServiceClient, type TableServiceClientOptions } from '@azure/data-tables';
import {
  createHttpHeaders,
  createPipelineRequest,
  RestError,
  type Pipeline,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import type { StorageAccount } from './account';
import {
  failureOf,
  readRow,
  rowUrl,
  transactionOf,
  type Change,
  type Entity,
  type FailedTransaction,
  type KeptEntity,
} from './transaction';
import { asTransient, refusal } from './failures';
import { PATIENT, statusWithin, triesOf, type Patience } from './tries';

export type { Change, Entity, KeptEntity } from './transaction';

/** Version of the Storage services that the relay was written against; bearer tokens need 2020-12-06 for tables. */
const VERSION = '2021-12-02';

/** What became of a change: `conflict` is a row that is there already, was changed by another, or is not there. */
export type Changed = 'done' | 'conflict';

/** Statuses of a change that met another row than it is for. */
export const CONFLICTS: readonly number[] = [404, 409, 412];

/** One table. */
export class Table {
  private readonly client: TableClient;
  private readonly url: string;

  constructor(
    private readonly account: StorageAccount,
    readonly name: string,
    patience: Patience = PATIENT,
  ) {
    this.client = new TableClient(urlOf(account), name, account.credential, optionsOf(account));
    this.url = `${urlOf(account)}/${name}`;
    adapt(this.client.pipeline, account, patience);
  }

  /** Makes the table unless it is there. */
  async create(): Promise<void> {
    await this.client.createTable().catch((error: unknown) => this.fail(error));
  }

  /** Drops the table if it is there. */
  async drop(): Promise<void> {
    await this.client.deleteTable().catch((error: unknown) => this.fail(error));
  }

  /**
   * Reads a row. By a request of our own: the client's costs four times as much, and twice that where there is no row,
   * which it throws as an error (bench/relay/README.md). Each event that comes again is one, and each recipient.
   *
   * @throws TransientError when the table cannot be reached
   */
  async get(partition: string, row: string): Promise<KeptEntity | undefined> {
    const request = createPipelineRequest({
      url: rowUrl(this.url, { partitionKey: partition, rowKey: row }),
      headers: createHttpHeaders({
        accept: 'application/json;odata=minimalmetadata',
        dataserviceversion: '3.0',
      }),
    });
    const { status, bodyAsText } = await this.send(request);
    return status === 200 ? readRow(bodyAsText ?? '') : undefined;
  }

  /** The rows that match an OData filter, page by page; none when there is no table. */
  async *query(filter: string): AsyncGenerator<KeptEntity[]> {
    try {
      for await (const page of this.client.listEntities({ queryOptions: { filter } }).byPage()) {
        yield page as unknown as KeptEntity[];
      }
    } catch (error) {
      if (statusOf(error) !== 404) this.fail(error);
    }
  }

  /** All rows that match an OData filter. */
  async rows(filter: string): Promise<KeptEntity[]> {
    const rows: KeptEntity[] = [];
    for await (const page of this.query(filter)) rows.push(...page);
    return rows;
  }

  /** @throws TransientError when the table cannot be reached or is not there */
  async change(change: Change): Promise<Changed> {
    const { entity } = change;
    try {
      if (change.kind === 'insert') await this.client.createEntity(entity);
      else if (change.kind === 'merge') await this.client.upsertEntity(entity, 'Merge');
      else await this.client.updateEntity(entity, 'Replace', { etag: change.etag });
      return 'done';
    } catch (error) {
      return this.conflictOf(error);
    }
  }

  /**
   * Removes a row; one that is not there is removed already.
   *
   * @param etag removes it only as it was then
   */
  async delete(
    { partitionKey, rowKey }: Pick<Entity, 'partitionKey' | 'rowKey'>,
    etag = '*',
  ): Promise<Changed> {
    try {
      await this.client.deleteEntity(partitionKey, rowKey, { etag });
      return 'done';
    } catch (error) {
      if (statusOf(error) === 404 && !isMissingTable(error)) return 'done';
      return this.conflictOf(error);
    }
  }

  /**
   * Makes changes of one partition, none of the same row, all or none of them.
   *
   * @returns undefined when they were made, else the first that could not be, for whichever reason of its own
   * @throws TransientError when the table cannot be reached or is not there
   */
  async transact(changes: readonly Change[]): Promise<FailedTransaction | undefined> {
    const { contentType, body } = transactionOf(this.url, changes);
    const request = createPipelineRequest({
      url: `${urlOf(this.account)}/$batch`,
      method: 'POST',
      headers: createHttpHeaders({
        accept: 'application/json',
        'content-type': contentType,
        dataserviceversion: '3.0',
        maxdataserviceversion: '3.0;NetFx',
      }),
      body,
    });
    const { bodyAsText } = await this.send(request);
    const failure = failureOf(bodyAsText ?? '');
    if (failure?.code === 'TableNotFound') throw new TableMissing(this.name);
    return failure;
  }

  /** Gives the answer where it is one that this table's callers know how to take. */
  private async send(request: PipelineRequest): Promise<PipelineResponse> {
    let answer: PipelineResponse;
    try {
      answer = await this.client.pipeline.sendRequest(this.account.httpClient, request);
    } catch (error) {
      return this.fail(error);
    }
    const status = statusWithin(answer);
    if (status < 300 || (request.method === 'GET' && status === 404)) return answer;
    throw refusal(request, status, answer.headers.get('retry-after'), this.account.clock);
  }

  private conflictOf(error: unknown): 'conflict' {
    if (CONFLICTS.includes(statusOf(error)!) && !isMissingTable(error)) return 'conflict';
    return this.fail(error);
  }

  private fail(error: unknown): never {
    if (isMissingTable(error)) throw new TableMissing(this.name);
    throw asTransient(error, this.account.clock);
  }
}

/** A table that is made when it is first used, and again when it was dropped behind our back. */
export class OwnTable {
  private ready: Promise<Table> | undefined;

  constructor(
    private readonly account: StorageAccount,
    private readonly name: string,
    private readonly patience?: Patience,
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
      const table = new Table(this.account, this.name, this.patience);
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

/** Names of the account's tables that begin with a prefix. */
export async function tableNames(
  account: StorageAccount,
  prefix: string,
  patience: Patience = PATIENT,
): Promise<string[]> {
  const client = new TableServiceClient(urlOf(account), account.credential, optionsOf(account));
  adapt(client.pipeline, account, patience);
  const names: string[] = [];
  try {
    for await (const { name } of client.listTables()) if (name?.startsWith(prefix)) names.push(name);
  } catch (error) {
    throw asTransient(error, account.clock);
  }
  return names;
}

function urlOf({ name }: StorageAccount): string {
  return `https://${name}.table.core.windows.net`;
}

function optionsOf({ httpClient }: StorageAccount): TableServiceClientOptions {
  return { httpClient, version: VERSION };
}

/** Connections and their proxies are the relay's own, and so is when to try again. */
function adapt(pipeline: Pipeline, account: StorageAccount, patience: Patience): void {
  for (const name of ['proxyPolicy', 'decompressResponsePolicy', 'defaultRetryPolicy']) {
    pipeline.removePolicy({ name });
  }
  pipeline.addPolicy(
    { name: 'triesPolicy', sendRequest: triesOf(patience, account.clock) },
    { phase: 'Retry' },
  );
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

function isMissingTable(error: unknown): boolean {
  return error instanceof RestError && /TableNotFound/.test(error.response?.bodyAsText ?? '');
}
