import type { Answer, Asked } from './answer';
import { readFilter, type Filter, type Properties } from './odata-filter';
import { batchAnswer, readBatch } from './table-batch';

/** What the service was asked since it began. */
export interface TableCounts {
  readonly requests: number;
  /** Rows in requests that change rows, those of refused batches too: a partition's limit counts rows asked for. */
  readonly changes: number;
  /** Rows read by their keys, and pages of queries. */
  readonly reads: number;
}

interface Row {
  readonly etag: string;
  readonly properties: Properties;
}

/** Rows in a transaction, and rows in a page. */
const MAX_BATCH = 100;
const PAGE = 1000;

/** For addresses of which the path alone counts. */
const ORIGIN = 'https://table';

/**
 * As much of Table Storage's REST API as a relay can come across, in memory. It holds what is put into it, refuses what
 * Azure refuses, and is all or nothing in a batch.
 * https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
 */
export class TableService {
  private readonly tables = new Map<string, Map<string, Row>>();
  private version = 0;
  private counted = { requests: 0, changes: 0, reads: 0 };

  get counts(): TableCounts {
    return { ...this.counted };
  }

  /** Takes the rows out of all tables and leaves the tables. */
  forget(): void {
    for (const rows of this.tables.values()) rows.clear();
  }

  handle(asked: Asked): Answer {
    this.counted.requests++;
    try {
      if (/^\/\$batch/.test(asked.path)) return this.transaction(readBatch(asked.body));
      if (/^\/Tables\b/i.test(asked.path)) return this.tablesThemselves(asked);
      if (asked.method === 'GET') this.counted.reads++;
      else this.counted.changes++;
      return this.one(asked, []);
    } catch (error) {
      if (error instanceof Refusal) return error.answer();
      throw error;
    }
  }

  private transaction(parts: readonly Asked[]): Answer {
    this.counted.changes += parts.length;
    const undo: (() => void)[] = [];
    const answers: Answer[] = [];
    const seen = new Set<string>();
    try {
      if (parts.length > MAX_BATCH)
        throw new Refusal(400, 'InvalidInput', 'more than 100 changes in a batch');
      for (const part of parts) {
        const { key } = targetOf(part);
        if (seen.has(key!)) throw new Refusal(400, 'InvalidDuplicateRow', 'a row twice in a batch');
        seen.add(key!);
        answers.push(this.one(part, undo));
      }
      if (new Set([...seen].map((key) => key.split('\n')[0])).size > 1) {
        throw new Refusal(
          400,
          'CommandsInBatchActOnDifferentPartitions',
          'rows of several partitions in a batch',
        );
      }
      return batchAnswer(answers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const back of undo.reverse()) back();
      return batchAnswer([error.answer(answers.length)]);
    }
  }

  private one(asked: Asked, undo: (() => void)[]): Answer {
    const { name, key, url } = targetOf(asked);
    const rows = this.tables.get(name.toLowerCase());
    if (!rows) throw new Refusal(404, 'TableNotFound', 'the table does not exist');
    if (asked.method === 'GET') return key === undefined ? this.query(rows, url) : this.read(rows, key);
    const before = rows.get(key!);
    undo.push(() => (before ? rows.set(key!, before) : rows.delete(key!)));
    return this.change(asked, rows, key!, before);
  }

  private change(
    { method, headers, body }: Asked,
    rows: Map<string, Row>,
    key: string,
    before?: Row,
  ): Answer {
    const ifMatch = headers['if-match'];
    if (method === 'POST' && before)
      throw new Refusal(409, 'EntityAlreadyExists', 'the row is there already');
    if (method === 'DELETE' && ifMatch === undefined) {
      throw new Refusal(400, 'MissingRequiredHeader', 'If-Match is missing');
    }
    if (ifMatch !== undefined && method !== 'POST') {
      if (!before) throw new Refusal(404, 'ResourceNotFound', 'the row does not exist');
      if (ifMatch !== '*' && ifMatch !== before.etag) {
        throw new Refusal(412, 'UpdateConditionNotSatisfied', 'the row was changed meanwhile');
      }
    }
    if (method === 'DELETE') {
      rows.delete(key);
      return { status: 204 };
    }
    const [PartitionKey, RowKey] = key.split('\n');
    const added = JSON.parse(body || '{}') as Record<string, unknown>;
    const kept = method === 'PATCH' || method === 'MERGE' ? before?.properties : undefined;
    const etag = `W/"datetime'${++this.version}'"`;
    const row = {
      etag,
      properties: { ...kept, ...added, PartitionKey, RowKey, Timestamp: new Date().toISOString() },
    };
    rows.set(key, row);
    const answered = { etag, dataserviceid: `(PartitionKey='${PartitionKey}',RowKey='${RowKey}')` };
    if (method !== 'POST') return { status: 204, headers: answered };
    if (/return-no-content/.test(String(headers['prefer']))) {
      return { status: 204, headers: { ...answered, 'preference-applied': 'return-no-content' } };
    }
    return json(201, { 'odata.etag': etag, ...row.properties }, answered);
  }

  private read(rows: Map<string, Row>, key: string): Answer {
    const row = rows.get(key);
    if (!row) throw new Refusal(404, 'ResourceNotFound', 'the row does not exist');
    return json(200, { 'odata.etag': row.etag, ...row.properties }, { etag: row.etag });
  }

  private query(rows: Map<string, Row>, url: URL): Answer {
    const matches = filterOf(url);
    const size = Math.min(PAGE, Number(url.searchParams.get('$top') ?? PAGE));
    const partition = url.searchParams.get('NextPartitionKey');
    const from = partition === null ? '' : `${partition}\n${url.searchParams.get('NextRowKey') ?? ''}`;
    const found = [...rows]
      .filter(([key, row]) => key >= from && matches(row.properties))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const value = found
      .slice(0, size)
      .map(([, { etag, properties }]) => ({ 'odata.etag': etag, ...properties }));
    const next = found[size]?.[0].split('\n');
    return json(
      200,
      { value },
      next && {
        'x-ms-continuation-nextpartitionkey': next[0]!,
        'x-ms-continuation-nextrowkey': next[1]!,
      },
    );
  }

  private tablesThemselves({ method, path, body }: Asked): Answer {
    const url = new URL(path, ORIGIN);
    if (method === 'GET') {
      const matches = filterOf(url);
      const from = url.searchParams.get('NextTableName') ?? '';
      const size = Math.min(PAGE, Number(url.searchParams.get('$top') ?? PAGE));
      const found = [...this.tables.keys()]
        .filter((TableName) => TableName >= from && matches({ TableName }))
        .sort();
      const value = found.slice(0, size).map((TableName) => ({ TableName }));
      const next = found[size];
      return json(200, { value }, next === undefined ? {} : { 'x-ms-continuation-nexttablename': next });
    }
    if (method === 'DELETE') {
      const name = /\('([^']*)'\)/.exec(decodeURIComponent(path))?.[1] ?? '';
      if (this.tables.delete(name.toLowerCase())) return { status: 204 };
      throw new Refusal(404, 'ResourceNotFound', 'the table does not exist');
    }
    const name = (JSON.parse(body) as { TableName: string }).TableName;
    if (this.tables.has(name.toLowerCase()))
      throw new Refusal(409, 'TableAlreadyExists', 'the table is there already');
    this.tables.set(name.toLowerCase(), new Map());
    return { status: 204, headers: { 'preference-applied': 'return-no-content' } };
  }
}

function filterOf(url: URL): Filter {
  const filter = url.searchParams.get('$filter');
  try {
    return filter ? readFilter(filter) : () => true;
  } catch (error) {
    throw new Refusal(400, 'InvalidInput', (error as Error).message);
  }
}

/** Table and row of a request: from its address, or from the row that is to be inserted. */
function targetOf({ path, method, body }: Asked): { name: string; key: string | undefined; url: URL } {
  const url = new URL(path, ORIGIN);
  const [, name = '', inner = ''] = /^\/([^(/]*)(?:\((.*)\))?/.exec(decodeURIComponent(url.pathname)) ?? [];
  const keys = /PartitionKey='((?:[^']|'')*)',\s*RowKey='((?:[^']|'')*)'/.exec(inner);
  if (keys) return { name, key: keyOf(keys[1]!.replaceAll("''", "'"), keys[2]!.replaceAll("''", "'")), url };
  if (method !== 'POST') return { name, key: undefined, url };
  const { PartitionKey, RowKey } = JSON.parse(body) as { PartitionKey: string; RowKey: string };
  return { name, key: keyOf(PartitionKey, RowKey), url };
}

/** Keys hold no control characters. */
const keyOf = (partition: string, row: string) => `${partition}\n${row}`;

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;odata=minimalmetadata', ...headers },
    body: JSON.stringify(value),
  };
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** @param index of the change in its batch */
  answer(index?: number): Answer {
    const value = index === undefined ? this.message : `${index}:${this.message}`;
    return json(this.status, { 'odata.error': { code: this.code, message: { lang: 'en-US', value } } });
  }
}
