import { TableError } from './errors';
import type { Properties, RowChange } from './rows';

/** What a request asks of the service. */
export type Operation =
  | { readonly kind: 'create table'; readonly table: string }
  | { readonly kind: 'drop table'; readonly table: string }
  | { readonly kind: 'list tables'; readonly query: URLSearchParams }
  | { readonly kind: 'read'; readonly table: string; readonly partition: string; readonly key: string }
  | { readonly kind: 'query'; readonly table: string; readonly query: URLSearchParams }
  | { readonly kind: 'change'; readonly table: string; readonly change: RowChange; readonly quiet: boolean }
  | { readonly kind: 'transaction'; readonly table: string; readonly changes: readonly RowChange[] };

export interface TableRequest {
  readonly method: string;
  readonly url: string;
  /** By a name in lower case. */
  header(name: string): string | undefined;
  readonly body: string;
}

/** At most so many changes in one transaction. https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MAX_CHANGES = 100;

const ENTITY = /^([A-Za-z][A-Za-z0-9]*)\(PartitionKey='(.*)',\s*RowKey='(.*)'\)$/;

/** @throws TableError for what the service would refuse, or this one does not know */
export function operationOf(request: TableRequest): Operation {
  const { pathname, searchParams: query } = new URL(request.url);
  const path = pathname.slice(1);
  if (path === '$batch') return transactionOf(request);
  if (path === 'Tables') {
    if (request.method === 'GET') return { kind: 'list tables', query };
    if (request.method === 'POST') {
      return { kind: 'create table', table: String(json(request.body)['TableName']) };
    }
  }
  const dropped = /^Tables\('(\w+)'\)$/.exec(decodeURIComponent(path));
  if (dropped && request.method === 'DELETE') return { kind: 'drop table', table: dropped[1]! };
  const whole = /^(\w+)(\(\))?$/.exec(path);
  if (whole && request.method === 'GET') return { kind: 'query', table: whole[1]!, query };
  const entity = ENTITY.exec(path);
  if (entity && request.method === 'GET') {
    return {
      kind: 'read',
      table: entity[1]!,
      partition: unquote(entity[2]!),
      key: unquote(entity[3]!),
    };
  }
  const quiet = request.header('prefer') === 'return-no-content';
  return { kind: 'change', ...changeOf(request), quiet };
}

function changeOf(request: TableRequest): { table: string; change: RowChange } {
  const path = new URL(request.url).pathname.slice(1);
  const etag = request.header('if-match');
  const entity = ENTITY.exec(path);
  if (!entity) {
    if (request.method !== 'POST' || !/^\w+$/.test(path)) throw unknown(request);
    const properties = json(request.body);
    const { PartitionKey: partition, RowKey: key } = properties;
    if (typeof partition !== 'string' || typeof key !== 'string') {
      throw new TableError(
        400,
        'PropertiesNeedValue',
        'The values are not specified for all properties in the entity.',
      );
    }
    return { table: path, change: { kind: 'insert', partition, key, properties } };
  }
  const [partition, key] = [unquote(entity[2]!), unquote(entity[3]!)];
  const table = entity[1]!;
  switch (request.method) {
    case 'PUT':
      return { table, change: { kind: 'replace', partition, key, etag, properties: json(request.body) } };
    case 'PATCH':
    case 'MERGE':
      return { table, change: { kind: 'merge', partition, key, etag, properties: json(request.body) } };
    case 'DELETE':
      if (etag === undefined)
        throw new TableError(400, 'MissingRequiredHeader', 'The header If-Match is missing.');
      return { table, change: { kind: 'delete', partition, key, etag, properties: {} } };
    default:
      throw unknown(request);
  }
}

/** @throws TableError with the index of the change that does not go with the others */
function transactionOf(batch: TableRequest): Operation {
  const changes: RowChange[] = [];
  const rows = new Set<string>();
  let table = '';
  for (const inner of innerRequests(batch.body)) {
    const index = changes.length;
    const { table: name, change } = changeOf(inner);
    if (index >= MAX_CHANGES) {
      throw new TableError(400, 'InvalidInput', 'A change set holds at most 100 changes.', 0);
    }
    if (index > 0 && (name !== table || change.partition !== changes[0]!.partition)) {
      const message = 'All commands in a batch must operate on same entity group.';
      throw new TableError(400, 'CommandsInBatchActOnDifferentPartitions', message, index);
    }
    if (rows.has(change.key)) {
      const message = 'An entity can appear only once in a batch request.';
      throw new TableError(400, 'InvalidDuplicateRow', message, index);
    }
    table = name;
    rows.add(change.key);
    changes.push(change);
  }
  if (changes.length === 0) throw new TableError(400, 'InvalidInput', 'The batch has no changes.');
  return { kind: 'transaction', table, changes };
}

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/m;

function* innerRequests(body: string): Generator<TableRequest> {
  const boundary = /boundary=("?)(changeset_[^\r\n;"]+)\1/i.exec(body)?.[2];
  if (!boundary) throw new TableError(400, 'InvalidInput', 'The batch has no change set.');
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const line = REQUEST_LINE.exec(part);
    if (!line) throw new TableError(400, 'InvalidInput', 'A part of the change set is no request.');
    const rest = part.slice(line.index + line[0].length);
    const end = rest.startsWith('\r\n') ? 0 : rest.indexOf('\r\n\r\n');
    const headers = new Map(
      rest
        .slice(0, end)
        .split('\r\n')
        .map((header) => {
          const colon = header.indexOf(':');
          return [header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim()] as const;
        }),
    );
    yield {
      method: line[1]!,
      url: line[2]!,
      header: (name) => headers.get(name),
      body: rest.slice(end).trim(),
    };
  }
}

function unquote(key: string): string {
  return decodeURIComponent(key).replaceAll("''", "'");
}

function json(body: string): Properties {
  try {
    return JSON.parse(body) as Properties;
  } catch {
    throw new TableError(400, 'InvalidInput', 'The body is not JSON.');
  }
}

function unknown({ method, url }: TableRequest): TableError {
  return new TableError(501, 'NotImplemented', `${method} ${url} is not simulated`);
}
