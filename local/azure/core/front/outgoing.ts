import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { OutgoingRequest } from '../context';
import type { Front } from './front';
import { isLoopback } from './guard';

export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Sends the requests that local Azure makes itself. */
export class Outgoing {
  constructor(
    private readonly front: Front,
    private readonly options: { certificateAuthority: string; passThrough: boolean; closing: AbortSignal },
  ) {}

  /** @throws Error when the host is out of bounds, cannot be reached, or does not answer in time. */
  fetch(request: OutgoingRequest): Promise<OutgoingResponse> {
    const url = new URL(request.url);
    const host = url.hostname.toLowerCase();
    if (this.front.answersFor(host)) return within(request, this.inside(url, request));
    if (!this.options.passThrough && !isLoopback(host)) {
      return Promise.reject(new Error(`local Azure sends nothing beyond this machine, got ${url.origin}`));
    }
    return this.outside(url, request);
  }

  private async inside(url: URL, request: OutgoingRequest): Promise<OutgoingResponse> {
    const body = Buffer.from(request.body ?? '');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k.toLowerCase(), v]));
    const answer = await this.front.dispatch({
      method: request.method,
      host: url.hostname.toLowerCase(),
      path: url.pathname,
      query: url.searchParams,
      headers: { host: url.hostname, 'content-length': String(body.length), ...headers },
      body,
    });
    const raw = answer.body ?? '';
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body: Buffer.isBuffer(raw) || typeof raw === 'string' ? raw.toString() : JSON.stringify(raw),
    };
  }

  private outside(url: URL, request: OutgoingRequest): Promise<OutgoingResponse> {
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(
        url,
        {
          method: request.method,
          headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body ?? '') },
          ca: this.options.certificateAuthority,
          signal: AbortSignal.any([this.options.closing, AbortSignal.timeout(request.timeoutMs)]),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(request.body);
    });
  }
}

function within(request: OutgoingRequest, answer: Promise<OutgoingResponse>): Promise<OutgoingResponse> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(new Error(`${request.method} ${request.url} did not answer within ${request.timeoutMs} ms`)),
      request.timeoutMs,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
