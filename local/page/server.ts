import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { targetOf } from '../azure/core/front/guard';
import { EventStream } from './event-stream';
import type { Projector } from './projector';

/** How often a client that nothing is sent to hears that the connection stands, in milliseconds. */
const BEAT_EVERY_MS = 15_000;
/** More pages than anybody has open; whoever else of this machine asks for their events costs no memory. */
const MOST_STREAMS = 100;

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
  // Who leads a window here has no hold on it.
  'cross-origin-opener-policy': 'same-origin',
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
    for (const stream of this.streams.keys()) {
      this.forget(stream);
      stream.end();
    }
  }

  private sendFile(file: { name: string; type: string }, method: string, response: ServerResponse): void {
    const content = contentOf(file.name);
    if (!content) return unavailable(response, 'the page is not built: npm run build');
    response.writeHead(200, { ...HEADERS, 'content-type': file.type });
    response.end(method === 'HEAD' ? undefined : content);
  }

  private open(response: ServerResponse): void {
    if (this.streams.size >= MOST_STREAMS)
      return unavailable(response, 'as many pages are open as there may be');
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    const stream = new EventStream(response, () => this.forget(stream));
    this.streams.set(
      stream,
      this.projector.watch((section, json) => stream.send(section, `{"${section}":${json}}`)),
    );
    this.beat ??= setInterval(() => {
      for (const one of this.streams.keys()) one.beat();
    }, BEAT_EVERY_MS).unref();
  }

  private forget(stream: EventStream): void {
    this.streams.get(stream)?.();
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.beat);
    this.beat = undefined;
  }
}

function unavailable(response: ServerResponse, why: string): void {
  response.writeHead(503, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
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
