import { createHmac } from 'node:crypto';

export interface StorageRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
}

const SIGNED_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/**
 * The `Authorization` header of a blob or queue request that carries `x-ms-date`.
 * Source: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function sharedKey(account: string, key: string, request: StorageRequest): string {
  const { headers } = request;
  const standard = SIGNED_HEADERS.map((name) =>
    name === 'date' || (name === 'content-length' && headers[name] === '0') ? '' : (headers[name] ?? ''),
  );
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${headers[name]!.trim()}`);
  const text = [request.method, ...standard, ...own, canonicalResource(account, request)].join('\n');
  return `SharedKey ${account}:${sign(key, text)}`;
}

/** The `Authorization` header of a table request that carries `x-ms-date`. */
export function sharedKeyLite(account: string, key: string, request: StorageRequest): string {
  const component = request.query.get('comp');
  const resource = `/${account}${request.path}${component ? `?comp=${component}` : ''}`;
  return `SharedKeyLite ${account}:${sign(key, `${request.headers['x-ms-date']}\n${resource}`)}`;
}

function canonicalResource(account: string, { path, query }: StorageRequest): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const lines = [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `\n${k}:${v.sort().join(',')}`);
  return `/${account}${path}${lines.join('')}`;
}

function sign(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
}
