import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import type { LocalAzure } from '../../azure';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends to local Azure's https server what SDKs never would; nothing is checked or repeated. */
export class RawClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly ca: string;
  readonly port: number;

  constructor(azure: LocalAzure) {
    this.ca = readFileSync(azure.endpoints.certificateFile, 'utf8');
    this.port = Number(new URL(azure.endpoints.https).port);
  }

  /** @param path as it is to be sent; what no client can send is percent-encoded */
  send(
    host: string,
    method: string,
    path: string,
    options: { body?: string | Buffer; headers?: Record<string, string | string[]> } = {},
  ): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          agent: this.agent,
          host: '127.0.0.1',
          servername: host,
          port: this.port,
          ca: this.ca,
          method,
          path: path.replace(/[^\x21-\xff]/g, encodeURIComponent),
          headers: {
            host,
            ...(options.body !== undefined && { 'content-length': String(Buffer.byteLength(options.body)) }),
            ...options.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a connection that nobody used, just as it was to be used again.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (stale) this.send(host, method, path, options).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(options.body);
    });
  }

  /** Sends bytes over TLS; answers the first line of what comes back, empty when the connection is closed. */
  bytes(host: string, bytes: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: this.port, servername: host, ca: this.ca }, () =>
        socket.write(bytes, 'latin1'),
      );
      let text = '';
      socket.setEncoding('latin1').on('data', (data: string) => {
        text += data;
        if (text.includes('\r\n')) socket.destroy();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text.split('\r\n')[0]!));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
