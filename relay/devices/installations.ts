import {
  createOrUpdateInstallation,
  deleteInstallation,
  getInstallation,
  updateInstallation,
} from '@azure/notification-hubs/api';
import type { Installation } from '@azure/notification-hubs/models';
import { NotFound, type Hub } from '../hub';
import { languageTag, matchLanguage, rawIdOf, userTag, VOIP_TAG } from '../tags';
import type { Device } from './device';
import { handle, type Handle } from './handles';

/** A device as the hub knows it; without its handles, which nobody needs to read back. */
export interface RegisteredDevice {
  readonly installationId: string;
  readonly platform: string;
  readonly user: string;
  readonly alsoFor: readonly string[];
  readonly language?: string;
  /** Rings through PushKit. */
  readonly voip: boolean;
  /** The push service said that the handle is dead; register the device anew. */
  readonly expired: boolean;
  /** It is removed then unless it was renewed; ISO 8601. */
  readonly renewBefore?: string;
}

/** What the hubs hold of an installation. */
export interface Seen {
  readonly device: RegisteredDevice;
  readonly handles: readonly Handle[];
  /** It is to ring through the VoIP hub, and would not: its PushKit token is dead there, or unknown. */
  readonly silent: boolean;
}

const LOCALE = 'locale:';

/** Installations of the relay's hubs: one in the alert hub, and another of the same id in the VoIP hub. */
export class Installations {
  constructor(
    private readonly alert: Hub,
    private readonly voip: Hub | undefined,
    /** Languages of the templates, the default first. */
    private readonly languages: readonly string[],
  ) {}

  get hasVoip(): boolean {
    return this.voip !== undefined;
  }

  /**
   * Reads what the hubs hold.
   *
   * @param known raw ids that its tags may be of: those in a tag's hash are not to be had otherwise
   */
  async look(installationId: string, known: readonly string[] = []): Promise<Seen | undefined> {
    const installation = await this.read(this.alert, installationId);
    if (!installation) return undefined;
    const device = describe(installation, known);
    const own = handle(installation.platform, channelOf(installation));
    if (!device.voip || !this.voip) return { device, handles: [own], silent: false };
    const ringing = await this.read(this.voip, installationId);
    return {
      device,
      handles: ringing ? [own, handle('voip', channelOf(ringing))] : [own],
      silent: !ringing || ringing.pushChannelExpired === true,
    };
  }

  /** Makes a device ring by alert: alerts leave out whoever rings through the VoIP hub. */
  async ringByAlert(installationId: string): Promise<void> {
    // https://learn.microsoft.com/rest/api/notificationhubs/update-installation
    await this.orNothing(() =>
      this.alert.use((context) =>
        updateInstallation(context, installationId, [{ op: 'remove', path: `/tags/${VOIP_TAG}` }]),
      ),
    );
    await this.remove(this.voip, installationId);
  }

  async put(installationId: string, device: Device): Promise<void> {
    const { platform, pushChannel, voipPushChannel, user, alsoFor, language } = device;
    const template = language && matchLanguage(language, this.languages.slice(1));
    const tags = [
      ...[user, ...alsoFor].map(userTag),
      ...(template ? [languageTag(template)] : []),
      ...(language ? [`${LOCALE}${language}`] : []),
    ];
    const common = { installationId, userId: userIdOf(user) };
    const ringing = voipPushChannel !== undefined && this.voip;
    // First where it rings: until then it rings by alert.
    if (ringing) {
      await ringing.use((context) =>
        createOrUpdateInstallation(context, {
          ...common,
          platform: 'apns',
          pushChannel: voipPushChannel,
          tags,
        }),
      );
    }
    const own = { ...common, platform, pushChannel, tags: ringing ? [...tags, VOIP_TAG] : tags };
    await this.alert.use((context) => createOrUpdateInstallation(context, own as Installation));
    if (!ringing) await this.remove(this.voip, installationId);
  }

  async delete(installationId: string): Promise<void> {
    await this.remove(this.alert, installationId);
    await this.remove(this.voip, installationId);
  }

  private read(hub: Hub, installationId: string): Promise<Installation | undefined> {
    return this.orNothing(() => hub.use((context) => getInstallation(context, installationId)));
  }

  private async remove(hub: Hub | undefined, installationId: string): Promise<void> {
    if (hub) await this.orNothing(() => hub.use((context) => deleteInstallation(context, installationId)));
  }

  private async orNothing<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }
}

function describe(installation: Installation, known: readonly string[]): RegisteredDevice {
  const tags = installation.tags ?? [];
  const users = tags.flatMap((tag) => rawIdOf(tag, known) ?? []);
  const { userId } = installation;
  const user = users.find((id) => userIdOf(id) === userId) ?? users[0] ?? '';
  return {
    installationId: installation.installationId,
    platform: installation.platform,
    user,
    alsoFor: users.filter((id) => id !== user),
    language: tags.find((tag) => tag.startsWith(LOCALE))?.slice(LOCALE.length),
    voip: tags.includes(VOIP_TAG),
    expired: installation.pushChannelExpired ?? false,
  };
}

/**
 * What a user is to the hub, which allows letters, digits and `-_@#.:=` in it.
 * https://learn.microsoft.com/rest/api/notificationhubs/create-overwrite-installation
 */
function userIdOf(rawId: string): string {
  return userTag(rawId).replace(/^user:?/, '');
}

function channelOf({ pushChannel }: Installation): string {
  return typeof pushChannel === 'string'
    ? pushChannel
    : String((pushChannel as { endpoint?: unknown }).endpoint);
}
