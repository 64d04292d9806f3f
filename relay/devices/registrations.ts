import { TransientError } from '../errors';
import type { Device } from './device';
import type { Installations, RegisteredDevice } from './installations';
import type { DeviceRegistry } from './registry';

/** An installation that is registered no more, and whose it was. */
export interface Former {
  readonly installationId: string;
  /** `rawId`; undefined where nothing told it any more. */
  readonly user?: string;
}

/** What became of a registration. */
export interface Registration {
  /** `renewed` when the same installation was registered for the same user before. */
  readonly kind: 'registered' | 'renewed';
  readonly device: RegisteredDevice;
  /** Who held one of the device's handles before, and is gone. */
  readonly tookOverFrom: readonly Former[];
  /** Installations of the user that were one too many: those that were not renewed for the longest. */
  readonly evicted: readonly Former[];
}

/** Registrations of devices, in the hubs and in the registry. */
export class Registrations {
  constructor(
    private readonly installations: Installations,
    /** None without a storage account. */
    private readonly registry: DeviceRegistry | undefined,
  ) {}

  get hasVoip(): boolean {
    return this.installations.hasVoip;
  }

  /** Reads a device; one that is dead or was left half registered reads as it is. */
  read(installationId: string): Promise<RegisteredDevice | undefined> {
    return this.installations.get(installationId);
  }

  /**
   * Registers a device, or renews it.
   *
   * @param known what {@link read} gave, by which the caller was found to be allowed to
   * @throws TransientError when it is to be tried again: nobody else's pushes reach the device then
   */
  async put(
    installationId: string,
    device: Device,
    known: RegisteredDevice | undefined,
  ): Promise<Registration> {
    const { installations, registry } = this;
    await installations.put(installationId, device);
    const tookOverFrom: Former[] = [];
    if (registry) {
      const users = [device.user, ...device.alsoFor];
      const gone = known ? [known.user, ...known.alsoFor].filter((user) => !users.includes(user)) : [];
      if (gone.length > 0) await registry.remove(installationId, gone);
      const { platform, pushChannel } = device;
      const handle = typeof pushChannel === 'string' ? pushChannel : pushChannel.endpoint;
      const before = await registry.add(installationId, users, `${platform}\n${handle}`);
      const former = before && (await installations.get(before));
      if (former) {
        await this.remove(former);
        tookOverFrom.push({ installationId: former.installationId, user: former.user });
      }
    }
    const { platform, user, alsoFor, language } = device;
    return {
      kind: known ? 'renewed' : 'registered',
      device: {
        installationId,
        platform,
        user,
        alsoFor,
        language,
        voip: device.voipPushChannel !== undefined,
        expired: false,
      },
      tookOverFrom,
      evicted: [],
    };
  }

  /**
   * Removes a device from the hubs and the registry.
   *
   * @throws TransientError when it is to be tried again; it is removed later in any case
   */
  async remove({ installationId, user, alsoFor }: RegisteredDevice): Promise<void> {
    await this.installations.delete(installationId);
    await this.registry?.remove(installationId, [user, ...alsoFor]);
  }

  /**
   * All devices that get the pushes of an identity.
   *
   * @throws TransientError also without a storage account, where nobody knows them
   */
  async ofUser(rawId: string): Promise<RegisteredDevice[]> {
    if (!this.registry) throw new TransientError('devices of a user are known with a storage account only');
    const ids = await this.registry.installationsOf(rawId);
    const devices = await Promise.all(ids.map((id) => this.read(id)));
    return devices.filter((device) => device !== undefined);
  }
}
