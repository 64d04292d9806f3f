import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLarge, loopbackRefusal, readBody } from '../azure/core/front/guard';
import { listenOnLoopback } from '../azure/core/front/listen';
import type { LocalResponse } from '../azure/core/http';
import { parseJsonText } from '../azure/core/json';
import type { ControlApi } from './control';

/** Serves the control API: plain http on loopback, without authentication, and for no page of another site. */
export class ControlServer {
  private readonly server: Server;

  constructor(api: ControlApi) {
    this.server = createServer((request, response) => {
      answer(api, request).then(
        ({ status, body }) => {
          response.writeHead(status, {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            // What is left of a body that was not read is no request.
            ...(!request.complete && { connection: 'close' }),
          });
          response.end(body === undefined ? undefined : JSON.stringify(body));
        },
        (error: Error) => {
          response.writeHead(500, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ error: error.message }));
        },
      );
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

async function answer({ control, bodyLimit }: ControlApi, request: IncomingMessage): Promise<LocalResponse> {
  const { method = 'GET', url = '/' } = request;
  const refused = loopbackRefusal(request);
  if (refused) return refusing(refused.status, refused.message);
  let raw: Buffer;
  try {
    raw = await readBody(request, bodyLimit(method, url));
  } catch (error) {
    if (error instanceof BodyTooLarge) return refusing(413, error.message);
    throw error;
  }
  let body: unknown;
  try {
    body = raw.length > 0 ? parseJsonText(raw.toString('utf8')) : undefined;
  } catch (error) {
    return refusing(400, `the body is not JSON: ${(error as Error).message}`);
  }
  return control(method, url, body);
}

function refusing(status: number, error: string): LocalResponse {
  return { status, body: { error } };
}
