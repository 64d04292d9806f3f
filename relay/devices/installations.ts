import {
  createOrUpdateInstallation,
  deleteInstallation,
  getInstallation,
  updateInstallation,
} from '@azure/notification-hubs/api';
import type { Installation } from '@azure/notification-hubs/models';
import { NotFound, type Hub } from '../hub';
import { languageTag, matchLanguage, userTag, VOIP_TAG } from '../tags';
import type { Device } from './device';

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
   * Reads a device. One whose PushKit token is dead is made to ring by alert: alerts leave out whoever rings through
   * the VoIP hub, so that it would not ring at all.
   */
  async get(installationId: string): Promise<RegisteredDevice | undefined> {
    const installation = await this.read(this.alert, installationId);
    if (!installation) return undefined;
    const device = describe(installation);
    if (!device.voip || !this.voip) return device;
    const ringing = await this.read(this.voip, installationId);
    if (ringing && !ringing.pushChannelExpired) return device;
    // https://learn.microsoft.com/rest/api/notificationhubs/update-installation
    await this.orNothing(() =>
      this.alert.use((context) =>
        updateInstallation(context, installationId, [{ op: 'remove', path: `/tags/${VOIP_TAG}` }]),
      ),
    );
    await this.remove(this.voip, installationId);
    return { ...device, voip: false };
  }

  async put(installationId: string, device: Device): Promise<void> {
    const { platform, pushChannel, voipPushChannel, user, alsoFor, language } = device;
    const template = language && matchLanguage(language, this.languages.slice(1));
    const tags = [
      ...[user, ...alsoFor].map(userTag),
      ...(template ? [languageTag(template)] : []),
      ...(language ? [`${LOCALE}${language}`] : []),
    ];
    const common = { installationId, userId: user.replace('+', '') };
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

function describe(installation: Installation): RegisteredDevice {
  const tags = installation.tags ?? [];
  const users = tags.filter((tag) => tag.startsWith('user:')).map((tag) => rawId(tag.slice('user:'.length)));
  const user = rawId(installation.userId ?? '') || (users[0] ?? '');
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

/** Tags have no plus: that of a phone number is put back. */
function rawId(tagged: string): string {
  return tagged.replace(/^4:(?=\d)/, '4:+');
}
