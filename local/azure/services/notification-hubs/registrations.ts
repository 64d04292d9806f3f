import { ownValue, setOwnValue } from '../../core/own';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import { HubRequestError } from './errors';
import { FOREVER } from './installation';
import { readTags } from './tags';

export interface Registration {
  readonly registrationId: string;
  /** `Apple`, `FcmV1`, `AppleTemplate`, … */
  readonly kind: string;
  readonly handle: string;
  readonly tags: readonly string[];
  readonly bodyTemplate?: string;
  readonly expirationTime: string;
  readonly etag: number;
}

/** Fields of a registration that carry its handle, by kind without `Template`. */
export const HANDLE_FIELDS: Readonly<Record<string, string>> = {
  Apple: 'DeviceToken',
  FcmV1: 'FcmV1RegistrationId',
  Gcm: 'GcmRegistrationId',
  Windows: 'ChannelUri',
  Browser: 'Endpoint',
  Adm: 'AdmRegistrationId',
};

export function registrations(hub: StoredResource): Record<string, Registration> {
  hub.secrets ??= {};
  return (hub.secrets.registrations ??= {}) as Record<string, Registration>;
}

/** Reads a registration's Atom entry (notification-hubs REST, "Create registration") and keeps it. */
export function putRegistration(
  hub: StoredResource,
  id: string | undefined,
  entry: string,
  now: number,
  random: Random,
): Registration {
  const kind = /<(\w+?)RegistrationDescription[\s>]/.exec(entry)?.[1];
  const field = kind && ownValue(HANDLE_FIELDS, kind.replace(/Template$/, ''));
  const handle = field && element(entry, field);
  if (!kind || !handle)
    throw new HubRequestError(400, 'The registration has no supported kind or no device handle.');
  const all = registrations(hub);
  const registrationId = id ?? `${Math.floor(random() * 1e18)}-${Math.floor(now)}-1`;
  const tags = (element(entry, 'Tags') ?? '').split(',').map((tag) => tag.trim());
  const bodyTemplate = element(entry, 'BodyTemplate');
  const registration: Registration = {
    registrationId,
    kind,
    handle,
    tags: readTags(tags.filter((tag) => tag !== '')),
    ...(bodyTemplate === undefined ? {} : { bodyTemplate }),
    expirationTime: FOREVER,
    etag: (ownValue(all, registrationId)?.etag ?? 0) + 1,
  };
  setOwnValue(all, registrationId, registration);
  return registration;
}

export function registrationEntry(registration: Registration): string {
  return `<?xml version="1.0" encoding="utf-8"?>${atomEntry(registration, ' xmlns="http://www.w3.org/2005/Atom"')}`;
}

export function registrationFeed(all: readonly Registration[]): string {
  const entries = all.map((one) => atomEntry(one, '')).join('');
  return `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Registrations</title>${entries}</feed>`;
}

function atomEntry(one: Registration, namespace: string): string {
  const name = `${one.kind}RegistrationDescription`;
  const fields: [string, string | undefined][] = [
    ['ETag', String(one.etag)],
    ['ExpirationTime', one.expirationTime],
    ['RegistrationId', one.registrationId],
    ['Tags', one.tags.length > 0 ? one.tags.join(',') : undefined],
    [HANDLE_FIELDS[one.kind.replace(/Template$/, '')]!, one.handle],
    ['BodyTemplate', one.bodyTemplate],
  ];
  const inner = fields
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `<${field}>${escape(value!)}</${field}>`)
    .join('');
  return (
    `<entry${namespace}><title type="text">${escape(one.registrationId)}</title>` +
    `<content type="application/xml"><${name} xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect">` +
    `${inner}</${name}></content></entry>`
  );
}

function element(xml: string, name: string): string | undefined {
  const inner = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  if (inner === undefined) return undefined;
  const cdata = /^\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*$/.exec(inner);
  return cdata ? cdata[1]! : unescape(inner.trim());
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
