import { randomUUID } from 'node:crypto';

/** A row. Keys may not hold / \ # ? or control characters; here they are hashes and plain ids. */
export interface Entity {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [property: string]: string | number | boolean | undefined;
}

export interface KeptEntity extends Entity {
  /** For a change that must not overwrite another. */
  readonly etag: string;
}

/**
 * One change of one row: `insert` fails when the row is there, `replace` when it is not as `etag` says, `merge` adds
 * properties to the row (making it if need be).
 */
export type Change =
  | { readonly kind: 'insert'; readonly entity: Entity }
  | { readonly kind: 'replace'; readonly entity: Entity; readonly etag: string }
  | {
      readonly kind: 'merge';
      readonly entity: Entity;
      /** What to add, as JSON, in place of the entity's properties. */
      readonly properties?: string;
    };

/** At most so many changes in one. https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
export const MAX_CHANGES = 100;

/**
 * The changes as the body of a `$batch` request. The SDK makes such a body too; by making a client of its own for each
 * transaction and a request of its own for each change, at a cost of its own: see bench/relay/README.md.
 *
 * @param tableUrl `https://{account}.table.core.windows.net/{table}`
 */
export function transactionOf(
  tableUrl: string,
  changes: readonly Change[],
): { contentType: string; body: string } {
  const boundary = randomUUID();
  const before = `--changeset_${boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
  let body = `--batch_${boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_${boundary}\r\n\r\n`;
  for (const change of changes) body += before + requestOf(tableUrl, change);
  body += `--changeset_${boundary}--\r\n--batch_${boundary}--\r\n`;
  return { contentType: `multipart/mixed; boundary=batch_${boundary}`, body };
}

function requestOf(tableUrl: string, change: Change): string {
  const headers = 'Accept: application/json;odata=minimalmetadata\r\nContent-Type: application/json\r\n';
  const { entity } = change;
  const row = () => rowUrl(tableUrl, entity);
  switch (change.kind) {
    case 'insert':
      return `POST ${tableUrl} HTTP/1.1\r\n${headers}Prefer: return-no-content\r\n\r\n${jsonOf(entity)}\r\n`;
    case 'replace':
      return `PUT ${row()} HTTP/1.1\r\n${headers}If-Match: ${change.etag}\r\n\r\n${jsonOf(entity)}\r\n`;
    case 'merge':
      return `PATCH ${row()} HTTP/1.1\r\n${headers}\r\n${change.properties ?? jsonOf(entity)}\r\n`;
  }
}

/** The address of a row. */
export function rowUrl(
  tableUrl: string,
  { partitionKey, rowKey }: Pick<Entity, 'partitionKey' | 'rowKey'>,
): string {
  return `${tableUrl}(PartitionKey='${quoted(partitionKey)}',RowKey='${quoted(rowKey)}')`;
}

/** A row as Azure gives it, by the names that its client has for what all rows have. */
export function readRow(json: string): KeptEntity {
  const {
    PartitionKey: partitionKey,
    RowKey: rowKey,
    Timestamp: timestamp,
    'odata.etag': etag,
    ...properties
  } = JSON.parse(json) as Record<string, string>;
  return { ...properties, partitionKey: partitionKey!, rowKey: rowKey!, timestamp, etag: etag! };
}

function jsonOf({ partitionKey, rowKey, ...properties }: Entity): string {
  return JSON.stringify({ PartitionKey: partitionKey, RowKey: rowKey, ...properties });
}

function quoted(key: string): string {
  return encodeURIComponent(key.replaceAll("'", "''"));
}

/** What an answer says of a transaction that was not carried out. */
export interface FailedTransaction {
  /** Which change could not be made, from 0; NaN where Azure does not say. */
  readonly index: number;
  readonly status: number;
  /** Azure's word for it, `EntityAlreadyExists`; empty when it has none. */
  readonly code: string;
}

/** Reads the answer to a `$batch` request: undefined when all changes were made. */
export function failureOf(answer: string): FailedTransaction | undefined {
  const failure = /HTTP\/1\.1 ([45]\d\d)[\s\S]*?(\{[\s\S]*\})?\s*--/.exec(answer);
  if (!failure) return undefined;
  const [, status, body = ''] = failure;
  return {
    status: Number(status),
    // The text of the message begins with the change's place.
    index: Number(/"value"\s*:\s*"(\d+):/.exec(body)?.[1]),
    code: /"code"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '',
  };
}
