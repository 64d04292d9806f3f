import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLarge, loopbackRefusal, readBody } from '../azure/core/front/guard';
import { listenOnLoopback } from '../azure/core/front/listen';
import type { LocalResponse } from '../azure/core/http';
import { parseJsonText } from '../azure/core/json';
import { WHERE_THE_TOKEN_IS, type AccessToken } from './access-token';
import type { ControlApi } from './control';

/** What is served beside the control API, to the same callers. */
export interface ServedBeside {
  /** Answers a request that is meant for it, and is false for any other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends what it has not answered to the end. */
  close(): void;
}

/**
 * Serves the control API: plain http on loopback, and for no page of another site. What changes something, or shows
 * secrets, takes the token.
 */
export class ControlServer {
  private readonly server: Server;

  constructor(
    api: ControlApi,
    token: AccessToken,
    private readonly beside: ServedBeside,
  ) {
    this.server = createServer((request, response) => {
      const refused = loopbackRefusal(request);
      if (!refused && beside.answer(request, response)) return;
      const answered = refused
        ? Promise.resolve(refusing(refused.status, refused.message))
        : answer(api, token, request);
      answered.then(
        ({ status, headers, body }) => {
          response.writeHead(status, {
            ...headers,
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
    this.beside.close();
    return new Promise((resolve) => {
      if (!this.server.listening) return resolve();
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

async function answer(api: ControlApi, token: AccessToken, request: IncomingMessage): Promise<LocalResponse> {
  const { method = 'GET', url = '/' } = request;
  if (api.needsToken(method, url) && !token.opens(request.headers.authorization)) {
    return { ...refusing(401, NO_TOKEN), headers: { 'www-authenticate': 'Bearer' } };
  }
  let raw: Buffer;
  try {
    raw = await readBody(request, api.bodyLimit(method, url));
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
  return api.control(method, url, body);
}

const NO_TOKEN = `expected the header 'Authorization: Bearer <token>' with the token of this start: ${WHERE_THE_TOKEN_IS}`;

function refusing(status: number, error: string): LocalResponse {
  return { status, body: { error } };
}
