import { asObject } from '../../core/arm/resource-id';
import { ownValue, setOwnValue } from '../../core/own';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import { alternatives, isTag, parseTagExpression } from './tag-expression';

/** A request the hub refuses, with its status. */
export class HubRequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** An installation as the hub keeps it: the client's document and what the hub adds. */
export interface Installation {
  readonly installationId: string;
  readonly platform: string;
  readonly handle: string;
  /** The push channel as it was sent: a string, or an object for browsers. */
  readonly pushChannel: unknown;
  readonly userId?: string;
  readonly tags: readonly string[];
  readonly templates: Readonly<Record<string, { body: string; tags: readonly string[] }>>;
  readonly document: Readonly<Record<string, unknown>>;
  readonly expirationTime: string;
  readonly lastUpdate: string;
  pushChannelExpired: boolean;
}

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

/** What a send by tag reaches. */
export interface Device {
  readonly handle: string;
  readonly registrationId: string;
  readonly templates: readonly string[];
  /** The push service says that the handle is dead. */
  expire(): void;
}

const PLATFORMS = ['adm', 'apns', 'baidu', 'browser', 'fcmv1', 'gcm', 'mpns', 'wns', 'xiaomi'];
const PLATFORM_OF_FORMAT: Readonly<Record<string, string>> = {
  apple: 'apns',
  fcmv1: 'fcmv1',
  browser: 'browser',
};
const MAX_TAGS = 60;
const FOREVER = '9999-12-31T23:59:59.9999999Z';

/** Fields of a registration that carry its handle, by kind without `Template`. */
const HANDLE_FIELDS: Readonly<Record<string, string>> = {
  Apple: 'DeviceToken',
  FcmV1: 'FcmV1RegistrationId',
  Gcm: 'GcmRegistrationId',
  Windows: 'ChannelUri',
  Browser: 'Endpoint',
  Adm: 'AdmRegistrationId',
};

export function installations(hub: StoredResource): Record<string, Installation> {
  hub.secrets ??= {};
  return (hub.secrets.installations ??= {}) as Record<string, Installation>;
}

export function registrations(hub: StoredResource): Record<string, Registration> {
  hub.secrets ??= {};
  return (hub.secrets.registrations ??= {}) as Record<string, Registration>;
}

/** Installations of a platform by tag, made anew when the hub's installations change. */
interface TagIndex {
  readonly byTag: ReadonlyMap<string, readonly Installation[]>;
  readonly all: readonly Installation[];
}
const indexes = new WeakMap<Record<string, Installation>, Map<string, TagIndex>>();

/** Keeps an installation, or with undefined removes it. */
export function keepInstallation(hub: StoredResource, id: string, kept: Installation | undefined): void {
  const all = installations(hub);
  if (kept) setOwnValue(all, id, kept);
  else delete all[id];
  indexes.delete(all);
}

/** Reads the document of a PUT. Throws HubRequestError (400). */
export function newInstallation(id: string, document: unknown, now: number): Installation {
  const asked = asObject(document);
  const platform = String(asked.platform ?? '').toLowerCase();
  if (!PLATFORMS.includes(platform)) {
    throw new HubRequestError(
      400,
      `The platform '${platform}' is invalid. Expected: ${PLATFORMS.join(', ')}.`,
    );
  }
  if (asked.installationId !== undefined && asked.installationId !== id) {
    throw new HubRequestError(400, 'The installationId of the document differs from that of the address.');
  }
  const channel = asked.pushChannel;
  const handle = typeof channel === 'string' ? channel : String(asObject(channel).endpoint ?? '');
  if (handle === '') throw new HubRequestError(400, 'The installation has no pushChannel.');
  const { p256dh, auth } = asObject(channel);
  if (platform === 'browser' && !(p256dh && auth)) {
    throw new HubRequestError(400, 'The pushChannel of a browser needs endpoint, p256dh and auth.');
  }
  return {
    installationId: id,
    platform,
    handle,
    pushChannel: channel,
    ...(typeof asked.userId === 'string' ? { userId: asked.userId } : {}),
    tags: readTags(asked.tags),
    templates: Object.fromEntries(
      Object.entries(asObject(asked.templates)).map(([name, template]) => [
        name,
        { body: String(asObject(template).body ?? ''), tags: readTags(asObject(template).tags) },
      ]),
    ),
    document: asked,
    expirationTime: typeof asked.expirationTime === 'string' ? asked.expirationTime : FOREVER,
    lastUpdate: new Date(now).toISOString(),
    pushChannelExpired: false,
  };
}

/** Partial update by JSON Patch (RFC 6902): add, remove, replace of /pushChannel, /tags, /tags/{tag}, … */
export function patchInstallation(before: Installation, patches: unknown, now: number): Installation {
  if (!Array.isArray(patches))
    throw new HubRequestError(400, 'An installation is patched by a list of operations.');
  const document: Record<string, unknown> = { ...before.document, tags: [...before.tags] };
  for (const patch of patches) {
    const { op, path, value } = asObject(patch);
    const [root, ...rest] = String(path ?? '')
      .replace(/^\//, '')
      .split('/')
      .map(unescapePointer);
    if (!root || !['add', 'remove', 'replace'].includes(String(op))) {
      throw new HubRequestError(400, `The operation '${String(op)} ${String(path)}' is invalid.`);
    }
    if (root === 'tags') document.tags = patchTags(document.tags as string[], String(op), rest[0], value);
    else if (rest.length > 0) {
      const inner = { ...asObject(ownValue(document, root)) };
      if (op === 'remove') delete inner[rest[0]!];
      else setOwnValue(inner, rest[0]!, maybeJson(value));
      setOwnValue(document, root, inner);
    } else if (op === 'remove') delete document[root];
    else setOwnValue(document, root, value);
  }
  const after = newInstallation(before.installationId, document, now);
  return after.handle === before.handle ? { ...after, pushChannelExpired: before.pushChannelExpired } : after;
}

function patchTags(tags: readonly string[], op: string, which: string | undefined, value: unknown): string[] {
  if (op === 'remove') return which === undefined ? [] : tags.filter((tag) => tag !== which);
  if (op === 'replace')
    return which === undefined ? readTags(maybeJson(value)) : replaceTag(tags, which, value);
  return [...new Set([...tags, ...readTags(typeof value === 'string' ? [value] : value)])];
}

function replaceTag(tags: readonly string[], which: string, value: unknown): string[] {
  return tags.map((tag) => (tag === which ? readTags([value])[0]! : tag));
}

/** What a GET answers. */
export function visibleInstallation(installation: Installation): Record<string, unknown> {
  return {
    ...installation.document,
    installationId: installation.installationId,
    platform: installation.platform,
    pushChannel: installation.pushChannel,
    tags: installation.tags,
    expirationTime: installation.expirationTime,
    lastUpdate: installation.lastUpdate,
    pushChannelExpired: installation.pushChannelExpired,
  };
}

/**
 * The live devices of one format that a tag expression selects; all of them without one.
 * Throws HubRequestError (400) for an expression that cannot be read.
 */
export function matchingDevices(
  hub: StoredResource,
  format: string,
  expression: string | undefined,
  now: number,
  templates: boolean,
): Device[] {
  const matches = expression === undefined ? () => true : readExpression(expression);
  const platform = ownValue(PLATFORM_OF_FORMAT, format);
  const wanted = expression === undefined ? undefined : alternatives(expression);
  const index = indexOf(installations(hub), platform ?? '');
  const candidates = wanted ? [...new Set(wanted.flatMap((tag) => index.byTag.get(tag) ?? []))] : index.all;
  const installed = candidates
    .filter((one) => !one.pushChannelExpired && Date.parse(one.expirationTime) > now)
    .flatMap((one) => {
      const own = [...one.tags, ...implicitTags(one)];
      const bodies = Object.values(one.templates)
        .filter((template) => matches(new Set([...own, ...template.tags])))
        .map((template) => template.body);
      const selected = templates ? bodies.length > 0 : matches(new Set(own));
      return selected ? [deviceOf(one, bodies)] : [];
    });
  const all = registrations(hub);
  const registered = Object.values(all)
    .filter((one) => one.kind.toLowerCase() === `${format}${templates ? 'template' : ''}`)
    .filter((one) => Date.parse(one.expirationTime) > now && matches(new Set(one.tags)))
    .map((one) => ({
      handle: one.handle,
      registrationId: one.registrationId,
      templates: one.bodyTemplate === undefined ? [] : [one.bodyTemplate],
      expire: () => void delete all[one.registrationId],
    }));
  return [...installed, ...registered];
}

function deviceOf(installation: Installation, templates: readonly string[]): Device {
  return {
    handle: installation.handle,
    registrationId: installation.installationId,
    templates,
    expire: () => void (installation.pushChannelExpired = true),
  };
}

/** Tags that the hub itself puts on an installation (notification-hubs-push-notification-registration-management). */
function implicitTags(installation: Installation): string[] {
  const tags = [`$InstallationId:{${installation.installationId}}`];
  if (installation.userId !== undefined) tags.push(`$UserId:{${installation.userId}}`);
  return tags;
}

function indexOf(all: Record<string, Installation>, platform: string): TagIndex {
  const byPlatform = indexes.get(all) ?? new Map<string, TagIndex>();
  indexes.set(all, byPlatform);
  const known = byPlatform.get(platform);
  if (known) return known;
  const members = Object.values(all).filter((one) => one.platform === platform);
  const byTag = new Map<string, Installation[]>();
  for (const one of members) {
    const templateTags = Object.values(one.templates).flatMap((template) => template.tags);
    for (const tag of new Set([...one.tags, ...implicitTags(one), ...templateTags])) {
      const tagged = byTag.get(tag);
      if (tagged) tagged.push(one);
      else byTag.set(tag, [one]);
    }
  }
  const index = { byTag, all: members };
  byPlatform.set(platform, index);
  return index;
}

function readExpression(text: string): (tags: ReadonlySet<string>) => boolean {
  try {
    return parseTagExpression(text);
  } catch (error) {
    throw new HubRequestError(400, `The tag expression is invalid: ${(error as Error).message}.`);
  }
}

function readTags(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new HubRequestError(400, 'The tags of an installation must be a list.');
  const wrong = value.find((tag) => typeof tag !== 'string' || !isTag(tag));
  if (wrong !== undefined) throw new HubRequestError(400, `The tag '${String(wrong)}' is invalid.`);
  if (value.length > MAX_TAGS) throw new HubRequestError(400, `A device takes up to ${MAX_TAGS} tags.`);
  return [...new Set(value as string[])];
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

function unescapePointer(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

function maybeJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
