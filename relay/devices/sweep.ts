import { AskedToWait } from '../circuit-breaker';
import type { Clock, Log } from '../ports';
import { audit } from './audit';
import type { DeviceRegistry, Position, Walked } from './registry';
import type { Removal } from './removal';
import type { Upkeep } from './upkeep';

/** How long one sweep goes on, in milliseconds: a function is ended after a minute (`functionTimeout`). */
const SWEEP_MS = 40_000;

/** How often each device is looked at, at most, in milliseconds. */
const EVERY_MS = 24 * 60 * 60_000;

/** Devices that are looked at at the same time: sends share the hub's limits, and rings come first. */
const AT_ONCE = 16;

interface Tally {
  looked: number;
  failed: number;
  removed: Record<string, number>;
}

/**
 * Looks after devices that no request comes for: removes what is remembered to be, and then goes on through all of
 * them, from where the sweep before it stopped. A hub learns that a handle is dead (410, bad token) after it has
 * accepted a push and marks the installation; that is seen here.
 */
export class Sweep {
  constructor(
    private readonly upkeep: Upkeep,
    private readonly registry: DeviceRegistry,
    private readonly clock: Clock,
  ) {}

  /** @throws TransientError when the registry cannot be reached */
  async run(log: Log): Promise<void> {
    const until = this.clock.now() + SWEEP_MS;
    const tally: Tally = { looked: 0, failed: 0, removed: {} };
    try {
      await this.remembered(until, tally, log);
      await this.walk(until, tally, log);
    } catch (error) {
      if (!(error instanceof AskedToWait)) throw error;
    } finally {
      log.write('info', 'devices swept', { ...tally });
    }
  }

  private async remembered(until: number, tally: Tally, log: Log): Promise<void> {
    for await (const ids of this.registry.remembered()) {
      for (const some of chunks(ids)) {
        if (this.clock.now() >= until) return;
        await this.all(some, (id) => this.upkeep.finish(id), tally, log);
      }
    }
  }

  private async walk(until: number, tally: Tally, log: Log): Promise<void> {
    const now = this.clock.now();
    const cursor = await this.registry.cursor();
    if (cursor?.done && now - cursor.startedAt < EVERY_MS) return;
    const goesOn = cursor && !cursor.done;
    const startedAt = goesOn ? cursor.startedAt : now;
    let position: Position = goesOn ? cursor.position : START;
    const devices = { of: '', seen: 0 };
    for await (const rows of this.registry.walk(position)) {
      for (const some of chunks(rows)) {
        if (this.clock.now() >= until) return;
        await this.all(some, (row) => this.look(row), tally, log);
        for (const row of some) {
          if (row.kind === 'user') await this.count(row.userKey, devices, until, tally, log);
        }
        position = some.at(-1)!;
        await this.registry.moveCursor(position, startedAt, false);
      }
    }
    await this.registry.moveCursor(position, startedAt, true);
  }

  private look(row: Walked): Promise<Removal | undefined> {
    return row.kind === 'installation'
      ? this.upkeep.check(row.installationId)
      : this.upkeep.adopt(row.installationId, row.userKey);
  }

  /** Rows of one user come together: one too many has those go that were not renewed for the longest. */
  private async count(
    userKey: string,
    devices: { of: string; seen: number },
    until: number,
    tally: Tally,
    log: Log,
  ): Promise<void> {
    if (devices.of !== userKey) Object.assign(devices, { of: userKey, seen: 0 });
    devices.seen++;
    if (devices.seen !== this.upkeep.maxPerUser + 1) return;
    for (const former of await this.upkeep.trim(userKey, until)) {
      this.tell({ ...former, because: 'one too many' }, tally, log);
    }
  }

  /** @throws AskedToWait when the hub asked to be left alone: the next sweep goes on here */
  private async all<T>(
    some: readonly T[],
    work: (one: T) => Promise<Removal | undefined>,
    tally: Tally,
    log: Log,
  ): Promise<void> {
    const results = await Promise.allSettled(some.map(work));
    for (const result of results) {
      tally.looked++;
      if (result.status === 'fulfilled') {
        if (result.value) this.tell(result.value, tally, log);
        continue;
      }
      tally.failed++;
      log.write('warn', 'device not looked at', { detail: (result.reason as Error).message });
    }
    const held = results.find((one) => one.status === 'rejected' && one.reason instanceof AskedToWait);
    if (held?.status === 'rejected') throw held.reason;
  }

  private tell({ because, ...former }: Removal, tally: Tally, log: Log): void {
    tally.removed[because] = (tally.removed[because] ?? 0) + 1;
    log.write('info', 'device removed', { because });
    const action = because === 'one too many' ? 'eviction' : 'expiry';
    audit(log, { ...former, action, outcome: 'done', detail: because });
  }
}

const START: Position = { partition: 'installation-', row: '' };

function chunks<T>(all: readonly T[]): T[][] {
  const some: T[][] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) some.push(all.slice(at, at + AT_ONCE));
  return some;
}
