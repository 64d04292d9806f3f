import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createUnzip, unzip } from 'node:zlib';
import { RestError, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { ExchangeAborted, type Answer, type ExchangeLimits } from './exchange';
import { PlainHeaders } from './headers';

/** What a request can hold, as it is sent. */
export type Body = string | Buffer | Uint8Array | Readable;

export type Exchanger = (
  request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Body;
  },
  limits: ExchangeLimits,
) => Promise<Answer>;

/** What undici calls by names of its own, in those that the retries of Azure's SDKs go by. */
const CODES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
};

const inflated = promisify<Buffer, Buffer>(unzip);

/**
 * The relay's connections for Azure's SDKs. Of a request's options it goes by `timeout`, `abortSignal` and
 * `streamResponseStatusCodes`; proxies, agents and TLS settings are the connections' own, and progress is not reported.
 *
 * @param timeoutMs for requests that name none
 */
export function sdkClientOn(exchange: Exchanger, timeoutMs: number): HttpClient {
  return {
    async sendRequest(request) {
      const { method, url, abortSignal: signal, streamResponseStatusCodes: streamed } = request;
      if (!url.startsWith('https:') && !request.allowInsecureConnection) {
        throw new RestError(`cannot connect to ${url}: allowInsecureConnection is not set`, { request });
      }
      const streams = (status: number) =>
        streamed !== undefined && (streamed.has(status) || streamed.has(Number.POSITIVE_INFINITY));
      const limits = { timeoutMs: request.timeout || timeoutMs, signal, streams };
      let answer: Answer;
      try {
        answer = await exchange(
          { method, url, headers: request.headers.toJSON(), body: bodyOf(request) },
          limits,
        );
      } catch (error) {
        throw error instanceof RestError || error instanceof ExchangeAborted
          ? error
          : failureOf(error, request);
      }
      const { status, headers, body } = answer;
      const zipped = /^(gzip|deflate)$/.test(headers['content-encoding'] ?? '');
      const asked = zipped && /gzip|deflate/.test(request.headers.get('accept-encoding') ?? '');
      return {
        request,
        status,
        headers: new PlainHeaders(headers as Record<string, string>),
        ...(body instanceof Readable
          ? { readableStreamBody: asked ? unzipped(body) : body }
          : { bodyAsText: (asked ? await inflated(body) : body).toString('utf8') }),
      };
    },
  };
}

/** A failure of the one fails the other. */
function unzipped(body: Readable): Readable {
  return pipeline(body, createUnzip(), () => undefined);
}

function bodyOf(request: PipelineRequest): Body | undefined {
  const { body: given } = request;
  const body: unknown = typeof given === 'function' ? given() : given;
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof Readable) return body;
  if (body instanceof ArrayBuffer) return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new RestError('a request body must be text, bytes or a stream of Node', { request });
}

function failureOf(error: unknown, request: PipelineRequest): RestError {
  const { message, code } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : (CODES[code] ?? code);
  const failure = new RestError(message, { code: known ?? RestError.REQUEST_SEND_ERROR, request });
  failure.cause = error;
  return failure;
}
