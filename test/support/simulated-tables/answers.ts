import { randomUUID } from 'node:crypto';
import { TableError } from './errors';
import type { Properties, Row } from './rows';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const JSON_TYPE = { 'content-type': 'application/json;odata=minimalmetadata' };

export function refusal(error: TableError): Answer {
  return { status: error.status, headers: JSON_TYPE, body: error.body };
}

/** What a request is answered that the service refuses: a transaction, where it names one of its changes. */
export function answerOf(error: TableError): Answer {
  return error.index === undefined ? refusal(error) : transactionAnswer(error);
}

/** A row as a read gives it, of the chosen properties alone. */
export function entity({ properties, etag }: Row, select?: readonly string[]): Properties {
  const chosen = select
    ? Object.fromEntries(
        Object.entries(properties).filter(([name]) => select.includes(name.replace(/@odata\.type$/, ''))),
      )
    : properties;
  return { 'odata.etag': etag, ...chosen };
}

/** What became of a row; undefined when it is gone. */
export interface ChangedRow {
  readonly row: Row | undefined;
  readonly isNew: boolean;
}

function keysOf({ partition, key }: Row): string {
  return `PartitionKey='${encodeURIComponent(partition)}',RowKey='${encodeURIComponent(key)}'`;
}

/** What a transaction answers: one part for each change, or one for the change that failed. */
export function transactionAnswer(result: readonly ChangedRow[] | TableError): Answer {
  const id = randomUUID();
  const before = `--changesetresponse_${id}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
  const parts =
    result instanceof TableError
      ? [`HTTP/1.1 ${result.status} Refused\r\nContent-Type: application/json\r\n\r\n${result.body}\r\n`]
      : result.map(({ row, isNew }) => {
          const at = isNew && row ? `DataServiceId: (${keysOf(row)})\r\n` : '';
          return `HTTP/1.1 204 No Content\r\n${at}${row ? `ETag: ${row.etag}\r\n` : ''}\r\n\r\n`;
        });
  return {
    status: 202,
    headers: { 'content-type': `multipart/mixed; boundary=batchresponse_${id}` },
    body:
      `--batchresponse_${id}\r\nContent-Type: multipart/mixed; boundary=changesetresponse_${id}\r\n\r\n` +
      `${parts.map((part) => before + part).join('')}--changesetresponse_${id}--\r\n--batchresponse_${id}--\r\n`,
  };
}
