import type { IncomingMessage } from 'node:http';

/** What is still read, and thrown away, of a body that is too large, so that the client gets to read the answer. */
const DISCARDED_BYTES = 64 * 1024 * 1024;

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Whom a request is meant for, and what. */
export interface RequestTarget {
  /** Host name without port, lower case; empty when the request names none. */
  readonly host: string;
  /** Path as sent, still percent-encoded; begins with `/`. */
  readonly path: string;
  /** What follows the first `?`, as sent. */
  readonly query: string;
}

/** A request whose body goes beyond what its host takes: 413. */
export class BodyTooLarge extends Error {
  constructor(readonly limitBytes: number) {
    super(`the request's body is larger than ${limitBytes} bytes, which is the most that is taken here`);
  }
}

/**
 * Reads a request's target in origin-form (`/path?query`, with the Host header) and in absolute-form, whose host
 * counts in place of the header's (RFC 9112, 3.2.2). Undefined when it has neither form.
 */
export function targetOf(request: IncomingMessage): RequestTarget | undefined {
  const url = request.url ?? '';
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  const authority = absolute ? absolute[1]! : (request.headers.host ?? '');
  const rest = absolute ? absolute[2]!.replace(/^(?!\/)/, '/') : url;
  if (!rest.startsWith('/')) return undefined;
  const mark = rest.indexOf('?');
  return {
    host: hostName(authority),
    path: mark < 0 ? rest : rest.slice(0, mark),
    query: mark < 0 ? '' : rest.slice(mark + 1),
  };
}

/** `Management.Azure.com:443` → `management.azure.com` */
export function hostName(authority: string): string {
  return authority.replace(/:\d*$/, '').toLowerCase();
}

/** `localhost`, `127.0.0.1` and their like, `[::1]`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Why a request is not to be answered: it names a host that is not meant here, as that of a web page does whose
 * name was made to lead to this machine (DNS rebinding).
 * @param hosts true for the host names that are answered for, which come in lower case and without port
 */
export function refusal(request: IncomingMessage, hosts: (host: string) => boolean): Refusal | undefined {
  const target = targetOf(request);
  if (!target) {
    return {
      status: 400,
      message: `the request's target is neither a path nor an https URL: ${request.url}`,
    };
  }
  if (hosts(target.host)) return undefined;
  return { status: 421, message: `no service here answers for the host '${target.host}'` };
}

/**
 * Why a request to a server for this machine's own use is not to be answered: besides another Host, because a web
 * page of elsewhere sends it, or because its body is not said to be JSON, which a page could send unasked.
 */
export function loopbackRefusal(request: IncomingMessage): Refusal | undefined {
  const refused = refusal(request, isLoopback);
  if (refused) return refused;
  const { origin, 'content-type': type } = request.headers;
  const foreign = origin !== undefined && !isLoopbackOrigin(origin);
  // Requests that a page makes without CORS, for an image say, carry no Origin.
  if (foreign || (request.headers['sec-fetch-site'] === 'cross-site' && !isLedHere(request))) {
    return {
      status: 403,
      message: `pages of ${origin ?? 'other sites'} may not use this; only those of this machine may`,
    };
  }
  if (hasBody(request) && !/^application\/json\s*(;|$)/i.test(type ?? '')) {
    return {
      status: 415,
      message: `expected a body of content-type application/json, got ${type ?? 'none'}`,
    };
  }
  return undefined;
}

/**
 * A request's whole body.
 * @throws BodyTooLarge when it is larger than the limit; the rest of it has been thrown away by then, or is too much
 * even for that, and the connection has to be closed
 * @throws Error when the client goes away
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes + DISCARDED_BYTES) throw new BodyTooLarge(limitBytes);
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= limitBytes) chunks.push(chunk as Buffer);
    else chunks = [];
    if (bytes > limitBytes + DISCARDED_BYTES) break;
  }
  if (bytes > limitBytes) throw new BodyTooLarge(limitBytes);
  return Buffer.concat(chunks);
}

/** A link leads a whole window here: the page that has the link reads nothing of it, and changes nothing by it. */
function isLedHere({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** `null`, the origin of pages out of files and sandboxes, is none of this machine's. */
function isLoopbackOrigin(origin: string): boolean {
  const authority = /^https?:\/\/([^/?#@]+)$/i.exec(origin)?.[1];
  return authority !== undefined && isLoopback(hostName(authority));
}
