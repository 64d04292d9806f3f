import { PermanentError, TransientError } from '../errors';
import { NoAnswer } from '../http';
import type { Clock } from '../ports';
import type { Device } from './device';
import { handlesOf, normalised, type Handle } from './handles';
import type { Installations, RegisteredDevice, Seen } from './installations';
import { userKey, type DeviceRecord, type DeviceRegistry, type Lease } from './registry';

/** How long a request waits for another one that is at the same installation, in milliseconds, and how often it asks. */
const WAIT_MS = 5_000;
const ASK_EVERY_MS = 150;

/** What has to be left of a lease for a change of a hub to be begun, in milliseconds: it takes its tries. */
const ENOUGH_MS = 50_000;

/**
 * How long a hub may still carry out what it gave no answer to, in milliseconds: far longer than it is waited for. Azure
 * documents no limit.
 */
const LATE_MS = 90_000;

/** Installations that one request removes because they are too many; there may be more from before there was a limit. */
const MAX_EVICTED = 25;

/** How long after it began a request still begins to remove one of them, in milliseconds: a function has a minute. */
const EVICT_FOR_MS = 30_000;

/** Attempts at one handle that others want too. */
const ATTEMPTS = 5;

const OUT_OF_REACH =
  'the installation may be in a VoIP hub, and the app has no rule of one: set RELAY_VOIP_DEVICES_RULE_ID, or remove it there';

const DAY_MS = 24 * 60 * 60_000;

export interface RegistrationRules {
  /** Devices that one user may have. */
  readonly maxPerUser: number;
  /** Days after which a registration that was not renewed ends; 0 for never. */
  readonly lifetimeDays: number;
}

/** An installation that is registered no more, and whose it was. */
export interface Former {
  readonly installationId: string;
  /** `rawId`; undefined where nothing told it any more. */
  readonly user?: string;
}

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

/** Why an installation was removed without being asked to. */
export interface Removal extends Former {
  readonly because:
    'dead' | 'not renewed' | 'gone from the hub' | 'handed on' | 'one too many' | 'remembered';
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
  constructor(
    private readonly installations: Installations,
    /** None without a storage account. */
    private readonly registry: DeviceRegistry | undefined,
    private readonly rules: RegistrationRules,
    private readonly clock: Clock,
  ) {}

  /** Devices that one user may have. */
  get maxPerUser(): number {
    return this.rules.maxPerUser;
  }

  /** Whether raw ids are kept that do not fit into a tag: no hub gives them back. */
  get keepsRawIds(): boolean {
    return this.registry !== undefined;
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
    const record = await this.registry?.record(installationId);
    if (record?.state === 'removing') return undefined;
    const seen = await this.installations.look(installationId, record?.users ?? known);
    if (!seen) return record && half(installationId, record);
    const { device } = seen;
    if (seen.silent) await this.ringByAlert(installationId);
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
    const { registry } = this;
    if (!registry) {
      await this.installations.put(installationId, device);
      return {
        kind: known?.user === device.user ? 'renewed' : 'registered',
        device: registered(installationId, device),
        tookOverFrom,
        evicted: [],
      };
    }
    const { before, record } = await this.holding(registry, installationId, (lease) =>
      this.register(registry, lease, device, known, tookOverFrom),
    );
    return {
      kind: before?.state === 'live' ? 'renewed' : 'registered',
      device: { ...registered(installationId, device), ...this.renewal(record) },
      tookOverFrom,
      evicted: await this.trim(userKey(device.user), start + EVICT_FOR_MS, installationId),
    };
  }

  private async register(
    registry: DeviceRegistry,
    lease: Lease,
    device: Device,
    known: RegisteredDevice | undefined,
    tookOverFrom: Former[],
  ): Promise<{ before: DeviceRecord | undefined; record: DeviceRecord }> {
    const { installationId } = lease;
    const { platform, user } = device;
    const candidates = [user, ...device.alsoFor, ...(known ? [known.user] : [])];
    let before = lease.record ?? (await this.found(installationId, candidates))?.record;
    const outOfReach = before && this.isOutOfReach(before) ? before.handles : [];
    if (before && before.user !== user) {
      if (before.state === 'live' && before.user !== known?.user) {
        throw new TransientError('the installation was registered by somebody else meanwhile', 1_000);
      }
      await this.erase(registry, lease, before);
      this.assertSettled(before);
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
    if (before?.handles.some((key) => !record.handles.includes(key))) this.assertSettled(before);
    const pending: DeviceRecord = {
      ...record,
      state: 'pending',
      users: union(record.users, before?.users),
      handles: union(record.handles, before?.handles),
      voip: record.voip || before?.voip,
    };
    await registry.save(lease, pending);
    for (const one of record.users) await registry.addDevice(one, installationId, one !== user);
    for (const handle of handles) {
      const isNew = before?.state !== 'live' || !before.handles.includes(handle.key);
      await this.takeOver(registry, handle, installationId, isNew, tookOverFrom);
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

  /** Makes an installation, whose lease is held, the holder of a handle. */
  private async takeOver(
    registry: DeviceRegistry,
    { key, formerKeys }: Handle,
    installationId: string,
    isNew: boolean,
    gone: Former[],
  ): Promise<void> {
    for (const former of isNew ? formerKeys : []) {
      const holder = await registry.holder(former);
      if (holder && holder.installationId !== installationId) {
        gone.push(...(await this.retire(registry, holder.installationId, former, key)));
      }
      if (holder) await registry.free(former, holder.installationId);
    }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const holder = await registry.holder(key);
      if (holder?.installationId === installationId) return;
      if (!holder) {
        if (await registry.claim(key, installationId, undefined)) return;
        continue;
      }
      gone.push(...(await this.retire(registry, holder.installationId, key, key, installationId)));
    }
    throw new TransientError('others register the same handle', 1_000);
  }

  /**
   * Removes the holder of a handle, if it has it still, and makes another one the holder while nobody else can.
   *
   * @param row names the handle as its row does; `key` as it is named now
   */
  private retire(
    registry: DeviceRegistry,
    installationId: string,
    row: string,
    key: string,
    successor?: string,
  ): Promise<Former[]> {
    return this.holding(registry, installationId, async (lease) => {
      const holder = await registry.holder(row);
      if (holder?.installationId !== installationId) return [];
      const record = lease.record ?? (await this.found(installationId))?.record;
      if (!record) await this.installations.delete(installationId);
      const handOver = async () => {
        if (successor) await registry.claim(row, successor, holder.etag);
      };
      if (record && (record.state !== 'live' || record.handles.includes(key))) {
        await this.erase(registry, lease, record, async () => {
          this.assertSettled(record);
          await handOver();
        });
        return [{ installationId, user: record.user }];
      }
      await handOver();
      return [];
    });
  }

  /**
   * Removes a device from the hubs and the registry.
   *
   * @throws TransientError when it is to be tried again; it is remembered and removed in any case
   */
  async remove({ installationId, user }: Pick<RegisteredDevice, 'installationId' | 'user'>): Promise<Former> {
    const { registry } = this;
    if (!registry) {
      await this.installations.delete(installationId);
      return { installationId, user };
    }
    return this.holding(registry, installationId, async (lease) => {
      const record = lease.record ?? (await this.found(installationId, [user]))?.record;
      if (record && record.state === 'live' && record.user !== user) {
        throw new TransientError('the installation was registered by somebody else meanwhile', 1_000);
      }
      if (record) await this.erase(registry, lease, record);
      return { installationId, user };
    });
  }

  /**
   * Goes on with a removal that was begun; of what is not to be removed it does nothing.
   *
   * @returns what is removed by that, if anything
   */
  async finishRemoval(installationId: string): Promise<Former | undefined> {
    const record = await this.registry?.record(installationId);
    if (record?.state !== 'removing' || this.isOutOfReach(record)) return undefined;
    return this.finish(installationId);
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

  /**
   * Removes what was remembered to be.
   *
   * @returns undefined where there was nothing to do any more
   * @throws TransientError also while there is no VoIP hub to remove it from
   */
  async finish(installationId: string): Promise<Removal | undefined> {
    const registry = this.registry!;
    return this.holding(registry, installationId, async (lease) => {
      const { record } = lease;
      if (record?.state !== 'removing') {
        await registry.removed(installationId);
        return undefined;
      }
      await this.erase(registry, lease, record);
      if (this.isOutOfReach(record)) throw new TransientError(OUT_OF_REACH);
      return { installationId, user: record.user, because: 'remembered' };
    });
  }

  /** Looks at an installation that is recorded, and removes it where it is of no use any more. */
  async check(installationId: string): Promise<Removal | undefined> {
    const registry = this.registry!;
    const recorded = await registry.record(installationId);
    if (!recorded) {
      // Left by a process that had it and ended: giving it back removes it.
      const lease = await registry.lease(installationId);
      if (typeof lease !== 'number') await registry.release(lease);
      return undefined;
    }
    if (!(await this.verdict(installationId, recorded))) return undefined;
    return this.holding(registry, installationId, async (lease) => {
      const { record } = lease;
      // It may have been renewed meanwhile.
      const verdict = await this.verdict(installationId, record);
      if (!record || !verdict) return undefined;
      if (verdict === 'silent') return void (await this.installations.ringByAlert(installationId));
      await this.erase(registry, lease, record);
      return { installationId, user: record.user, because: verdict };
    });
  }

  private async verdict(
    installationId: string,
    record: DeviceRecord | undefined,
  ): Promise<Removal['because'] | 'silent' | undefined> {
    if (!record || record.lateUntil > this.clock.now()) return undefined;
    if (record.state === 'removing') return this.isOutOfReach(record) ? undefined : 'remembered';
    if (this.isOver(record)) return 'not renewed';
    const seen = await this.installations.look(installationId, record.users);
    if (!seen) return 'gone from the hub';
    if (seen.device.expired) return 'dead';
    return seen.silent ? 'silent' : undefined;
  }

  /**
   * Records an installation of an earlier version of the relay, which kept none of it but among its user's, and removes
   * one whose handle another has registered since.
   *
   * @param key of the user among whose it is
   */
  async adopt(installationId: string, key: string): Promise<Removal | undefined> {
    const registry = this.registry!;
    const recorded = await registry.record(installationId);
    if (recorded && isAmong(recorded, key)) return undefined;
    return this.holding(registry, installationId, async (lease) => {
      if (lease.record) {
        // It changed hands under an earlier version, which left it among the former user's.
        if (!isAmong(lease.record, key)) await registry.removeDevice(key, installationId);
        return undefined;
      }
      const found = await this.found(installationId);
      if (!found) {
        await registry.removeDevice(key, installationId);
        return undefined;
      }
      const { record, seen } = found;
      const { user } = record;
      if (seen.device.expired) {
        await this.erase(registry, lease, record);
        return { installationId, user, because: 'dead' };
      }
      await registry.save(lease, record);
      const [own, voip] = seen.handles;
      for (const one of [...own!.formerKeys, own!.key]) {
        const holder = await registry.holder(one);
        if (holder && holder.installationId !== installationId) {
          await this.erase(registry, lease, record);
          return { installationId, user, because: 'handed on' };
        }
      }
      await registry.claim(own!.key, installationId, undefined);
      // Nobody wrote down who held a PushKit token: the first that comes by, until one is renewed.
      if (voip) await registry.claim(voip.key, installationId, undefined);
      return undefined;
    });
  }

  /**
   * Brings the devices of a user down to as many as there may be: who was renewed last stays. Each registration does so
   * when it is among them, and all go by the table's clock, so that however many run at a time the last sees to it.
   *
   * @param key see {@link userKey}
   * @param until when none is begun any more, in milliseconds since the epoch: a hub that is slow must not keep a function
   * beyond its time. What is left is the next registration's, or the sweep's
   * @param own left to the registration that came after it, which sees it too
   */
  async trim(key: string, until: number, own?: string): Promise<Former[]> {
    const registry = this.registry!;
    const evicted: Former[] = [];
    for (const { installationId } of (await this.tooMany(key)).slice(0, MAX_EVICTED)) {
      if (installationId === own) continue;
      if (this.clock.now() >= until) break;
      try {
        const former = await this.holding(registry, installationId, async (lease) => {
          const record = lease.record ?? (await this.found(installationId))?.record;
          if (!record) return void (await registry.removeDevice(key, installationId));
          // It was renewed or handed on meanwhile, or is there for somebody else's identity too.
          if (userKey(record.user) !== key) {
            const also = record.users.find((user) => userKey(user) === key);
            if (also !== undefined) await registry.addDevice(also, installationId, true);
            else await registry.removeDevice(key, installationId);
            return undefined;
          }
          if (!(await this.tooMany(key)).some((one) => one.installationId === installationId))
            return undefined;
          await this.erase(registry, lease, record);
          return { installationId, user: record.user };
        });
        if (former) evicted.push(former);
      } catch (error) {
        // The registration itself is done. The sweep and the user's next one come by here again.
        if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
      }
    }
    return evicted;
  }

  private async tooMany(key: string) {
    const own = (await this.registry!.devicesOf(key)).filter(({ also }) => !also);
    const order = (one: (typeof own)[number]) => `${one.renewed}\n${one.installationId}`;
    own.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return own.slice(0, Math.max(0, own.length - this.rules.maxPerUser));
  }

  /**
   * Removes an installation, whose lease is held, from the hubs and then from the registry. While a hub may still write
   * it the registry keeps all of it, for the sweep to do the same again. What may be in a VoIP hub that the app has no rule
   * of (any more) goes on holding its handles, so that it is gone before somebody else rings by them.
   *
   * @param handOver called when it is in no hub any more and nobody can take its handles yet
   */
  private async erase(
    registry: DeviceRegistry,
    lease: Lease,
    record: DeviceRecord,
    handOver?: () => Promise<void>,
  ): Promise<void> {
    const { installationId } = lease;
    await registry.toRemove(installationId, Math.max(this.clock.now(), record.lateUntil));
    await registry.save(lease, { ...record, state: 'removing' });
    await this.installations.delete(installationId);
    await handOver?.();
    if (record.lateUntil > this.clock.now()) return;
    for (const user of record.users) await registry.removeDevice(userKey(user), installationId);
    if (this.isOutOfReach(record)) {
      await registry.toRemove(installationId, this.clock.now() + DAY_MS);
      return;
    }
    for (const key of record.handles) await registry.free(key, installationId);
    await registry.save(lease, undefined);
    await registry.removed(installationId);
  }

  private async ringByAlert(installationId: string): Promise<void> {
    const again = async (lease?: Lease) => {
      const seen = await this.installations.look(installationId, lease?.record?.users);
      if (seen?.silent) await this.installations.ringByAlert(installationId);
    };
    if (this.registry) await this.holding(this.registry, installationId, again);
    else await again();
  }

  /**
   * An installation that is in the hub and not recorded, as an earlier version of the relay left it, or a table that was
   * lost.
   *
   * @param known raw ids that it may be for
   */
  private async found(
    installationId: string,
    known?: readonly string[],
  ): Promise<{ record: DeviceRecord; seen: Seen } | undefined> {
    const seen = await this.installations.look(installationId, known);
    if (!seen) return undefined;
    const { platform, user, alsoFor } = seen.device;
    const record: DeviceRecord = {
      state: 'live',
      platform,
      user,
      users: [user, ...alsoFor],
      handles: seen.handles.flatMap(({ key, formerKeys }) => [key, ...formerKeys]),
      voip: seen.device.voip,
      renewedAt: this.clock.now(),
      lateUntil: 0,
    };
    return { record, seen };
  }

  /** @throws TransientError when another request has the installation for longer than can be waited for */
  private async holding<T>(
    registry: DeviceRegistry,
    installationId: string,
    work: (lease: Lease) => Promise<T>,
  ): Promise<T> {
    const giveUpAt = this.clock.now() + WAIT_MS;
    for (;;) {
      const lease = await registry.lease(installationId);
      if (typeof lease !== 'number') {
        try {
          return await work(lease);
        } finally {
          // A lease that cannot be given back runs out.
          await registry.release(lease).catch(() => undefined);
        }
      }
      if (this.clock.now() >= giveUpAt) {
        // Not all that is left of the lease: it is given back as soon as the other one is done. And two requests that
        // wait for one another are not to meet again.
        throw new TransientError('another request is at the installation', 1_000 + Math.random() * 9_000);
      }
      await this.clock.sleep(ASK_EVERY_MS * (0.5 + Math.random()));
    }
  }

  /** @throws TransientError while a hub may still write what it gave no answer to */
  private assertSettled({ lateUntil }: DeviceRecord): void {
    const late = lateUntil - this.clock.now();
    if (late > 0) throw new TransientError('the hub may still write the former installation', late);
  }

  /** It may be in a VoIP hub, and there is no rule of one. */
  private isOutOfReach({ voip }: DeviceRecord): boolean {
    return voip === true && !this.hasVoip;
  }

  private isOver({ renewedAt }: DeviceRecord): boolean {
    const { lifetimeDays } = this.rules;
    return lifetimeDays > 0 && renewedAt + lifetimeDays * DAY_MS <= this.clock.now();
  }

  private renewal(record: DeviceRecord | undefined): Pick<RegisteredDevice, 'renewBefore'> {
    const { lifetimeDays } = this.rules;
    if (!record || lifetimeDays === 0) return {};
    return { renewBefore: new Date(record.renewedAt + lifetimeDays * DAY_MS).toISOString() };
  }
}

/** @param key see {@link userKey} */
function isAmong({ users }: DeviceRecord, key: string): boolean {
  return users.some((user) => userKey(user) === key);
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
