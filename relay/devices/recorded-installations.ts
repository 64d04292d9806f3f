import { TransientError } from '../errors';
import type { Clock } from '../ports';
import type { Installations, Seen } from './installations';
import { userKey, type DeviceRecord, type DeviceRegistry, type Lease } from './registry';

/** How long a request waits for another one that is at the same installation, in milliseconds, and how often it asks. */
const WAIT_MS = 5_000;
const ASK_EVERY_MS = 150;

/** How often what cannot be removed is tried again, in milliseconds. */
const AGAIN_MS = 24 * 60 * 60_000;

/**
 * Installations with their records: who holds the lease of one may change it, in a hub and in the registry. The order
 * in which that is done is told at {@link Registrations}.
 */
export class RecordedInstallations {
  constructor(
    readonly installations: Installations,
    readonly registry: DeviceRegistry,
    private readonly clock: Clock,
  ) {}

  /** @throws TransientError when another request has the installation for longer than can be waited for */
  async holding<T>(installationId: string, work: (lease: Lease) => Promise<T>): Promise<T> {
    const giveUpAt = this.clock.now() + WAIT_MS;
    for (;;) {
      const lease = await this.registry.lease(installationId);
      if (typeof lease !== 'number') {
        try {
          return await work(lease);
        } finally {
          // A lease that cannot be given back runs out.
          await this.registry.release(lease).catch(() => undefined);
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

  /**
   * An installation that is in the hub and not recorded, as an earlier version of the relay left it, or a table that was
   * lost.
   *
   * @param known raw ids that it may be for
   */
  async found(
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

  /**
   * Removes an installation, whose lease is held, from the hubs and then from the registry. While a hub may still write
   * it the registry keeps all of it, for the sweep to do the same again. What may be in a VoIP hub that the app has no rule
   * of (any more) goes on holding its handles, so that it is gone before somebody else rings by them.
   *
   * @param handOver called when it is in no hub any more and nobody can take its handles yet
   */
  async erase(lease: Lease, record: DeviceRecord, handOver?: () => Promise<void>): Promise<void> {
    const { registry } = this;
    const { installationId } = lease;
    await registry.toRemove(installationId, Math.max(this.clock.now(), record.lateUntil));
    await registry.save(lease, { ...record, state: 'removing' });
    await this.installations.delete(installationId);
    await handOver?.();
    if (record.lateUntil > this.clock.now()) return;
    for (const user of record.users) await registry.removeDevice(userKey(user), installationId);
    if (this.isOutOfReach(record)) {
      await registry.toRemove(installationId, this.clock.now() + AGAIN_MS);
      return;
    }
    for (const key of record.handles) await registry.free(key, installationId);
    await registry.save(lease, undefined);
    await registry.removed(installationId);
  }

  /** A device whose PushKit token is dead rings by alert from then on, if it is so still. */
  async ringByAlert(installationId: string): Promise<void> {
    await this.holding(installationId, async ({ record }) => {
      const seen = await this.installations.look(installationId, record?.users);
      if (seen?.silent) await this.installations.ringByAlert(installationId);
    });
  }

  /** @throws TransientError while a hub may still write what it gave no answer to */
  assertSettled({ lateUntil }: DeviceRecord): void {
    const late = lateUntil - this.clock.now();
    if (late > 0) throw new TransientError('the hub may still write the former installation', late);
  }

  /** It may be in a VoIP hub, and there is no rule of one. */
  isOutOfReach({ voip }: DeviceRecord): boolean {
    return voip === true && !this.installations.hasVoip;
  }
}
