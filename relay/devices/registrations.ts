import { TransientError } from '../errors';
import { NoAnswer } from '../http';
import type { Clock } from '../ports';
import type { Device } from './device';
import { handlesOf, normalised } from './handles';
import type { Installations, RegisteredDevice } from './installations';
import { RecordedInstallations } from './recorded-installations';
import { userKey, type DeviceRecord, type DeviceRegistry, type Lease } from './registry';
import type { Former } from './removal';
import { Takeover } from './takeover';
import { Upkeep, type RegistrationRules } from './upkeep';

/** What has to be left of a lease for a change of a hub to be begun, in milliseconds: it takes its tries. */
const ENOUGH_MS = 50_000;

/**
 * How long a hub may still carry out what it gave no answer to, in milliseconds: far longer than it is waited for. Azure
 * documents no limit.
 */
const LATE_MS = 90_000;

/**
 * How long after it began a request still begins to remove an installation that is one too many, in milliseconds: a
 * function has a minute.
 */
const EVICT_FOR_MS = 30_000;

const DAY_MS = 24 * 60 * 60_000;

/** What became of a registration. */
export interface Registration {
  /** `renewed` when the same installation was registered for the same user before, to the end. */
  readonly kind: 'registered' | 'renewed';
  readonly device: RegisteredDevice;
  /** Who held one of the device's handles, or the installation's id, before and is gone. */
  readonly tookOverFrom: readonly Former[];
  /** Installations of the user that were one too many: those that were not renewed for the longest. */
  readonly evicted: readonly Former[];
}

/**
 * Registrations of devices, in the hubs and in the registry. A device has one holder at a time: who held one of its
 * handles before is gone from both hubs before the next is written.
 *
 * A hub makes no change under a condition, so that the registry says who may make one:
 *
 * 1. Whoever changes an installation, in a hub or in the registry, has its lease, which outlives any function.
 * 2. What may be in a hub is in the installation's record before (`pending`), and what is no more in it goes from the
 *    record afterwards (`live`). What is to be removed is written down before it is tried (`removing`, and a row for the
 *    sweep) and forgotten when it is done.
 * 3. A handle's row names its holder. It changes from one installation to the next by compare-and-swap, under the
 *    leases of both, when the former is gone from the hubs; so neither writes itself to a hub in between.
 *
 * A process that ends between any two steps leaves a record that tells the next `PUT`, `DELETE` or sweep what to do;
 * a hub that fails leaves it too. A change that got no answer may still be carried out: until that is not to be expected
 * any more (`lateUntil`) nobody takes the installation over, and what was removed is removed once more.
 *
 * Without a storage account there is none of this: what was registered before by another id stays registered.
 */
export class Registrations {
  /** Ends registrations that are of no use any more. None without a storage account, as all that needs records. */
  readonly upkeep: Upkeep | undefined;
  private readonly recorded: RecordedInstallations | undefined;

  /** @param registry none without a storage account */
  constructor(
    private readonly installations: Installations,
    registry: DeviceRegistry | undefined,
    private readonly rules: RegistrationRules,
    private readonly clock: Clock,
  ) {
    this.recorded = registry && new RecordedInstallations(installations, registry, clock);
    this.upkeep = this.recorded && new Upkeep(this.recorded, rules, clock);
  }

  /** Whether raw ids are kept that do not fit into a tag: no hub gives them back. */
  get keepsRawIds(): boolean {
    return this.recorded !== undefined;
  }

  get hasVoip(): boolean {
    return this.installations.hasVoip;
  }

  /**
   * Reads a device. One whose registration did not come to its end reads as expired: it is to be registered anew.
   *
   * @param known raw ids that it may be for, where no record tells it: hubs have hashes of some of them
   */
  async read(installationId: string, known?: readonly string[]): Promise<RegisteredDevice | undefined> {
    const record = await this.recorded?.registry.record(installationId);
    if (record?.state === 'removing') return undefined;
    const seen = await this.installations.look(installationId, record?.users ?? known);
    if (!seen) return record && half(installationId, record);
    const { device } = seen;
    if (seen.silent) await (this.recorded ?? this.installations).ringByAlert(installationId);
    return { ...device, voip: device.voip && !seen.silent, ...this.renewal(record) };
  }

  /**
   * Registers a device, or renews it.
   *
   * @param known what {@link read} gave, by which the caller was found to be allowed to
   * @param tookOverFrom gets who is gone as soon as they are: also when the registration fails after that
   * @throws TransientError when it is to be tried again
   * @throws PermanentError when the hub does not take the device
   */
  async put(
    installationId: string,
    given: Device,
    known: RegisteredDevice | undefined,
    tookOverFrom: Former[] = [],
  ): Promise<Registration> {
    const start = this.clock.now();
    const device = normalised(given);
    const { recorded } = this;
    if (!recorded) {
      await this.installations.put(installationId, device);
      return {
        kind: known?.user === device.user ? 'renewed' : 'registered',
        device: registered(installationId, device),
        tookOverFrom,
        evicted: [],
      };
    }
    const { before, record } = await recorded.holding(installationId, (lease) =>
      this.register(recorded, lease, device, known, tookOverFrom),
    );
    return {
      kind: before?.state === 'live' ? 'renewed' : 'registered',
      device: { ...registered(installationId, device), ...this.renewal(record) },
      tookOverFrom,
      evicted: await this.upkeep!.trim(userKey(device.user), start + EVICT_FOR_MS, installationId),
    };
  }

  private async register(
    recorded: RecordedInstallations,
    lease: Lease,
    device: Device,
    known: RegisteredDevice | undefined,
    tookOverFrom: Former[],
  ): Promise<{ before: DeviceRecord | undefined; record: DeviceRecord }> {
    const { registry } = recorded;
    const { installationId } = lease;
    const { platform, user } = device;
    const candidates = [user, ...device.alsoFor, ...(known ? [known.user] : [])];
    let before = lease.record ?? (await recorded.found(installationId, candidates))?.record;
    const outOfReach = before && recorded.isOutOfReach(before) ? before.handles : [];
    if (before && before.user !== user) {
      if (before.state === 'live' && before.user !== known?.user) {
        throw new TransientError('the installation was registered by somebody else meanwhile', 1_000);
      }
      await recorded.erase(lease, before);
      recorded.assertSettled(before);
      tookOverFrom.push({ installationId, user: before.user });
      before = undefined;
    }
    const handles = handlesOf(device);
    const keys = handles.map(({ key }) => key);
    const record: DeviceRecord = {
      state: 'live',
      platform,
      user,
      users: [user, ...device.alsoFor],
      handles: union(keys, outOfReach),
      voip: outOfReach.length > 0 || device.voipPushChannel !== undefined,
      renewedAt: this.clock.now(),
      lateUntil: before?.lateUntil ?? 0,
    };
    if (before?.handles.some((key) => !record.handles.includes(key))) recorded.assertSettled(before);
    const pending: DeviceRecord = {
      ...record,
      state: 'pending',
      users: union(record.users, before?.users),
      handles: union(record.handles, before?.handles),
      voip: record.voip || before?.voip,
    };
    await registry.save(lease, pending);
    for (const one of record.users) await registry.addDevice(one, installationId, one !== user);
    const takeover = new Takeover(recorded);
    for (const handle of handles) {
      const isNew = before?.state !== 'live' || !before.handles.includes(handle.key);
      await takeover.takeOver(handle, installationId, isNew, tookOverFrom);
    }
    if (lease.until - this.clock.now() < ENOUGH_MS) {
      throw new TransientError('registering took too long', 1_000);
    }
    await registry.save(lease, { ...pending, lateUntil: this.clock.now() + LATE_MS });
    try {
      await this.installations.put(installationId, device);
    } catch (error) {
      if (!(error instanceof NoAnswer)) await registry.save(lease, pending);
      throw error;
    }
    for (const key of before?.handles ?? []) {
      if (!record.handles.includes(key)) await registry.free(key, installationId);
    }
    for (const one of before?.users ?? []) {
      if (!record.users.includes(one)) await registry.removeDevice(userKey(one), installationId);
    }
    await registry.save(lease, record);
    await registry.removed(installationId);
    return { before, record };
  }

  /**
   * Removes a device from the hubs and the registry.
   *
   * @throws TransientError when it is to be tried again; it is remembered and removed in any case
   */
  async remove({ installationId, user }: Pick<RegisteredDevice, 'installationId' | 'user'>): Promise<Former> {
    const { recorded } = this;
    if (!recorded) {
      await this.installations.delete(installationId);
      return { installationId, user };
    }
    return recorded.holding(installationId, async (lease) => {
      const record = lease.record ?? (await recorded.found(installationId, [user]))?.record;
      if (record && record.state === 'live' && record.user !== user) {
        throw new TransientError('the installation was registered by somebody else meanwhile', 1_000);
      }
      if (record) await recorded.erase(lease, record);
      return { installationId, user };
    });
  }

  /**
   * Goes on with a removal that was begun; of what is not to be removed it does nothing.
   *
   * @returns what is removed by that, if anything
   */
  async finishRemoval(installationId: string): Promise<Former | undefined> {
    const record = await this.recorded?.registry.record(installationId);
    if (record?.state !== 'removing' || this.recorded!.isOutOfReach(record)) return undefined;
    return this.upkeep!.finish(installationId);
  }

  /**
   * All devices that get the pushes of an identity.
   *
   * @throws TransientError also without a storage account, where nobody knows them
   */
  async ofUser(rawId: string): Promise<RegisteredDevice[]> {
    if (!this.recorded) throw new TransientError('devices of a user are known with a storage account only');
    const ids = await this.recorded.registry.installationsOf(rawId);
    const devices = await Promise.all(ids.map((id) => this.read(id)));
    return devices.filter((device) => device !== undefined);
  }

  private renewal(record: DeviceRecord | undefined): Pick<RegisteredDevice, 'renewBefore'> {
    const { lifetimeDays } = this.rules;
    if (!record || lifetimeDays === 0) return {};
    return { renewBefore: new Date(record.renewedAt + lifetimeDays * DAY_MS).toISOString() };
  }
}

function union(ones: readonly string[], others: readonly string[] = []): string[] {
  return [...new Set([...ones, ...others])];
}

function registered(installationId: string, device: Device): RegisteredDevice {
  const { platform, user, alsoFor, language, voipPushChannel } = device;
  return {
    installationId,
    platform,
    user,
    alsoFor,
    language,
    voip: voipPushChannel !== undefined,
    expired: false,
  };
}

function half(installationId: string, { platform, user, users }: DeviceRecord): RegisteredDevice {
  return {
    installationId,
    platform,
    user,
    alsoFor: users.filter((one) => one !== user),
    voip: false,
    expired: true,
  };
}
