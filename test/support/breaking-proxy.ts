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
 * the answer; or nothing happens to it.
 */
export type Fate = 'not sent' | 'answer lost' | 'half an answer' | 'answered';

/** A proxy before local Azure that cuts real connections, with local Azure's certificates. */
export class BreakingProxy {
  /** Requests, in order: `POST host/path fate`. */
  readonly seen: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly proxy = createServer();

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
    await once(started.proxy.listen(0, '127.0.0.1'), 'listening');
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  close(): void {
    this.proxy.close();
    for (const socket of this.sockets) socket.destroy();
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
    response.end(body);
  }
}
