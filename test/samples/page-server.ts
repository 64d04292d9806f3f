import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const SAMPLES = join(__dirname, '../../samples/web');
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
};

/** What was asked of the stand-in of the devices API. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** Serves the sample page on this machine, as a site of its own. */
export async function servePage(): Promise<{ origin: string; close(): Promise<void> }> {
  return listen((request, answer) => {
    const file = request.url === '/' ? 'index.html' : request.url!.slice(1);
    if (!/^[\w-]+\.(html|js)$/.test(file)) return answer(404, {}, '');
    answer(
      200,
      { 'content-type': TYPES[file.split('.').pop()!]! },
      readFileSync(join(SAMPLES, file), 'utf8'),
    );
  });
}

/** A devices API on another origin, which lets the page's origin in as CORS has it. */
export async function serveApi(
  pageOrigin: string,
  asked: Asked[],
): Promise<{ origin: string; close(): Promise<void> }> {
  return listen(async (request, answer) => {
    const allow = {
      'access-control-allow-origin': pageOrigin,
      'access-control-allow-methods': 'PUT, GET, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
    };
    if (request.method === 'OPTIONS') return answer(204, allow, '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    asked.push({
      method: request.method!,
      path: request.url!,
      authorization: request.headers.authorization,
      body: text === '' ? undefined : JSON.parse(text),
    });
    answer(request.method === 'DELETE' ? 204 : 201, allow, '');
  });
}

type Answer = (status: number, headers: Record<string, string>, body: string) => void;

async function listen(
  handle: (request: IncomingMessage, answer: Answer) => void | Promise<void>,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    void handle(request, (status, headers, body) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
