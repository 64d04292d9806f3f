import {
  Agent as HttpAgent,
  ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { RestError, type HttpClient, type HttpHeaders } from '@azure/core-rest-pipeline';
import { TransientError } from './errors';

/** Event Grid waits 30 s for an answer; a request that takes longer than this would eat all of it. */
export const REQUEST_TIMEOUT_MS = 8_000;

/** A connection that nobody uses is closed after so long: it costs more to make than to keep. */
const IDLE_MS = 60_000;

/** Connections to one host; more wait for one to come free. */
const MAX_SOCKETS = 128;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** By name, or as a list of names and values in turn. */
  readonly headers: Readonly<Record<string, string>> | readonly string[];
  readonly body?: string;
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Connections to Azure, kept alive whether there is a proxy (`HTTPS_PROXY`, but for hosts in `NO_PROXY`) or not. The
 * SDKs' own client opens a new TLS connection for each request behind a proxy.
 */
export class Transport {
  private readonly proxy: URL | undefined;
  private readonly noProxy: readonly string[];
  private readonly targets = new Map<string, Target>();

  /** @param ca certificate authority to trust in place of Node's, PEM */
  constructor(
    environment: NodeJS.ProcessEnv,
    private readonly ca?: string,
  ) {
    const proxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'];
    this.proxy = proxy ? new URL(proxy) : undefined;
    this.noProxy = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '')
      .split(',')
      .map((host) =>
        host
          .trim()
          .replace(/^\*?\./, '')
          .toLowerCase(),
      )
      .filter((host) => host !== '');
  }

  /** Closes the connections that are kept alive; for a process that goes on without. */
  close(): void {
    for (const { agent } of this.targets.values()) agent.destroy();
  }

  /** For libraries that take an agent: use it for this host alone. */
  agentFor(host: string): HttpsAgent {
    return this.targetFor(`https://${host}`).agent;
  }

  /**
   * Sends one request over TLS.
   *
   * @returns the response, whatever its status
   * @throws TransientError when there was none
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { origin, path } = split(request.url);
    const target = this.targetFor(origin);
    try {
      return await exchange(target, path, request);
    } catch (error) {
      // The server closed an idle connection just when it was used again: nothing was processed.
      if (error instanceof LostConnection && error.reused) {
        return exchange(target, path, request).catch((again: unknown) => noAnswer(target.host, again));
      }
      return noAnswer(target.host, error);
    }
  }

  /** The same connections for Azure's SDKs. */
  readonly sdkClient: HttpClient = {
    sendRequest: async (request) => {
      const { body } = request;
      if (body !== undefined && body !== null && typeof body !== 'string') {
        throw new RestError('request bodies must be text', { request });
      }
      const answer = await this.send({
        method: request.method,
        url: request.url,
        headers: request.headers.toJSON(),
        body: body ?? undefined,
        timeoutMs: request.timeout || REQUEST_TIMEOUT_MS,
      });
      return {
        request,
        status: answer.status,
        headers: new PlainHeaders(answer.headers as Record<string, string>),
        bodyAsText: answer.body,
      };
    },
  };

  /** What is the same for all requests to a host. */
  private targetFor(origin: string): Target {
    let target = this.targets.get(origin);
    if (!target) {
      const { hostname, port, host } = new URL(origin);
      const options = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS, ca: this.ca };
      const direct = this.noProxy.some((entry) => hostname === entry || hostname.endsWith(`.${entry}`));
      const agent = this.proxy && !direct ? new TunnelAgent(this.proxy, options) : new OneHostAgent(options);
      target = { protocol: 'https:', hostname, port, host, agent };
      this.targets.set(origin, target);
    }
    return target;
  }
}

interface Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly host: string;
  readonly agent: HttpsAgent;
}

/** Headers as a plain object with lower-case names: the SDK's own class costs as much as a tenth of a request. */
export class PlainHeaders implements HttpHeaders {
  constructor(private readonly values: Record<string, string>) {}

  get(name: string): string | undefined {
    return this.values[name.toLowerCase()];
  }

  has(name: string): boolean {
    return this.values[name.toLowerCase()] !== undefined;
  }

  set(name: string, value: string | number | boolean): void {
    this.values[name.toLowerCase()] = String(value);
  }

  delete(name: string): void {
    delete this.values[name.toLowerCase()];
  }

  toJSON(): Record<string, string> {
    return this.values;
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return Object.entries(this.values)[Symbol.iterator]();
  }
}

function split(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', 'https://'.length);
  return slash < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) };
}

/**
 * Asks the machine itself (the identity endpoint is plain http on it), never by way of a proxy.
 *
 * @throws TransientError when there was no response
 */
export async function askMachine(request: HttpRequest): Promise<HttpResponse> {
  const { hostname, port, host, pathname, search } = new URL(request.url);
  return exchange(
    { protocol: 'http:', hostname, port, host, agent: machineAgent },
    pathname + search,
    request,
  ).catch((error: unknown) => noAnswer(host, error));
}

const machineAgent = new HttpAgent({ keepAlive: false });

class LostConnection extends Error {
  constructor(
    readonly reused: boolean,
    cause: Error,
  ) {
    super((cause as NodeJS.ErrnoException).code ?? cause.message, { cause });
  }
}

/** The request may have been carried out, or may be yet. */
export class NoAnswer extends TransientError {}

function noAnswer(host: string, error: unknown): never {
  throw new NoAnswer(`no answer from ${host} (${(error as Error).message})`, undefined, {
    cause: error,
  });
}

function isList(headers: HttpRequest['headers']): headers is readonly string[] {
  return Array.isArray(headers);
}

function exchange(
  { protocol, hostname, port, host, agent }: Omit<Target, 'agent'> & { readonly agent: HttpAgent },
  path: string,
  { method, headers, body, timeoutMs = REQUEST_TIMEOUT_MS }: HttpRequest,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    // A flat list goes out as it is; an object would be copied and checked name by name.
    const list = ['host', host];
    if (isList(headers)) list.push(...headers);
    else for (const name in headers) list.push(name, headers[name]!);
    if (body !== undefined || method === 'POST' || method === 'PUT') {
      list.push('content-length', String(body === undefined ? 0 : Buffer.byteLength(body)));
    }
    const options = { protocol, hostname, port, agent, method, path, headers: list, timeout: timeoutMs };
    const request = new ClientRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
        }),
      );
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`timeout after ${timeoutMs} ms`)));
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(new LostConnection(request.reusedSocket && error.code === 'ECONNRESET', error)),
    );
    request.end(body);
  });
}

/**
 * Connections to one host. Node sorts an agent's connections by a name that it puts together of twenty options, several
 * times for each request; where there is one host, any name will do.
 */
class OneHostAgent extends HttpsAgent {
  override getName(): string {
    return 'host';
  }
}

/** TLS to one host through a CONNECT proxy. */
class TunnelAgent extends OneHostAgent {
  constructor(
    private readonly proxy: URL,
    options: AgentOptions,
  ) {
    super(options);
  }

  // Node calls it to open a connection and takes one given to the callback later on.
  override createConnection(
    options: ConnectionOptions & { host?: string; port?: number },
    done: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    const { username, password } = this.proxy;
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    const request = httpRequest({
      hostname: this.proxy.hostname,
      port: this.proxy.port || 80,
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: REQUEST_TIMEOUT_MS,
      headers: {
        host: target,
        ...(username && { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }),
      },
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        const tls = tlsConnect({ ...options, socket, servername: options.servername ?? options.host });
        // On a socket that is given to it, tls.connect leaves out the option `timeout`.
        done(null, tls.setTimeout(REQUEST_TIMEOUT_MS));
      } else {
        socket.destroy();
        done(new Error(`proxy answered ${response.statusCode} to CONNECT ${target}`));
      }
    });
    request.once('timeout', () => request.destroy(new Error('proxy does not answer')));
    request.once('error', done);
    request.end();
    return undefined;
  }
}

/** Statuses after which the same request can succeed later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? milliseconds : undefined;
}
