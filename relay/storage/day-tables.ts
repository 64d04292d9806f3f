import type { Clock } from '../ports';
import type { StorageAccount } from './account';
import { GatheredChanges } from './gathered-changes';
import { OwnTable, Table, tableNames } from './table';
import type { Patience } from './tries';

export const DAY_MS = 24 * 60 * 60_000;

/** A day's table goes when this many days have passed: Event Grid delivers for one day at most. */
export const KEEP_DAYS = 3;

/**
 * What events wait for. A try of a second and a half leaves time for three in what a ring has; what hangs for half a
 * second is tried beside it, since all that is written here may be written twice.
 */
export const FOR_EVENTS: Patience = { tryMs: 1_500, hedgeMs: 500 };

/** One day's table. */
export interface DayTable {
  /** For changes, which make the table if need be. */
  readonly changes: GatheredChanges;
  /** For reading: what is not there is not made for that. */
  readonly asItIs: Table;
}

/** Tables of one day each, `{prefix}{yyyymmdd}`, so that records expire by dropping their table, however many they are. */
export class DayTables {
  private readonly tables = new Map<string, DayTable>();
  private named = { day: NaN, name: '' };

  constructor(
    private readonly account: StorageAccount,
    /** Letters and digits. */
    private readonly prefix: string,
    private readonly clock: Clock,
  ) {}

  /** @param time milliseconds since the epoch */
  of(time: number): DayTable {
    const name = this.nameOf(time);
    let table = this.tables.get(name);
    if (!table) {
      const own = new OwnTable(this.account, name, FOR_EVENTS);
      table = {
        changes: new GatheredChanges(own, this.account.clock),
        asItIs: new Table(this.account, name, FOR_EVENTS),
      };
      this.tables.set(name, table);
    }
    return table;
  }

  /** Drops the tables of days that are over; gives their names. */
  async expire(): Promise<string[]> {
    const dropped: string[] = [];
    const oldest = this.nameOf(this.clock.now() - KEEP_DAYS * DAY_MS);
    for (const name of await tableNames(this.account, this.prefix)) {
      if (!/^\d{8}$/.test(name.slice(this.prefix.length)) || name >= oldest) continue;
      await new Table(this.account, name).drop();
      this.tables.delete(name);
      dropped.push(name);
    }
    return dropped;
  }

  private nameOf(time: number): string {
    const day = Math.floor(time / DAY_MS);
    if (day !== this.named.day) {
      const date = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
      this.named = { day, name: `${this.prefix}${date}` };
    }
    return this.named.name;
  }
}
