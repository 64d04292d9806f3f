import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from './answer-server';
import { RECORDED_DEVIATIONS, type Side } from './deviations';

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

export type TraceName =
  | `production-${'create' | 'refresh' | 'update' | 'destroy'}`
  | `acs-chain-${'create' | 'refresh' | 'update' | 'destroy'}`
  | 'wide-create';

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
    counts.set(line, (counts.get(line) ?? 0) + (request.times ?? 1));
  }
  return counts;
}

function lineOf({ method, host, path, query, body, status }: Request): string {
  query.sort();
  const target = `${method} ${host}${path === '' ? '/' : path}?${query}`;
  if (path.endsWith('/oauth2/v2.0/token')) return `${target} ${scopeOf(body)}`;
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

/** What differs between two recordings: the deviations by their ids, and the requests that none of them explains. */
export function differences(
  theirs: Requests,
  ours: Requests,
): { deviations: string[]; unexplained: string[] } {
  const deviations = new Set<string>();
  const unexplained: string[] = [];
  for (const line of new Set([...theirs.keys(), ...ours.keys()])) {
    const side = sideOf(theirs.get(line) ?? 0, ours.get(line) ?? 0);
    if (side === undefined) continue;
    const known = RECORDED_DEVIATIONS.find((one) => one.side === side && one.requests.test(line));
    if (known) deviations.add(known.id);
    else unexplained.push(`${side}: ${line}`);
  }
  return { deviations: [...deviations].sort(), unexplained: unexplained.sort() };
}

function sideOf(theirs: number, ours: number): Side | undefined {
  if (theirs === ours) return undefined;
  if (ours === 0) return 'only theirs';
  if (theirs === 0) return 'only ours';
  return theirs > ours ? 'more often theirs' : 'more often ours';
}
