import { sha256Hex } from '../hash';
import type { CallFact, CallRecord, Calls, Clock } from '../ports';
import type { StorageAccount } from './account';
import { DAY_MS, DayTables, KEEP_DAYS } from './day-tables';
import { FormerCalls } from './former-calls';
import { Recent } from './recent';
import type { Change, Entity } from './transaction';

/**
 * Calls in Azure Table Storage: one table for each day, in sixteen partitions. Every fact is a property of its own, so
 * that events that are handled at the same time add to a row and take nothing from each other. The facts of one call are
 * spread over rows by whom they are about: a row has 252 properties at most, and a call may have more people.
 * https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 *
 * A fact goes into today's table. What is known of a call is read from today's and yesterday's, and from those of the day
 * of the event and the one before: an event may come a day late, and a call may begin before midnight and end after.
 * Shortly before midnight tomorrow's is read too: of two facts that come together, one at least is to find the other.
 */
export class StoredCalls implements Calls {
  private readonly days: DayTables;
  private readonly former: FormerCalls;

  constructor(
    account: StorageAccount,
    /** What the names of the tables begin with. */
    name: string,
    private readonly clock: Clock,
  ) {
    this.days = new DayTables(account, name, clock);
    this.former = new FormerCalls(account, name, clock);
  }

  async learn(call: string, fact: CallFact): Promise<CallRecord> {
    const now = this.clock.now();
    const key = sha256Hex(call);
    const partitionKey = key[0]!;
    const properties = propertiesOf(fact);
    if (Object.keys(properties).length > 0) {
      const at = new Date(now).toISOString();
      const entity = { partitionKey, rowKey: `${key}${rowOf(fact)}`, at, ...properties };
      const change = { kind: 'merge', entity } satisfies Change;
      await Promise.all([this.days.of(now).changes.change(change), this.former.change(change)]);
    }
    // Keys are hexadecimal digits: what begins with this one comes before its end.
    const filter = `PartitionKey eq '${partitionKey}' and RowKey ge '${key}' and RowKey lt '${key}g'`;
    const found = await Promise.all([
      this.former.rows(filter),
      ...daysFor(timeOf(fact) ?? now, now).map((day) => this.days.of(day).asItIs.rows(filter)),
    ]);
    return recordOf(Object.assign({}, ...found.flat()) as Partial<Entity>);
  }

  /** Drops the tables of days that are over; gives their names. */
  async expire(): Promise<string[]> {
    return [...(await this.days.expire()), ...(await this.former.expire())];
  }
}

/** So far ahead of this one another instance's clock may be, and so long a fact may be on its way, in milliseconds. */
const AHEAD_MS = 5 * 60_000;

/** A time in each of the days whose tables may say something of a call, the earliest first. */
function daysFor(at: number, now: number): number[] {
  const latest = now + AHEAD_MS;
  const days = [at - DAY_MS, at, now - DAY_MS, now, latest].map((time) => Math.floor(time / DAY_MS));
  const today = Math.floor(now / DAY_MS);
  return [...new Set(days)]
    .filter((day) => day <= Math.floor(latest / DAY_MS) && day >= today - KEEP_DAYS)
    .sort((a, b) => a - b)
    .map((day) => day * DAY_MS);
}

function timeOf({ called, joined, ended }: CallFact): number | undefined {
  return called?.at ?? joined?.at ?? ended?.at;
}

/** Names of properties hold letters, digits and underscores. */
function propertiesOf({ called, joined, startedBy, ended }: CallFact): Record<string, string> {
  return {
    ...(called && { [named('called', called.callee, called.at)]: JSON.stringify(called) }),
    ...(joined && { [named('joined', joined.user, joined.at)]: JSON.stringify(joined) }),
    ...(startedBy && { startedBy }),
    ...(ended && { ended: JSON.stringify(ended) }),
  };
}

/** One of sixteen rows for what is about somebody; what is about the call as a whole has its own. */
function rowOf({ called, joined }: CallFact): string {
  const about = called?.callee ?? joined?.user;
  return about === undefined ? '' : sha256Hex(about)[0]!;
}

function named(what: string, user: string, at: number): string {
  return `${what}_${sha256Hex(`${user}\n${at}`).slice(0, 20)}`;
}

/** A row's properties, or those of a record kept in memory, as one record. */
function recordOf(row: Partial<Entity>): CallRecord {
  const values = (prefix: string) =>
    Object.entries(row).flatMap(([name, value]) => (name.startsWith(prefix) ? [String(value)] : []));
  return {
    called: values('called_').map(calledOf),
    joined: lastTimes(values('joined_').map(joinedOf)),
    startedBy: row['startedBy'] === undefined ? undefined : String(row['startedBy']),
    ended: row['ended'] === undefined ? undefined : (JSON.parse(String(row['ended'])) as CallRecord['ended']),
  };
}

/** Rows of an earlier version do not say when it rang. */
function calledOf(value: string): NonNullable<CallFact['called']> {
  const called = JSON.parse(value) as Partial<NonNullable<CallFact['called']>>;
  return { callee: '', caller: '', callerName: '', at: 0, rang: false, ...called };
}

/** Rows of an earlier version have the user's id alone. */
function joinedOf(value: string): NonNullable<CallFact['joined']> {
  if (!value.startsWith('{')) return { user: value, at: Number.MAX_SAFE_INTEGER };
  return JSON.parse(value) as NonNullable<CallFact['joined']>;
}

function lastTimes(joined: readonly NonNullable<CallFact['joined']>[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const { user, at } of joined) last.set(user, Math.max(at, last.get(user) ?? at));
  return last;
}

/** Calls in the memory of one process, for a relay without a storage account. */
export class RememberedCalls implements Calls {
  private readonly rows = new Recent<Record<string, string>>(10_000);

  learn(call: string, fact: CallFact): Promise<CallRecord> {
    const row = { ...this.rows.get(call), ...propertiesOf(fact) };
    this.rows.set(call, row);
    return Promise.resolve(recordOf(row));
  }
}
