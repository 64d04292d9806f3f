import { PermanentError, TransientError } from '../errors';
import type { Clock } from '../ports';
import type { RecordedInstallations } from './recorded-installations';
import { userKey, type DeviceRecord } from './registry';
import type { Former, Removal } from './removal';

/** Installations that one request removes because they are too many; there may be more from before there was a limit. */
const MAX_EVICTED = 25;

const OUT_OF_REACH =
  'the installation may be in a VoIP hub, and the app has no rule of one: set RELAY_VOIP_DEVICES_RULE_ID, or remove it there';

const DAY_MS = 24 * 60 * 60_000;

export interface RegistrationRules {
  /** Devices that one user may have. */
  readonly maxPerUser: number;
  /** Days after which a registration that was not renewed ends; 0 for never. */
  readonly lifetimeDays: number;
}

/** Ends registrations that are of no use any more: dead, not renewed, handed on, one too many. */
export class Upkeep {
  constructor(
    private readonly recorded: RecordedInstallations,
    private readonly rules: RegistrationRules,
    private readonly clock: Clock,
  ) {}

  /** Devices that one user may have. */
  get maxPerUser(): number {
    return this.rules.maxPerUser;
  }

  /**
   * Removes what was remembered to be.
   *
   * @returns undefined where there was nothing to do any more
   * @throws TransientError also while there is no VoIP hub to remove it from
   */
  async finish(installationId: string): Promise<Removal | undefined> {
    const registry = this.recorded.registry;
    return this.recorded.holding(installationId, async (lease) => {
      const { record } = lease;
      if (record?.state !== 'removing') {
        await registry.removed(installationId);
        return undefined;
      }
      await this.recorded.erase(lease, record);
      if (this.recorded.isOutOfReach(record)) throw new TransientError(OUT_OF_REACH);
      return { installationId, user: record.user, because: 'remembered' };
    });
  }

  /** Looks at an installation that is recorded, and removes it where it is of no use any more. */
  async check(installationId: string): Promise<Removal | undefined> {
    const registry = this.recorded.registry;
    const recorded = await registry.record(installationId);
    if (!recorded) {
      // Left by a process that had it and ended: giving it back removes it.
      const lease = await registry.lease(installationId);
      if (typeof lease !== 'number') await registry.release(lease);
      return undefined;
    }
    if (!(await this.verdict(installationId, recorded))) return undefined;
    return this.recorded.holding(installationId, async (lease) => {
      const { record } = lease;
      // It may have been renewed meanwhile.
      const verdict = await this.verdict(installationId, record);
      if (!record || !verdict) return undefined;
      if (verdict === 'silent') return void (await this.recorded.installations.ringByAlert(installationId));
      await this.recorded.erase(lease, record);
      return { installationId, user: record.user, because: verdict };
    });
  }

  private async verdict(
    installationId: string,
    record: DeviceRecord | undefined,
  ): Promise<Removal['because'] | 'silent' | undefined> {
    if (!record || record.lateUntil > this.clock.now()) return undefined;
    if (record.state === 'removing') return this.recorded.isOutOfReach(record) ? undefined : 'remembered';
    if (this.isOver(record)) return 'not renewed';
    const seen = await this.recorded.installations.look(installationId, record.users);
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
    const registry = this.recorded.registry;
    const recorded = await registry.record(installationId);
    if (recorded && isAmong(recorded, key)) return undefined;
    return this.recorded.holding(installationId, async (lease) => {
      if (lease.record) {
        // It changed hands under an earlier version, which left it among the former user's.
        if (!isAmong(lease.record, key)) await registry.removeDevice(key, installationId);
        return undefined;
      }
      const found = await this.recorded.found(installationId);
      if (!found) {
        await registry.removeDevice(key, installationId);
        return undefined;
      }
      const { record, seen } = found;
      const { user } = record;
      if (seen.device.expired) {
        await this.recorded.erase(lease, record);
        return { installationId, user, because: 'dead' };
      }
      await registry.save(lease, record);
      const [own, voip] = seen.handles;
      for (const one of [...own!.formerKeys, own!.key]) {
        const holder = await registry.holder(one);
        if (holder && holder.installationId !== installationId) {
          await this.recorded.erase(lease, record);
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
    const registry = this.recorded.registry;
    const evicted: Former[] = [];
    for (const { installationId } of (await this.tooMany(key)).slice(0, MAX_EVICTED)) {
      if (installationId === own) continue;
      if (this.clock.now() >= until) break;
      try {
        const former = await this.recorded.holding(installationId, async (lease) => {
          const record = lease.record ?? (await this.recorded.found(installationId))?.record;
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
          await this.recorded.erase(lease, record);
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
    const own = (await this.recorded.registry.devicesOf(key)).filter(({ also }) => !also);
    const order = (one: (typeof own)[number]) => `${one.renewed}\n${one.installationId}`;
    own.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return own.slice(0, Math.max(0, own.length - this.rules.maxPerUser));
  }

  private isOver({ renewedAt }: DeviceRecord): boolean {
    const { lifetimeDays } = this.rules;
    return lifetimeDays > 0 && renewedAt + lifetimeDays * DAY_MS <= this.clock.now();
  }
}

/** @param key see {@link userKey} */
function isAmong({ users }: DeviceRecord, key: string): boolean {
  return users.some((user) => userKey(user) === key);
}
