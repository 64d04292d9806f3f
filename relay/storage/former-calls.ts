import type { Clock } from '../ports';
import type { StorageAccount } from './account';
import { DAY_MS, FOR_EVENTS, KEEP_DAYS } from './day-tables';
import { Table, TableMissing, tableNames } from './table';
import type { Change, KeptEntity } from './transaction';

/** How often it is looked whether the table is there, in milliseconds. */
const LOOK_MS = 10 * 60_000;

/** Says since when a release has been here that can do without the table. */
const SINCE = { partitionKey: 'former', rowKey: 'since' };

/**
 * The one table in which releases before there was one for each day kept calls. Where it is there, facts go into it too,
 * for instances of such a release that run beside this one; and it is dropped when all that was in it at the first
 * clean-up is over.
 */
export class FormerCalls {
  private readonly table: Table;
  private there: Promise<boolean> = Promise.resolve(false);
  private lookedAt = -Infinity;

  constructor(
    private readonly account: StorageAccount,
    private readonly name: string,
    private readonly clock: Clock,
  ) {
    this.table = new Table(account, name, FOR_EVENTS);
  }

  async change(change: Change): Promise<void> {
    if (!(await this.isThere())) return;
    try {
      await this.table.change(change);
    } catch (error) {
      if (!(error instanceof TableMissing)) throw error;
      this.there = Promise.resolve(false);
    }
  }

  async rows(filter: string): Promise<KeptEntity[]> {
    return (await this.isThere()) ? this.table.rows(filter) : [];
  }

  /** Drops the table when nobody needs it any more; gives its name then. */
  async expire(): Promise<string[]> {
    this.lookedAt = -Infinity;
    if (!(await this.isThere())) return [];
    const since = await this.table.get(SINCE.partitionKey, SINCE.rowKey);
    const now = this.clock.now();
    if (!since) {
      await this.table.change({ kind: 'insert', entity: { ...SINCE, at: new Date(now).toISOString() } });
      return [];
    }
    if (Date.parse(String(since['at'])) > now - KEEP_DAYS * DAY_MS) return [];
    await this.table.drop();
    this.there = Promise.resolve(false);
    return [this.name];
  }

  private isThere(): Promise<boolean> {
    if (this.clock.now() - this.lookedAt >= LOOK_MS) {
      this.lookedAt = this.clock.now();
      this.there = tableNames(this.account, this.name, FOR_EVENTS).then((names) => names.includes(this.name));
      this.there.catch(() => (this.lookedAt = -Infinity));
    }
    return this.there;
  }
}
