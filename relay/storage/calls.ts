import { sha256Hex } from '../hash';
import type { CallFact, CallRecord, Calls, Clock } from '../ports';
import { Recent } from './recent';
import type { Storage } from './storage';
import { OwnTable, type Entity } from './table';

/** How long a call is remembered, in milliseconds: longer than Event Grid delivers. */
const KEEP_MS = 2 * 24 * 60 * 60_000;

/** A row's key begins with so many digits that name its call. */
const KEY_LENGTH = 64;

/**
 * Calls in Azure Table Storage, in sixteen partitions: changes within one go together. Every fact is a property of its
 * own, so that events that are handled at the same time add to a row and take nothing from each other. The facts of one
 * call are spread over rows by whom they are about: a row has 252 properties at most, and a call may have more people.
 * https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export class StoredCalls implements Calls {
  private readonly table: OwnTable;

  constructor(
    storage: Storage,
    tableName: string,
    private readonly clock: Clock,
  ) {
    this.table = new OwnTable(storage, tableName);
  }

  async learn(call: string, fact: CallFact): Promise<CallRecord> {
    const key = sha256Hex(call);
    const PartitionKey = key[0]!;
    const properties = propertiesOf(fact);
    return this.table.use(async (table) => {
      if (Object.keys(properties).length > 0) {
        await table.change({
          kind: 'merge',
          entity: {
            PartitionKey,
            RowKey: `${key}${rowOf(fact)}`,
            at: new Date(this.clock.now()).toISOString(),
            ...properties,
          },
        });
      }
      const facts: Record<string, Entity[string]> = {};
      // Keys are hexadecimal digits: what begins with this one comes before its end.
      const rows = table.query(
        `PartitionKey eq '${PartitionKey}' and RowKey ge '${key}' and RowKey lt '${key}g'`,
      );
      for await (const page of rows) Object.assign(facts, ...page);
      return recordOf(facts);
    });
  }

  /**
   * Removes calls that are over; gives their number.
   *
   * @param until when to stop although there are more, in milliseconds since the epoch
   */
  async expire(until: number): Promise<number> {
    return this.table.use(async (table) => {
      const removed = new Set<string>();
      for await (const rows of table.query(`at lt '${new Date(this.clock.now() - KEEP_MS).toISOString()}'`)) {
        await Promise.all(rows.map((entity) => table.change({ kind: 'delete', entity })));
        for (const { RowKey } of rows) removed.add(RowKey.slice(0, KEY_LENGTH));
        if (this.clock.now() >= until) break;
      }
      return removed.size;
    });
  }
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
