import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Dispatcher } from 'undici';
import { Exchange, type Answer, type ExchangeLimits } from './connections/exchange';
import { openPool, type Outgoing } from './connections/pool';
import { sdkClientOn, type Body } from './connections/sdk-client';
import { TransientError } from './errors';

/** Event Grid waits 30 s for an answer; a request that takes longer than this would eat all of it. */
export const REQUEST_TIMEOUT_MS = 8_000;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** By name, or as a list of names and values in turn. */
  readonly headers: Readonly<Record<string, string>> | readonly string[];
  readonly body?: string;
  /** For all of it, from the wait for a connection to the last byte of the answer. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The request may have been carried out, or may be yet. */
export class NoAnswer extends TransientError {}

/**
 * Connections to Azure, kept alive whether there is a proxy (`HTTPS_PROXY`, but for hosts in `NO_PROXY`) or not: one
 * pool for the relay's own requests and for Azure's SDKs.
 */
export class Transport {
  private readonly pool: Dispatcher;

  /** @param ca certificate authority to trust in place of Node's, PEM */
  constructor(environment: NodeJS.ProcessEnv, ca?: string) {
    this.pool = openPool(environment, ca);
  }

  /** Closes the connections that are kept alive; for a process that goes on without. */
  close(): void {
    void this.pool.destroy();
  }

  /**
   * Sends one request.
   *
   * @returns the response, whatever its status
   * @throws NoAnswer when there was none
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    try {
      const answer = await this.exchange(request, { timeoutMs: request.timeoutMs ?? REQUEST_TIMEOUT_MS });
      return { status: answer.status, headers: answer.headers, body: answer.body.toString() };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // The system's codes say more than its messages; undici's say less.
      const why = code === undefined || /^(UND_ERR_|ETIMEDOUT)/.test(code) ? message : code;
      throw new NoAnswer(`no answer from ${new URL(request.url).host} (${why})`, undefined, { cause: error });
    }
  }

  /** The same connections for Azure's SDKs. */
  readonly sdkClient: HttpClient = sdkClientOn(
    (request, limits) => this.exchange(request, limits),
    REQUEST_TIMEOUT_MS,
  );

  /**
   * The server closed an idle connection just when it was used again: nothing was processed, and the request goes once
   * more in the time that is left, unless it has a stream for a body, which is used up.
   */
  private async exchange(
    request: Omit<HttpRequest, 'body'> & { readonly body?: Body },
    limits: ExchangeLimits,
  ): Promise<Answer> {
    const begunAt = performance.now();
    const first = this.begin(request, limits);
    try {
      return await first.answer;
    } catch (error) {
      if (!first.lostUsedConnection || isStream(request.body)) throw error;
      const timeoutMs = Math.ceil(limits.timeoutMs - (performance.now() - begunAt));
      if (timeoutMs <= 0) throw error;
      return this.begin(request, { ...limits, timeoutMs }).answer;
    }
  }

  private begin(
    { method, url, headers, body }: Omit<HttpRequest, 'body'> & { readonly body?: Body },
    limits: ExchangeLimits,
  ): Exchange {
    const { origin, path } = split(url);
    const exchange = new Exchange(limits);
    const outgoing: Outgoing = { origin, path, method, headers: headers as string[], body, exchange };
    this.pool.dispatch(outgoing, exchange);
    return exchange;
  }
}

function split(url: string): { origin: string; path: string } {
  const [slash, query] = [url.indexOf('/', 'https://'.length), url.indexOf('?', 'https://'.length)];
  if (slash > 0 && (query < 0 || slash < query)) {
    return { origin: url.slice(0, slash), path: url.slice(slash) };
  }
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

function isStream(body: Body | undefined): body is Readable {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

/** Statuses after which the same request can succeed later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
