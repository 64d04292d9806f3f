import { randomUUID } from 'node:crypto';
import type { LocalResponse } from '../http';

/** An answer as it goes over the wire. */
export interface EncodedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}

/** What a header's value may not hold on the wire (RFC 9110, 5.5). */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/g;

/**
 * @param now Azure's time, milliseconds since the epoch
 * @throws TypeError when the body has no JSON, as one that holds itself
 */
export function encodeResponse(
  answer: LocalResponse,
  method: string | undefined,
  now: number,
): EncodedResponse {
  const headers: Record<string, string> = {
    date: new Date(now).toUTCString(),
    'x-ms-request-id': randomUUID(),
  };
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    headers[name.toLowerCase()] = value.replace(NOT_IN_HEADERS, encodeURIComponent);
  }
  let body: Buffer = Buffer.alloc(0);
  if (Buffer.isBuffer(answer.body)) {
    body = answer.body;
  } else if (typeof answer.body === 'string') {
    body = Buffer.from(answer.body);
  } else if (answer.body !== undefined) {
    body = Buffer.from(JSON.stringify(answer.body));
    headers['content-type'] ??= 'application/json; charset=utf-8';
  }
  const bodiless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  if (!bodiless) headers['content-length'] = String(body.length);
  return { status: answer.status, headers, body: bodiless ? undefined : body };
}
