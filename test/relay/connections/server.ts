import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority } from '../../../local/azure/core/front/certificates';

export interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
  /** Number of the connection it came over, from 1. */
  readonly connection: number;
  /** Number of the request on that connection, from 1. */
  readonly place: number;
}

/** A server of any host over TLS, a CONNECT proxy before it, and one without TLS; what each saw is put down. */
export class Servers {
  readonly seen: Seen[] = [];
  /** What the proxy was asked for: `host:port`, and the credentials. */
  readonly tunnels: { readonly target: string; readonly credentials: string | undefined }[] = [];
  /** Answers a request; by default with 200 and the request's body. */
  answer: (seen: Seen, response: ServerResponse) => void = ({ body }, response) => response.end(body);
  /** Status of the proxy's answers. */
  proxyStatus = 200;
  private connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly numbers = new WeakMap<Socket, { connection: number; requests: number }>();

  private constructor(
    private readonly authority: CertificateAuthority,
    private readonly folder: string,
    private readonly secure: Server,
    private readonly plain: Server,
    private readonly proxy: Server,
  ) {}

  static async start(): Promise<Servers> {
    const folder = mkdtempSync(join(tmpdir(), 'relay-connections-'));
    const authority = await CertificateAuthority.open(folder);
    const secure = createSecureServer({
      SNICallback: (host, done) => {
        authority.contextFor(host).then((context) => done(null, context), done);
      },
    });
    const servers = new Servers(authority, folder, secure, createServer(), createServer());
    servers.secure.on('secureConnection', (socket: TLSSocket) => servers.count(socket));
    servers.plain.on('connection', (socket: Socket) => servers.count(socket));
    for (const server of [servers.secure, servers.plain]) {
      server.on('request', (request: IncomingMessage, response: ServerResponse) =>
        servers.take(request, response),
      );
    }
    servers.proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
      servers.sockets.add(socket);
      servers.tunnels.push({
        target: request.url!,
        credentials: request.headers['proxy-authorization'],
      });
      socket.write(`HTTP/1.1 ${servers.proxyStatus} Whatever\r\n\r\n`);
      if (servers.proxyStatus === 200) servers.secure.emit('connection', socket);
    });
    for (const server of [servers.secure, servers.plain, servers.proxy]) {
      server.on('connection', (socket: Socket) => servers.sockets.add(socket));
      await once(server.listen(0, '127.0.0.1'), 'listening');
    }
    return servers;
  }

  close(): void {
    for (const server of [this.secure, this.plain, this.proxy]) server.close();
    for (const socket of this.sockets) socket.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Certificate authority of the hosts, PEM. */
  get ca(): string {
    return this.authority.certificatePem;
  }

  get url(): string {
    return `https://localhost:${portOf(this.secure)}`;
  }

  get plainUrl(): string {
    return `http://127.0.0.1:${portOf(this.plain)}`;
  }

  /** @param credentials `user:password` */
  proxyUrl(credentials = ''): string {
    return `http://${credentials && `${credentials}@`}127.0.0.1:${portOf(this.proxy)}`;
  }

  /** Forgets what was seen, and answers as at first. */
  reset(): void {
    this.seen.length = this.tunnels.length = 0;
    this.proxyStatus = 200;
    this.answer = ({ body }, response) => response.end(body);
  }

  private count(socket: Socket): void {
    this.numbers.set(socket, { connection: ++this.connections, requests: 0 });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const number = this.numbers.get(request.socket)!;
    const place = ++number.requests;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const seen = { request, body, connection: number.connection, place };
      this.seen.push(seen);
      this.answer(seen, response);
    });
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
