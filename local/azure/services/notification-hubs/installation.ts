import { asObject } from '../../core/arm/resource-id';
import { HubRequestError } from './errors';
import { readTags } from './tags';

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

const PLATFORMS = ['adm', 'apns', 'baidu', 'browser', 'fcmv1', 'gcm', 'mpns', 'wns', 'xiaomi'];

export const FOREVER = '9999-12-31T23:59:59.9999999Z';

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
