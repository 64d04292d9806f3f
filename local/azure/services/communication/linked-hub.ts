import { resourceName } from '../../core/arm/resource-id';
import { parseHubConnectionString, signSharedAccess } from '../../core/access/shared-access-signature';
import type { LocalAzureContext } from '../../core/context';
import type { StoredResource } from '../../core/store';
import type { DeviceRegistrations } from './device-registrations';
import { applePayload, fcmPayload, type Notice } from './notices';
import type { Platform, SentPush } from './requests';
import { communicationSecrets, type HubLink } from './resource-types';
import { RINGING_SECONDS } from './ringing';

/** Seconds a SAS of the data plane is good for. */
const SIGNATURE_SECONDS = 3600;

/** The hub that the data plane believes to be linked, and the Direct Sends through it. */
export class LinkedHub {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly devices: DeviceRegistrations,
  ) {}

  /** The link that the data plane uses now, and those that it does not know of yet, in the order in which they take effect. */
  links(resource: StoredResource): { effective?: HubLink; pending: HubLink[] } {
    const { links } = communicationSecrets(resource);
    const now = this.context.clock.now();
    const last = links.findLastIndex((link) => link.effectiveAt <= now);
    return {
      ...(last < 0 ? {} : { effective: links[last]! }),
      // One that a newer overtakes never takes effect.
      pending: links
        .slice(last + 1)
        .filter(({ effectiveAt }, index, later) =>
          later.slice(index + 1).every((newer) => newer.effectiveAt > effectiveAt),
        ),
    };
  }

  /** Pushes to every device of a user. */
  async pushTo(resource: StoredResource, rawId: string, notice: Notice): Promise<SentPush[]> {
    const secrets = communicationSecrets(resource);
    const devices = this.devices.of(resource, rawId);
    if (devices.length === 0) {
      this.context.log(`${resource.name}: no push to ${rawId}: no device is registered, or no longer`);
      return [];
    }
    if (secrets.firstNotificationAt === undefined) {
      secrets.firstNotificationAt = this.context.clock.now();
      this.context.store.put(resource);
    }
    const link = this.links(resource).effective;
    return Promise.all(
      devices.map(async ({ handle, platform }) => {
        if (!link) {
          this.context.log(`${resource.name}: no push to ${rawId}: the data plane knows of no linked hub`);
          return { rawId, handle };
        }
        const status = await this.directSend(link, platform, handle, notice);
        if (status !== 201)
          this.context.log(`${resource.name}: push to ${rawId} refused by its hub: ${status}`);
        return { rawId, handle, hubId: link.resourceId, status };
      }),
    );
  }

  private async directSend(
    link: HubLink,
    platform: Platform,
    handle: string,
    notice: Notice,
  ): Promise<number> {
    const { host, keyName, key } = parseHubConnectionString(link.connectionString)!;
    const uri = `https://${host}/${resourceName(link.resourceId)}/messages/`;
    const expiry = Math.floor(Date.now() / 1000) + SIGNATURE_SECONDS;
    const expiration = Math.floor(this.context.clock.now() / 1000) + RINGING_SECONDS;
    try {
      const answer = await this.context.fetch({
        method: 'POST',
        url: `${uri}?direct&api-version=2020-06`,
        headers: {
          Authorization: signSharedAccess(uri, keyName, key, expiry),
          'Content-Type': 'application/json;charset=utf-8',
          'ServiceBusNotification-Format': platform === 'apns' ? 'apple' : 'fcmv1',
          'ServiceBusNotification-DeviceHandle': handle,
          ...(platform === 'apns' ? { 'apns-priority': '10' } : {}),
          ...(platform === 'apns' && notice.ringing ? { 'apns-expiration': String(expiration) } : {}),
        },
        body: JSON.stringify(platform === 'apns' ? applePayload(notice) : fcmPayload(notice)),
        timeoutMs: 30_000,
      });
      return answer.status;
    } catch (error) {
      this.context.log(`${host}: ${(error as Error).message}`);
      return 0;
    }
  }
}
