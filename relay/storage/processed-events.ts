import { randomUUID } from 'node:crypto';
import { systemClock, type Claim, type Clock, type Log, type ProcessedEvents, type Slot } from '../ports';
import type { StorageAccount } from './account';
import { DayTables } from './day-tables';
import { Layouts } from './layouts';
import { Recent } from './recent';
import { claimRow, doneMark, releaseMark, slotState } from './slot-row';
import type { KeptEntity } from './transaction';

/** Slots that this process finished or gave back lately, at least. */
const REMEMBERED = 10_000;

/**
 * How long it is tried to write down how an attempt ended, in milliseconds, and how long the waits in between become:
 * beyond the longest lease, so that nobody takes over in between but where the table could not be written all the while.
 */
const PERSIST_FOR_MS = 120_000;
const PERSIST_WAIT_MS = 5_000;

const NOTHING: ReadonlySet<string> = new Set();

/** How {@link StoredEvents} lays out its tables. */
export interface StoredEventsOptions {
  /** What the names of the tables begin with; letters and digits. */
  readonly prefix: string;
  /** Over how many partitions a day's slots are spread: see {@link Layouts}. */
  readonly shards: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Slots in Azure Table Storage: one table for each day, whose rows are spread over a number of partitions. */
export class StoredEvents implements ProcessedEvents {
  private readonly tables: DayTables;
  private readonly layouts: Layouts;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly finished = new Recent<number>(REMEMBERED);
  /** What this process knows to be sent of slots that it gave back, whether that was written down or not. */
  private readonly givenBack = new Recent<{ readonly version: number; readonly sent: ReadonlySet<string> }>(
    REMEMBERED,
  );
  /** Marks that are on their way. */
  private unwritten = 0;

  constructor(account: StorageAccount, { prefix, shards, clock, log }: StoredEventsOptions) {
    this.tables = new DayTables(account, prefix, clock);
    this.layouts = new Layouts(account, `${prefix}layouts`, shards, clock);
    this.clock = clock;
    this.log = log;
  }

  async claim(slot: Slot): Promise<Claim> {
    const known = this.finished.get(slot.key);
    if (known !== undefined && known >= slot.version) {
      return { kind: known === slot.version ? 'duplicate' : 'superseded' };
    }
    await this.layouts.ready();
    const { changes } = this.tables.of(slot.day);
    const token = randomUUID();
    const until = this.clock.now() + slot.leaseMs;
    const partition = this.layouts.partitionOf(slot.key, slot.day);
    const refused = await changes.insert(claimRow(partition, slot, token, until));
    if (!refused) return this.mine(slot, token, NOTHING);
    return refused.existing ? this.claimKnown(slot, refused.existing, token, until) : { kind: 'busy' };
  }

  /**
   * The row is written a few milliseconds after the event is acknowledged. A process that is killed in between has the
   * push repeated only where Event Grid delivers the event a second time although it was acknowledged; were the
   * acknowledgement to wait for the row, each event that waits would be delivered again after a kill.
   */
  finish(slot: Slot): Promise<void> {
    this.finished.set(slot.key, slot.version);
    void this.persist(slot, doneMark(slot.version), true);
    return Promise.resolve();
  }

  /**
   * Answers when it is written down; or when that failed, and is tried again for two minutes: who claims the slot is in
   * this process, which knows, or finds it held until its lease is over.
   */
  async release(slot: Slot, token: string, sent: ReadonlySet<string>): Promise<void> {
    const known = this.givenBack.get(slot.key);
    const union = known?.version === slot.version ? new Set([...known.sent, ...sent]) : sent;
    this.givenBack.set(slot.key, { version: slot.version, sent: union });
    await this.persist(slot, releaseMark(slot.version, token, sent), false);
  }

  /** Waits until all that was finished or given back is written down, or given up. */
  async settled(): Promise<void> {
    while (this.unwritten > 0) await systemClock.sleep(10);
  }

  /** Drops the tables of days that are over. */
  async expire(): Promise<string[]> {
    await this.layouts.expire();
    return this.tables.expire();
  }

  /** The slot is there: finished, held by another attempt, given back, or left by an attempt that never ended. */
  private async claimKnown(slot: Slot, row: KeptEntity, token: string, until: number): Promise<Claim> {
    const { kind, holder, sent } = slotState(row, slot.version, this.clock.now());
    // Inserted by a request whose answer got lost.
    if (holder === token) return this.mine(slot, token, sent);
    if (kind === 'superseded') return { kind };
    if (kind === 'held') return { kind: 'busy' };
    if (kind === 'done') {
      this.finished.set(slot.key, slot.version);
      return { kind: 'duplicate' };
    }
    const day = this.tables.of(slot.day);
    const taken = await day.changes.change({
      kind: 'replace',
      entity: claimRow(row.partitionKey, slot, token, until, sent),
      etag: row.etag,
    });
    if (taken === 'done') return this.mine(slot, token, sent);
    // The change that was faster may be this one itself, whose answer was lost.
    const now = await day.asItIs.get(row.partitionKey, slot.key);
    return now?.['holder'] === token ? this.mine(slot, token, sent) : { kind: 'busy' };
  }

  /** A claim, with what is known to be sent: by the row, and by this process. */
  private mine(slot: Slot, token: string, written: ReadonlySet<string>): Claim {
    const known = this.givenBack.get(slot.key);
    const sent = known?.version === slot.version ? new Set([...written, ...known.sent]) : written;
    return { kind: 'mine', token, sent };
  }

  /**
   * Adds to the row without asking whose it is by now: see {@link slotState}. Answers after the first attempt; what
   * failed then is tried again for a while, and told when it was in vain.
   */
  private async persist(slot: Slot, properties: string, patient: boolean): Promise<void> {
    const giveUpAt = this.clock.now() + PERSIST_FOR_MS;
    const { changes } = this.tables.of(slot.day);
    const entity = { partitionKey: this.layouts.partitionOf(slot.key, slot.day), rowKey: slot.key };
    const write = () => changes.change({ kind: 'merge', entity, properties }, patient);
    this.unwritten++;
    try {
      await write();
      this.unwritten--;
    } catch {
      void this.persistLater(write, giveUpAt).finally(() => this.unwritten--);
    }
  }

  private async persistLater(write: () => Promise<unknown>, giveUpAt: number): Promise<void> {
    for (let wait = 250; ; wait = Math.min(2 * wait, PERSIST_WAIT_MS)) {
      await this.clock.sleep(wait);
      try {
        await write();
        return;
      } catch (error) {
        if (this.clock.now() < giveUpAt) continue;
        this.log.write('error', 'not written down how an event was handled: it may be pushed twice', {
          detail: (error as Error).message,
        });
        return;
      }
    }
  }
}
