import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CertificateAuthority } from './certificates';
import { BodyTooLarge, hostName, readBody, refusal, targetOf } from './guard';
import { listenOnLoopback } from './listen';
import { answerOf, deliver } from '../faults/deliver';
import type { Outcome } from '../faults/fault';
import type { RequestFaults } from '../faults/request-faults';
import { encodeResponse, type EncodedResponse } from './response';
import {
  ArmError,
  DEFAULT_BODY_LIMIT,
  type HostService,
  type LocalRequest,
  type LocalResponse,
} from '../http';

const LOOPBACK = '127.0.0.1';

export interface FrontOptions {
  readonly certificates: CertificateAuthority;
  readonly hosts: readonly HostService[];
  /** Port of the https server; default any free one. */
  readonly httpsPort?: number;
  /** Port of the CONNECT proxy; default any free one. */
  readonly proxyPort?: number;
  /** Tunnels hosts that local Azure does not answer for to the network instead of refusing them. */
  readonly passThrough?: boolean;
  /** Azure's time, which the answers' `Date` tells: milliseconds since the epoch. */
  readonly now?: () => number;
  /** What is ordered to be done to requests. */
  readonly faults: RequestFaults;
  log(message: string): void;
}

/**
 * The way into local Azure: an https server that holds a certificate for every host it answers for, and a
 * CONNECT proxy through which clients that know only Azure's real host names get there.
 */
export class Front {
  private readonly sockets = new Set<Duplex>();
  private https?: Server;
  private proxy?: Server;

  constructor(private readonly options: FrontOptions) {}

  /** @throws Error naming the port and the option that sets it, when the port is taken. */
  async listen(): Promise<void> {
    const { certificates } = this.options;
    // The certificate of localhost is for clients that come by IP address and so send no server name.
    const fallback = await certificates.issue('localhost');
    this.https = createHttpsServer(
      {
        ...fallback,
        SNICallback: (name, done) => {
          const host = name.toLowerCase();
          // Of any other host the request is refused; until then the certificate of localhost does.
          if (!this.answersFor(host)) return done(null);
          certificates.contextFor(host).then(
            (context) => done(null, context),
            (error: Error) => done(error),
          );
        },
      },
      (request, response) => void this.answer(request, response),
    );
    this.proxy = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' });
      response.end('local Azure speaks https only: use CONNECT\n');
    });
    this.proxy.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.connect(request.url ?? '', socket, head);
    });
    await this.open(this.https, this.options.httpsPort, 'https');
    await this.open(this.proxy, this.options.proxyPort, 'proxy');
  }

  get httpsUrl(): string {
    return `https://${LOOPBACK}:${portOf(this.https)}`;
  }

  get proxyUrl(): string {
    return `http://${LOOPBACK}:${portOf(this.proxy)}`;
  }

  answersFor(host: string): boolean {
    return this.options.hosts.some((service) => service.answersFor(host));
  }

  /** Answers a request that local Azure sends itself. @throws Error when its connection is lost, as was ordered */
  async dispatch(request: LocalRequest): Promise<LocalResponse> {
    return answerOf(await this.options.faults.handle(request, () => this.serve(request)));
  }

  /** Answers one request in the name of the host that it is for, whatever faults are ordered. Never throws. */
  async serve(request: LocalRequest): Promise<LocalResponse> {
    try {
      const service = this.serviceFor(request.host);
      if (!isEncoded(request.path)) {
        throw new ArmError(400, 'InvalidUri', `the path ${request.path} is not percent-encoded correctly`);
      }
      if (!service) {
        throw new ArmError(404, 'HostNotFound', `local Azure does not answer for the host ${request.host}`);
      }
      return await service.handle(request);
    } catch (error) {
      return this.failure(`${request.method} https://${request.host}${request.path}`, error);
    }
  }

  async close(): Promise<void> {
    const closed = [this.https, this.proxy].map(
      (server) =>
        new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve())),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private serviceFor(host: string): HostService | undefined {
    return this.options.hosts.find((candidate) => candidate.answersFor(host));
  }

  private failure(what: string, error: unknown): LocalResponse {
    if (error instanceof ArmError) return error.toResponse();
    this.options.log(`${what} failed: ${String(error)}`);
    const message = error instanceof Error ? error.message : String(error);
    return new ArmError(500, 'InternalServerError', message).toResponse();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = `${request.method} ${request.url}`;
    let outcome: Outcome | undefined;
    try {
      outcome = await this.outcomeOf(request);
    } catch (error) {
      outcome = { answer: this.failure(what, error) };
    }
    if (!outcome) return;
    const now = this.options.now?.() ?? Date.now();
    deliver(outcome, response, this.options.faults.context, (answer, to) => {
      const { status, headers, body } = this.encoded(answer, what, request.method, now);
      to.writeHead(status, headers);
      to.end(body);
    });
  }

  private encoded(
    answer: LocalResponse,
    what: string,
    method: string | undefined,
    now: number,
  ): EncodedResponse {
    try {
      return encodeResponse(answer, method, now);
    } catch (error) {
      return encodeResponse(this.failure(what, error), method, now);
    }
  }

  /** Undefined when the client went away. */
  private async outcomeOf(request: IncomingMessage): Promise<Outcome | undefined> {
    const refused = refusal(request, (host) => this.answersFor(host));
    if (refused) {
      request.resume();
      const code = refused.status === 421 ? 'MisdirectedRequest' : 'BadRequest';
      return { answer: new ArmError(refused.status, code, refused.message).toResponse() };
    }
    const { host, path, query } = targetOf(request)!;
    const service = this.serviceFor(host);
    const limit = service?.bodyLimitOf?.(host) ?? service?.bodyLimit ?? DEFAULT_BODY_LIMIT;
    let body: Buffer;
    try {
      body = await readBody(request, limit.bytes);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) return undefined;
      const megabytes = limit.bytes / (1024 * 1024);
      const message = `The request content size exceeds the maximum size of ${megabytes} MB.`;
      return { answer: new ArmError(413, limit.code, message, { connection: 'close' }).toResponse() };
    }
    const whole: LocalRequest = {
      method: request.method ?? 'GET',
      host,
      path,
      query: new URLSearchParams(query),
      headers: request.headers,
      body,
      remoteAddress: LOOPBACK,
    };
    return this.options.faults.handle(whole, () => this.serve(whole));
  }

  private connect(target: string, socket: Duplex, head: Buffer): void {
    this.track(socket);
    const host = hostName(target);
    if (this.answersFor(host)) {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      this.https?.emit('connection', socket);
      return;
    }
    if (!this.options.passThrough) {
      this.options.log(`refused a connection to ${host}`);
      const reason = `local Azure does not answer for ${host}\n`;
      socket.end(
        'HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n' +
          `content-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
      );
      return;
    }
    const port = Number(/:(\d+)$/.exec(target)?.[1] ?? 443);
    if (host === '' || port > 65_535) {
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(port, host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    this.track(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  private open(server: Server, port: number | undefined, option: string): Promise<void> {
    server.on('connection', (socket: Socket) => this.track(socket));
    return listenOnLoopback(server, port, option);
  }

  private track(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }
}

function isEncoded(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}

function portOf(server: Server | undefined): number {
  const address = server?.address() as AddressInfo | null | undefined;
  if (!address) throw new Error('local Azure is not listening');
  return address.port;
}
