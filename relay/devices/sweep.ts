import type { Clock, Log } from '../ports';
import type { Installations } from './installations';
import type { DeviceRegistry } from './registry';

/** How often the devices of one user are looked at, in milliseconds. */
const EVERY_MS = 24 * 60 * 60_000;

/** Users that are remembered as looked at. */
const REMEMBERED = 50_000;

/** Users looked at at the same time: pushes come first. */
const AT_ONCE = 2;

/**
 * Removes devices whose handle the push service declared dead (410, bad token). A hub learns that after it has
 * accepted a push and marks the installation; so the installations of a user are looked at when a push went to them,
 * once a day at most.
 */
export class Sweep {
  private readonly looked = new Map<string, number>();
  private running = 0;

  constructor(
    private readonly installations: Installations,
    private readonly registry: DeviceRegistry,
    private readonly clock: Clock,
  ) {}

  async afterPush(users: readonly string[], log: Log): Promise<void> {
    for (const user of users) {
      const now = this.clock.now();
      if (now - (this.looked.get(user) ?? -Infinity) < EVERY_MS || this.running >= AT_ONCE) continue;
      this.looked.delete(user);
      this.looked.set(user, now);
      if (this.looked.size > REMEMBERED) {
        const [oldest] = this.looked.keys();
        this.looked.delete(oldest!);
      }
      this.running++;
      try {
        await this.look(user, log);
      } finally {
        this.running--;
      }
    }
  }

  private async look(user: string, log: Log): Promise<void> {
    for (const id of await this.registry.installationsOf(user)) {
      const device = await this.installations.get(id);
      if (device && !device.expired) continue;
      if (device) await this.installations.delete(id);
      await this.registry.remove(id, device ? [device.user, ...device.alsoFor] : [user]);
      log.write('info', 'dead device removed', { platform: device?.platform });
    }
  }
}
