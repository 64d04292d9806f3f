import { TableClient, TableServiceClient, type TableServiceClientOptions } from '@azure/data-tables';
import {
  createHttpHeaders,
  createPipelineRequest,
  RestError,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import type { StorageAccount } from './account';
import {
  failureOf,
  transactionOf,
  type Change,
  type Entity,
  type FailedTransaction,
  type KeptEntity,
} from './transaction';
import { asTransient, triesPolicy, type Patience } from './tries';

export type { Change, Entity, KeptEntity } from './transaction';

/** Version of the Storage services that the relay was written against; bearer tokens need 2020-12-06 for tables. */
const VERSION = '2021-12-02';

/** Of what a person or a timer waits for. */
const PATIENT: Patience = { tryMs: 8_000 };

/** What became of a change: `conflict` is a row that is there already, was changed by another, or is not there. */
export type Changed = 'done' | 'conflict';

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

  /** @throws TransientError when the table cannot be reached */
  async get(partition: string, row: string): Promise<KeptEntity | undefined> {
    try {
      return (await this.client.getEntity(partition, row)) as KeptEntity;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      return this.fail(error);
    }
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
   * @returns undefined when they were made, else the first that could not be
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
    const answer = await this.client.pipeline
      .sendRequest(this.account.httpClient, request)
      .catch((error: unknown) => this.fail(error));
    const failure = failureOf(answer.bodyAsText ?? '');
    if (failure?.code === 'TableNotFound') throw new TableMissing(this.name);
    if (answer.status >= 300 || (failure && ![404, 409, 412].includes(failure.status))) {
      throw new TransientError(
        `table ${this.name} answered a transaction with ${failure?.status ?? answer.status} ${failure?.code ?? ''}`,
      );
    }
    return failure;
  }

  private conflictOf(error: unknown): 'conflict' {
    if ([404, 409, 412].includes(statusOf(error)!) && !isMissingTable(error)) return 'conflict';
    return this.fail(error);
  }

  private fail(error: unknown): never {
    if (isMissingTable(error)) throw new TableMissing(this.name);
    throw error instanceof RestError ? asTransient(error) : error;
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
export async function tableNames(account: StorageAccount, prefix: string): Promise<string[]> {
  const client = new TableServiceClient(urlOf(account), account.credential, optionsOf(account));
  adapt(client.pipeline, account, PATIENT);
  const names: string[] = [];
  try {
    for await (const { name } of client.listTables()) if (name?.startsWith(prefix)) names.push(name);
  } catch (error) {
    throw error instanceof RestError ? asTransient(error) : error;
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
  pipeline.addPolicy(triesPolicy(account.name, account.clock, patience), { phase: 'Retry' });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

function isMissingTable(error: unknown): boolean {
  return error instanceof RestError && /TableNotFound/.test(error.response?.bodyAsText ?? '');
}
