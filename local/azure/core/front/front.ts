import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CertificateAuthority } from './certificates';
import { listenOnLoopback } from './listen';
import { answerOf, deliver, type Answering } from '../faults/deliver';
import type { RequestFaults } from '../faults/request-faults';
import { ArmError, type HostService, type LocalRequest, type LocalResponse } from '../http';

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
        SNICallback: (host, done) => {
          certificates.contextFor(host.toLowerCase()).then(
            (context) => done(null, context),
            (error: Error) => done(error),
          );
        },
      },
      (request, response) => void this.answer(request, response),
    );
    this.proxy = createHttpServer((_, response) => {
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
    const service = this.options.hosts.find((candidate) => candidate.answersFor(request.host));
    try {
      if (!service) {
        throw new ArmError(404, 'HostNotFound', `local Azure does not answer for the host ${request.host}`);
      }
      return await service.handle(request);
    } catch (error) {
      if (error instanceof ArmError) return error.toResponse();
      this.options.log(`${request.method} https://${request.host}${request.path} failed: ${String(error)}`);
      const message = error instanceof Error ? error.message : String(error);
      return new ArmError(500, 'InternalServerError', message).toResponse();
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

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away
    }
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const whole: LocalRequest = {
      method: request.method ?? 'GET',
      host: hostName(request.headers.host ?? ''),
      path: mark < 0 ? url : url.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
      headers: request.headers,
      body: Buffer.concat(chunks),
      remoteAddress: LOOPBACK,
    };
    const outcome = await this.options.faults.handle(whole, () => this.serve(whole));
    deliver(outcome, response, this.options.faults.context, (answer, to) =>
      send(to, answer, request.method === 'HEAD', this.options.now?.() ?? Date.now()),
    );
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

function portOf(server: Server | undefined): number {
  const address = server?.address() as AddressInfo | null | undefined;
  if (!address) throw new Error('local Azure is not listening');
  return address.port;
}

/** `Management.Azure.com:443` → `management.azure.com` */
function hostName(hostAndPort: string): string {
  return hostAndPort.replace(/:\d+$/, '').toLowerCase();
}

function send(response: Answering, answer: LocalResponse, withoutBody: boolean, now: number): void {
  const headers: Record<string, string> = {
    date: new Date(now).toUTCString(),
    'x-ms-request-id': randomUUID(),
  };
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  let body: Buffer = Buffer.alloc(0);
  if (Buffer.isBuffer(answer.body)) {
    body = answer.body;
  } else if (typeof answer.body === 'string') {
    body = Buffer.from(answer.body);
  } else if (answer.body !== undefined) {
    body = Buffer.from(JSON.stringify(answer.body));
    headers['content-type'] ??= 'application/json; charset=utf-8';
  }
  const bodiless = withoutBody || answer.status === 204 || answer.status === 304;
  if (!bodiless) headers['content-length'] = String(body.length);
  response.writeHead(answer.status, headers);
  response.end(bodiless ? undefined : body);
}
