import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from './answer-server';

interface TracedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly status: number;
}

/** One way in which our requests are not the real providers', and why that is right. */
export interface Deviation {
  /** Which requests; matched against `METHOD host/path?query`. */
  readonly requests: RegExp;
  readonly side: 'only theirs' | 'only ours';
  readonly reason: string;
}

export type TraceName =
  'production-create' | 'production-refresh' | 'production-update' | 'production-destroy' | 'wide-create';

export function trace(name: TraceName): { reads: string[]; writes: string[] } {
  const file = join(__dirname, 'traces', `${name}.json`);
  const requests = JSON.parse(readFileSync(file, 'utf8')) as TracedRequest[];
  return split(requests.map((request) => ({ ...request, query: new URLSearchParams(request.query) })));
}

export function asked(requests: readonly RecordedRequest[]): { reads: string[]; writes: string[] } {
  return split(requests);
}

/**
 * Reads as a sorted set, since both sides ask some things again while they wait; writes as a sorted list with their
 * bodies, where a second one counts.
 */
function split(
  requests: readonly {
    readonly method: string;
    readonly host: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body?: unknown;
    readonly status: number;
  }[],
): { reads: string[]; writes: string[] } {
  const reads = new Set<string>();
  const writes: string[] = [];
  for (const { method, host, path, query, body, status } of requests) {
    query.sort();
    const line = `${method} ${host}${path === '' ? '/' : path}?${query}`;
    if (method === 'GET' || (method === 'POST' && body === undefined))
      reads.add(normal(`${line} -> ${status}`));
    else writes.push(normal(`${line} ${JSON.stringify(sorted(body))}`));
  }
  return { reads: [...reads].sort(), writes: writes.sort() };
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

/** What is on one side only, less the deviations that are known. */
export function differences(
  theirs: readonly string[],
  ours: readonly string[],
  deviations: readonly Deviation[],
): { onlyTheirs: string[]; onlyOurs: string[] } {
  const known = (line: string, side: Deviation['side']) =>
    deviations.some((deviation) => deviation.side === side && deviation.requests.test(line));
  const left = [...ours];
  const onlyTheirs = theirs.filter((line) => {
    const index = left.indexOf(line);
    if (index !== -1) left.splice(index, 1);
    return index === -1 && !known(line, 'only theirs');
  });
  return { onlyTheirs, onlyOurs: left.filter((line) => !known(line, 'only ours')) };
}
