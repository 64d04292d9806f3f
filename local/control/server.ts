import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Control } from './control';
import { listenOnLoopback } from '../azure/core/front/listen';

/** Serves the control API: plain http on loopback, without authentication. */
export class ControlServer {
  private readonly server: Server;

  constructor(control: Control) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        answer(control, request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks)).then(
          ({ status, body }) => {
            response.writeHead(status, { 'content-type': 'application/json' });
            response.end(body === undefined ? undefined : JSON.stringify(body));
          },
          (error: Error) => {
            response.writeHead(500, { 'content-type': 'application/json' });
            response.end(JSON.stringify({ error: error.message }));
          },
        );
      });
    });
  }

  listen(port: number | undefined): Promise<void> {
    return listenOnLoopback(this.server, port, 'control');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.server.listening) return resolve();
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

async function answer(
  control: Control,
  method: string,
  url: string,
  raw: Buffer,
): Promise<{ status: number; body?: unknown }> {
  let body: unknown;
  try {
    body = raw.length > 0 ? JSON.parse(raw.toString('utf8')) : undefined;
  } catch (error) {
    return { status: 400, body: { error: `the body is not JSON: ${(error as Error).message}` } };
  }
  return control(method, url, body);
}
