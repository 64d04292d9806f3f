import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { targetOf } from '../azure/core/front/guard';
import { EventStream } from './event-stream';
import type { Projector } from './projector';

/** How often a client that nothing is sent to hears that the connection stands, in milliseconds. */
const BEAT_EVERY_MS = 15_000;

/** Where the build puts the page: beside the package's program, and in a checkout of the sources. */
const FOLDERS = [__dirname, join(__dirname, '../dist/page')];
const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
};
/** Nothing but the page's own script and style, nothing sent elsewhere, and in no frame of another page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the page: its files, and what it shows as server-sent events. */
export class PageServer {
  private readonly streams = new Map<EventStream, () => void>();
  private beat: NodeJS.Timeout | undefined;

  constructor(private readonly projector: Projector) {}

  /** Answers a request that is meant for the page, and is false for any other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = targetOf(request)?.path ?? '';
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (file) this.sendFile(file, request.method, response);
    else if (path === '/page/events' && request.method === 'GET') this.open(response);
    else return false;
    return true;
  }

  close(): void {
    clearInterval(this.beat);
    for (const [stream, leave] of this.streams) {
      leave();
      stream.end();
    }
    this.streams.clear();
    this.projector.rest();
  }

  private sendFile(file: { name: string; type: string }, method: string, response: ServerResponse): void {
    const content = contentOf(file.name);
    if (!content) {
      response.writeHead(503, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
      response.end('the page is not built: npm run build\n');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': file.type });
    response.end(method === 'HEAD' ? undefined : content);
  }

  private open(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    const stream = new EventStream(response, () => {
      this.streams.get(stream)?.();
      this.streams.delete(stream);
    });
    this.streams.set(
      stream,
      this.projector.watch((section, json) => stream.send(section, json)),
    );
    this.beat ??= setInterval(() => {
      for (const one of this.streams.keys()) one.beat();
    }, BEAT_EVERY_MS).unref();
  }
}

/** Read each time, so that a page that is built again is there when it is loaded again. */
function contentOf(name: string): Buffer | undefined {
  for (const folder of FOLDERS) {
    try {
      return readFileSync(join(folder, name));
    } catch {
      // Not built there.
    }
  }
  return undefined;
}
