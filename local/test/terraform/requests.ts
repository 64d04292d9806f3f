import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from './answer-server';
import { REQUEST_DEVIATIONS, type Side, type TraceName } from './deviations';

/** One request of `traces/`, or a read and how often it was sent. */
interface TracedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly status: number;
  readonly times?: number;
}

/** Requests as lines, and how often each was sent: a write with its body, a read with the status that answered it. */
export type Requests = ReadonlyMap<string, number>;

export function trace(name: TraceName): Requests {
  const file = join(__dirname, 'traces', `${name}.json`);
  const requests = JSON.parse(readFileSync(file, 'utf8')) as TracedRequest[];
  return lines(requests.map((request) => ({ ...request, query: new URLSearchParams(request.query) })));
}

export function asked(requests: readonly RecordedRequest[]): Requests {
  return lines(requests);
}

type Request = Omit<TracedRequest, 'query'> & { readonly query: URLSearchParams };

function lines(requests: readonly Request[]): Requests {
  const counts = new Map<string, number>();
  for (const request of requests) {
    const line = lineOf(request);
    const before = isToken(request) ? 0 : (counts.get(line) ?? 0);
    counts.set(line, before + (request.times ?? 1));
  }
  return counts;
}

/** How often a token is asked for is left to whoever keeps it. */
function isToken({ path }: Request): boolean {
  return path.endsWith('/oauth2/v2.0/token');
}

function lineOf(request: Request): string {
  const { method, host, path, query, body, status } = request;
  query.sort();
  const target = `${method} ${host}${path === '' ? '/' : path}?${query}`;
  if (isToken(request)) return `${target} ${scopeOf(body)}`;
  const isRead = method === 'GET' || (method === 'POST' && body === undefined);
  return normal(isRead ? `${target} -> ${status}` : `${target} ${JSON.stringify(sorted(body))}`);
}

/** What a token is for; the rest of such a request is the client's own. */
function scopeOf(body: unknown): string {
  const scope =
    typeof body === 'string' ? new URLSearchParams(body).get('scope') : (body as { scope: string }).scope;
  return `scope=${scope!.split(' ')[0]}`;
}

/** Names that are made up anew each time. */
function normal(line: string): string {
  return line.replace(/(role(?:Assignments|Definitions)\/)[0-9a-f-]{36}/gi, '$1*');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    // Go's maps have no order, so app settings are sent in any.
    return items.every(
      (item) => typeof item === 'object' && item !== null && 'value' in item && 'name' in item,
    )
      ? items.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
      : items;
  }
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}

/** What differs between two recordings: which deviations, and the requests that none of them explains. */
export function differences(
  theirs: Requests,
  ours: Requests,
): { deviations: string[]; unexplained: string[] } {
  const deviations = new Set<string>();
  const unexplained: string[] = [];
  for (const line of new Set([...theirs.keys(), ...ours.keys()])) {
    const side = sideOf(theirs.get(line) ?? 0, ours.get(line) ?? 0);
    if (side === undefined) continue;
    const known = REQUEST_DEVIATIONS.find((one) => one.side === side && one.requests.test(line));
    if (!known) unexplained.push(`${side}: ${line}`);
    else deviations.add(known.id === 'fewer-reads' ? `${known.id}: ${subjectOf(line)}` : known.id);
  }
  return { deviations: [...deviations].sort(), unexplained: unexplained.sort() };
}

/** The resource type that a line is about, or what a data plane is asked. */
function subjectOf(line: string): string {
  const [, host, path] = /^\S+ ([^/]+)([^?]*)/.exec(line)!;
  if (host !== 'management.azure.com') return host!.split('.').slice(1).join('.') + path!.replace(/\/$/, '');
  const [namespace, ...rest] = path!.split('/providers/').at(-1)!.split('/');
  if (!path!.includes('/providers/')) return 'resourceGroups';
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}

function sideOf(theirs: number, ours: number): Side | undefined {
  if (theirs === ours) return undefined;
  if (ours === 0) return 'only theirs';
  if (theirs === 0) return 'only ours';
  return theirs > ours ? 'more often theirs' : 'more often ours';
}
