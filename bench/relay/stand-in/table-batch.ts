import { randomUUID } from 'node:crypto';
import type { Answer, Asked } from './answer';

/**
 * The requests in an entity group transaction: parts of a change set, each an HTTP request.
 * https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
export function readBatch(body: string): Asked[] {
  const boundary = /boundary="?(changeset[^\s";]*)/i.exec(body)?.[1];
  if (boundary === undefined) return [];
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const request = part.slice(endOfHead(part));
      const head = endOfHead(request);
      const [first = '', ...lines] = request.slice(0, head).trim().split(/\r?\n/);
      const [method = '', url = ''] = first.split(' ');
      const headers: Record<string, string> = {};
      for (const line of lines) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
      }
      return {
        method,
        path: url.replace(/^https?:\/\/[^/]+/, ''),
        headers,
        body: request.slice(head).trim(),
      };
    });
}

/** Behind the empty line that ends headers. */
function endOfHead(text: string): number {
  const empty = /\r?\n\r?\n/.exec(text);
  return empty ? empty.index + empty[0].length : text.length;
}

/** The answer to all of a transaction's requests, or the one to the first that failed. */
export function batchAnswer(answers: readonly Answer[]): Answer {
  const [batch, changes] = [`batchresponse_${randomUUID()}`, `changesetresponse_${randomUUID()}`];
  let body = `--${batch}\r\nContent-Type: multipart/mixed; boundary=${changes}\r\n\r\n`;
  for (const answer of answers) {
    body +=
      `--${changes}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n` +
      `HTTP/1.1 ${answer.status} ${answer.status < 300 ? 'Done' : 'Refused'}\r\n`;
    for (const name in answer.headers) body += `${WRITTEN[name] ?? name}: ${answer.headers[name]}\r\n`;
    body += `\r\n${answer.body ?? ''}\r\n`;
  }
  return {
    status: 202,
    headers: { 'content-type': `multipart/mixed; boundary=${batch}` },
    body: `${body}--${changes}--\r\n--${batch}--\r\n`,
  };
}

/** Clients look for these names as Azure writes them inside a batch. */
const WRITTEN: Readonly<Record<string, string>> = {
  etag: 'ETag',
  dataserviceid: 'DataServiceId',
  'content-type': 'Content-Type',
  'preference-applied': 'Preference-Applied',
};
