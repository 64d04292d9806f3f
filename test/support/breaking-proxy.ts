import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { LocalAzure } from '../../local/azure';
import { CertificateAuthority } from '../../local/azure/core/front/certificates';
import { send } from '../../local/test/support/clients';

/**
 * What becomes of a request: its connection is cut before it arrives; after Azure did what it asks; in the middle of
 * the answer; it stays open and nothing comes, or no more than half; the answer comes byte by byte; somebody on the way
 * answers with this status; or nothing happens to it.
 */
export type Fate =
  | 'not sent'
  | 'answer lost'
  | 'half an answer'
  | 'never answered'
  | 'stalls in the answer'
  | 'slow answer'
  | '429'
  | '500'
  | '502'
  | '503'
  | 'answered';

/** A proxy before local Azure that cuts real connections, with local Azure's certificates. */
export class BreakingProxy {
  /** Requests, in order: `POST host/path fate`. */
  readonly seen: string[] = [];
  /** Seconds that an answer of 429 asks to wait. */
  retryAfter = 1;
  /** Called when a connection was left open without an answer. */
  held: () => void = () => undefined;
  private readonly sockets = new Set<Socket>();
  private readonly proxy = createServer();
  private port = 0;

  private constructor(
    private readonly azure: LocalAzure,
    secure: Server,
    private readonly fateOf: (request: string) => Fate,
  ) {
    secure.on('request', (request, response) => void this.answer(request, response));
    this.proxy.on('connect', (_, socket: Socket) => {
      this.sockets.add(socket);
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      secure.emit('connection', socket);
    });
  }

  /**
   * @param fateOf what becomes of a request: `POST host/path`
   * @param strangers hosts that show a certificate of an authority that nobody knows
   */
  static async start(
    azure: LocalAzure,
    fateOf: (request: string) => Fate,
    strangers: readonly string[] = [],
  ): Promise<BreakingProxy> {
    const known = dirname(azure.endpoints.certificateFile);
    const authority = await CertificateAuthority.open(known);
    const stranger = await CertificateAuthority.open(join(known, 'stranger'));
    const secure = createSecureServer({
      SNICallback: (host, done) => {
        const issuer = strangers.includes(host) ? stranger : authority;
        issuer.contextFor(host).then((context) => done(null, context), done);
      },
    });
    const started = new BreakingProxy(azure, secure, fateOf);
    await started.accept();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** Cuts what is open, and refuses connections until it accepts them again. */
  close(): void {
    this.port = this.proxy.listening ? (this.proxy.address() as AddressInfo).port : this.port;
    this.proxy.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  /** Opens at the same address again. */
  async accept(): Promise<void> {
    await once(this.proxy.listen(this.port, '127.0.0.1'), 'listening');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    const name = `${request.method} ${host}${request.url!.replace(/\?.*$/, '')}`;
    const fate = this.fateOf(name);
    this.seen.push(`${name} ${fate}`);
    if (fate === 'not sent') {
      request.socket.destroy();
      return;
    }
    if (fate === 'never answered') {
      this.held();
      return;
    }
    if (/^\d+$/.test(fate)) {
      response.writeHead(Number(fate), fate === '429' ? { 'retry-after': `${this.retryAfter}` } : undefined);
      response.end(`answer of ${fate}`);
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { connection: _, host: __, ...headers } = request.headers as Record<string, string>;
    const answer = await send(this.azure, request.method!, `https://${host}${request.url}`, {
      headers,
      ...(parts.length > 0 && { body: Buffer.concat(parts) }),
    });
    if (fate === 'answer lost') {
      request.socket.destroy();
      return;
    }
    const body = Buffer.from(answer.text);
    response.writeHead(answer.status, {
      'content-type': answer.headers['content-type'] ?? 'text/plain',
      'content-length': body.length,
    });
    if (fate === 'half an answer') {
      response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
      return;
    }
    if (fate === 'stalls in the answer') {
      response.write(body.subarray(0, body.length / 2), this.held);
      return;
    }
    if (fate === 'slow answer') {
      for (const byte of body) await new Promise((sent) => response.write(Buffer.of(byte), sent));
    } else response.write(body);
    response.end();
  }
}
