import { entity, JSON_TYPE, refusal, transactionAnswer, type Answer } from './answers';
import { serverBusy, TableError, tableNotFound } from './errors';
import { parseFilter } from './filter';
import type { Throttle } from './limits';
import type { Operation } from './requests';
import { Rows, type Row, type RowChange } from './rows';

/** What was asked of a partition so far. */
export interface Count {
  /** Changes of entities that were tried, each one of a transaction for itself. */
  changes: number;
  /** Entities that were looked up or given by a query. */
  reads: number;
  /** Entities whose request was turned away because there were too many. */
  throttled: number;
}

/** Rows in a page of a query. https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
const PAGE = 1_000;

/** The state of one account's tables. Each operation is carried out at one moment. */
export class TableService {
  readonly tables = new Map<string, Rows>();
  /** By `{table}/{partition}`. */
  readonly counts = new Map<string, Count>();
  private lastTimestamp = 0n;

  constructor(
    private readonly throttle: Throttle | undefined,
    private readonly now: () => number,
  ) {}

  carryOut(operation: Operation): Answer {
    try {
      return this.answer(operation);
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      return operation.kind === 'transaction' && error.index !== undefined
        ? transactionAnswer(error)
        : refusal(error);
    }
  }

  count(table: string, partition: string): Count {
    const name = `${table}/${partition}`;
    let count = this.counts.get(name);
    if (!count) this.counts.set(name, (count = { changes: 0, reads: 0, throttled: 0 }));
    return count;
  }

  private answer(operation: Operation): Answer {
    switch (operation.kind) {
      case 'create table':
        this.admit(1);
        if (this.tables.has(operation.table)) {
          throw new TableError(409, 'TableAlreadyExists', 'The table specified already exists.');
        }
        this.tables.set(operation.table, new Rows(() => this.timestamp()));
        return { status: 204, headers: {}, body: '' };
      case 'drop table':
        this.admit(1);
        if (!this.tables.delete(operation.table)) {
          throw new TableError(404, 'ResourceNotFound', 'The specified resource does not exist.');
        }
        return { status: 204, headers: {}, body: '' };
      case 'list tables':
        this.admit(1);
        return this.listTables(operation.query);
      case 'read': {
        this.admit(1, operation.table, operation.partition);
        this.count(operation.table, operation.partition).reads++;
        const row = this.rows(operation.table).get(operation.partition, operation.key);
        if (!row) throw new TableError(404, 'ResourceNotFound', 'The specified resource does not exist.');
        return { status: 200, headers: { ...JSON_TYPE, etag: row.etag }, body: JSON.stringify(entity(row)) };
      }
      case 'query':
        this.admit(1);
        return this.query(operation.table, operation.query);
      case 'change': {
        const { table, change, quiet } = operation;
        const [row] = this.change(table, [change], (error) => error);
        const headers = row ? { etag: row.etag } : undefined;
        if (change.kind !== 'insert' || quiet) return { status: 204, headers: { ...headers }, body: '' };
        return { status: 201, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(entity(row!)) };
      }
      case 'transaction': {
        const { table, changes } = operation;
        const rows = this.change(table, changes, (error) => error.at(0));
        return transactionAnswer(rows.map((row, i) => ({ row, isNew: changes[i]!.kind === 'insert' })));
      }
    }
  }

  /** @param ofTable says a refusal of the table in the way of the request */
  private change(
    table: string,
    changes: readonly RowChange[],
    ofTable: (error: TableError) => TableError,
  ): (Row | undefined)[] {
    const partition = changes[0]!.partition;
    this.admit(changes.length, table, partition);
    this.count(table, partition).changes += changes.length;
    const rows = this.tables.get(table);
    if (!rows) throw ofTable(tableNotFound());
    try {
      return rows.change(changes);
    } catch (error) {
      // Of a single change, its index is no news.
      if (!(error instanceof TableError) || ofTable(error).index !== undefined) throw error;
      throw new TableError(error.status, error.code, error.message);
    }
  }

  private listTables(query: URLSearchParams): Answer {
    const test = parseFilterOf(query);
    const from = query.get('NextTableName') ?? '';
    const names = [...this.tables.keys()]
      .filter((name) => name >= from && test({ TableName: name }))
      .sort((a, b) => (a < b ? -1 : 1));
    const page = pageSize(query);
    const next = names[page];
    return {
      status: 200,
      headers: { ...JSON_TYPE, ...(next && { 'x-ms-continuation-nexttablename': next }) },
      body: JSON.stringify({ value: names.slice(0, page).map((TableName) => ({ TableName })) }),
    };
  }

  private query(table: string, query: URLSearchParams): Answer {
    const test = parseFilterOf(query);
    const select = query.get('$select')?.split(',');
    const [partition, key] = [query.get('NextPartitionKey'), query.get('NextRowKey') ?? ''];
    const page = pageSize(query);
    const found: Row[] = [];
    let next: Row | undefined;
    for (const row of this.rows(table).inOrder()) {
      if (partition !== null && (row.partition < partition || (row.partition === partition && row.key < key)))
        continue;
      if (!test(row.properties)) continue;
      if (found.length === page) {
        next = row;
        break;
      }
      found.push(row);
      this.count(table, row.partition).reads++;
    }
    return {
      status: 200,
      headers: {
        ...JSON_TYPE,
        ...(next && {
          'x-ms-continuation-nextpartitionkey': next.partition,
          'x-ms-continuation-nextrowkey': next.key,
        }),
      },
      body: JSON.stringify({ value: found.map((row) => entity(row, select)) }),
    };
  }

  private rows(table: string): Rows {
    const rows = this.tables.get(table);
    if (!rows) throw tableNotFound();
    return rows;
  }

  private admit(entities: number, table?: string, partition?: string): void {
    const of = table === undefined || partition === undefined ? undefined : `${table}/${partition}`;
    if (!this.throttle || this.throttle.admits(entities, of)) return;
    if (of !== undefined) this.count(table!, partition!).throttled += entities;
    throw serverBusy();
  }

  /** Each change has a time of its own, in steps of 100 ns as the service counts them. */
  private timestamp(): string {
    const now = BigInt(Math.floor(this.now())) * 10_000n;
    this.lastTimestamp = now > this.lastTimestamp ? now : this.lastTimestamp + 1n;
    const seconds = new Date(Number(this.lastTimestamp / 10_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(this.lastTimestamp % 10_000_000n).padStart(7, '0')}Z`;
  }
}

function parseFilterOf(query: URLSearchParams): ReturnType<typeof parseFilter> {
  const filter = query.get('$filter');
  return filter ? parseFilter(filter) : () => true;
}

function pageSize(query: URLSearchParams): number {
  const top = query.get('$top');
  return top === null ? PAGE : Math.min(PAGE, Number(top));
}
