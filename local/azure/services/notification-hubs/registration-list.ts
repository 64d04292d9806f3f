import type { LocalResponse } from '../../core/http';

import { HubRequestError } from './errors';
import { xml } from './http';
import { HANDLE_FIELDS, registrationFeed, type Registration } from './registrations';

/** `DeviceToken eq 'ABC'`, of one push service's kind of handle. */
const BY_CHANNEL = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/i;

/**
 * One page of registrations: `$filter` by channel, `$top` and `ContinuationToken`; all at once without `$top`, since no
 * size of a page is told.
 * Source: learn.microsoft.com/rest/api/notificationhubs/read-all-registrations-channel
 */
export function listRegistrations(all: readonly Registration[], sent: URLSearchParams): LocalResponse {
  const query = new Map([...sent].map(([name, value]) => [name.toLowerCase(), value]));
  const filter = query.get('$filter');
  const found = filter === undefined ? all : all.filter(ofChannel(filter));
  const top = natural('$top', query.get('$top') ?? String(found.length));
  const skipped = natural('ContinuationToken', query.get('continuationtoken') ?? '0');
  const next = skipped + top;
  const answer = xml(200, registrationFeed(found.slice(skipped, next)));
  if (next >= found.length) return answer;
  return { ...answer, headers: { ...answer.headers, 'X-MS-ContinuationToken': String(next) } };
}

function ofChannel(filter: string): (registration: Registration) => boolean {
  const [, field = '', value = ''] = BY_CHANNEL.exec(filter) ?? [];
  const [kind] =
    Object.entries(HANDLE_FIELDS).find(([, known]) => known.toLowerCase() === field.toLowerCase()) ?? [];
  if (kind === undefined) {
    const fields = Object.values(HANDLE_FIELDS).join(', ');
    throw new HubRequestError(
      400,
      `The $filter '${filter}' is not supported. Expected: {field} eq '{handle}', of ${fields}.`,
    );
  }
  const handle = value.replaceAll("''", "'");
  // APNs' tokens are asked for in upper case, and addresses percent-encoded.
  const same = (kept: string) =>
    kind === 'Apple'
      ? kept.toLowerCase() === handle.toLowerCase()
      : kept === handle || encodeURIComponent(kept) === handle;
  return (one) => one.kind.replace(/Template$/, '') === kind && same(one.handle);
}

function natural(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new HubRequestError(400, `The ${name} '${text}' is invalid. Expected: a whole number.`);
}
