import { randomUUID } from 'node:crypto';
import { systemClock, type Claim, type Clock, type Log, type ProcessedEvents, type Slot } from '../ports';
import { Recent } from './recent';
import type { Storage } from './storage';
import { OwnTable, Table, type Entity } from './table';

const DAY_MS = 24 * 60 * 60_000;

/** Records of a day go when this many days have passed: Event Grid delivers for one day at most. */
const KEEP_DAYS = 3;

/**
 * Rows of one day are spread over so many partitions. A partition takes 2000 changes a second, of which an event needs
 * two; the fewer there are, the more changes go together.
 * https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */
const SHARDS = 4;

/** Slots that this process finished lately, at least, so that most duplicates cost no request. */
const REMEMBERED = 10_000;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * A claim. Whoever made it adds to the row how it ended, in properties of its own, so that an attempt that comes to its
 * end after it overran its lease says nothing of the one that took over:
 * `done_{version}` when the version was handled to its end,
 * `freed`, the token of the attempt that gave its claim back, and
 * `sent_{version}`, keys of the messages that a hub had accepted by then, separated by blanks.
 */
interface Row extends Entity {
  /** Version of the slot that is being handled or was. */
  readonly version: string;
  /** Token of the attempt that claimed it last. */
  readonly holder: string;
  /** When that attempt's time is over, in milliseconds since the epoch. */
  readonly until: string;
}

/**
 * Slots in Azure Table Storage, one table for each day, so that a day's records expire by dropping its table.
 * Numbers are kept as text: they go beyond what a table's 32-bit integers hold.
 */
export class StoredEvents implements ProcessedEvents {
  private readonly tables = new Map<string, OwnTable>();
  private readonly finished = new Recent<number>(REMEMBERED);
  private named = { day: NaN, name: '' };
  /** Writes of {@link finish} that are on their way. */
  private unwritten = 0;

  constructor(
    private readonly storage: Storage,
    /** What the names of the tables begin with; letters and digits. */
    private readonly prefix: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async claim(slot: Slot): Promise<Claim> {
    const known = this.finished.get(slot.key);
    if (known !== undefined && known >= slot.version) {
      return { kind: known === slot.version ? 'duplicate' : 'superseded' };
    }
    const token = randomUUID();
    const row: Row = {
      PartitionKey: partitionOf(slot),
      RowKey: slot.key,
      version: String(slot.version),
      holder: token,
      until: String(this.clock.now() + slot.leaseMs),
    };
    const inserted = await this.tableOf(slot.day).use((table) =>
      table.change({ kind: 'insert', entity: row }),
    );
    if (inserted === 'done') return { kind: 'mine', sent: NOTHING, token };
    return this.claimKnown(slot, row, token);
  }

  /**
   * The row is written a few milliseconds after the event is acknowledged. A process that is killed in between has the
   * push repeated only where Event Grid delivers the event a second time although it was acknowledged; were the
   * acknowledgement to wait for the row, each event that waits would be delivered again after a kill.
   */
  finish(slot: Slot): Promise<void> {
    this.finished.set(slot.key, slot.version);
    this.unwritten++;
    this.mark(slot, `{"${named('done', slot.version)}":true}`, true)
      .catch((error: unknown) => {
        this.log.write('warn', 'not remembered that an event was handled', {
          detail: (error as Error).message,
        });
      })
      .then(() => this.unwritten--);
    return Promise.resolve();
  }

  /** Waits until all that was finished is written. */
  async settled(): Promise<void> {
    while (this.unwritten > 0) await systemClock.sleep(10);
  }

  async release(slot: Slot, token: string, sent: ReadonlySet<string>): Promise<void> {
    await this.mark(
      slot,
      JSON.stringify({ freed: token, [named('sent', slot.version)]: [...sent].join(' ') }),
    );
  }

  /** Drops the tables of days that are over. */
  async expire(): Promise<string[]> {
    const dropped: string[] = [];
    const oldest = this.tableName(this.clock.now() - KEEP_DAYS * DAY_MS);
    for (const name of await tableNames(this.storage, this.prefix)) {
      if (!/^\d{8}$/.test(name.slice(this.prefix.length)) || name >= oldest) continue;
      await new Table(this.storage, name).drop();
      this.tables.delete(name);
      dropped.push(name);
    }
    return dropped;
  }

  /** The slot is there: finished, held by another attempt, given back, or left by an attempt that never ended. */
  private async claimKnown(slot: Slot, row: Row, token: string): Promise<Claim> {
    const kept = await this.tableOf(slot.day).use((table) => table.get(row.PartitionKey, row.RowKey));
    if (!kept) return { kind: 'busy' };
    // Inserted by a request whose answer got lost.
    if (kept['holder'] === token) return { kind: 'mine', sent: NOTHING, token };
    const version = Number(kept['version']);
    if (version > slot.version) return { kind: 'superseded' };
    if (kept[named('done', version)]) {
      if (version === slot.version) {
        this.finished.set(slot.key, slot.version);
        return { kind: 'duplicate' };
      }
    } else if (kept['freed'] !== kept['holder'] && Number(kept['until']) > this.clock.now()) {
      return { kind: 'busy' };
    }
    const sentBy = named('sent', slot.version);
    const sent = String(kept[sentBy] ?? '');
    const taken = await this.tableOf(slot.day).use((table) =>
      table.change({ kind: 'replace', entity: { ...row, [sentBy]: sent }, etag: kept.etag }),
    );
    if (taken === 'conflict') return { kind: 'busy' };
    return { kind: 'mine', token, sent: new Set(sent.split(' ').filter((key) => key !== '')) };
  }

  /**
   * Adds to the row without asking whose it is by now: see {@link Row}.
   *
   * @param properties JSON; an object with names of its own for each event would be slow
   */
  private async mark(slot: Slot, properties: string, patient = false): Promise<void> {
    const entity = { PartitionKey: partitionOf(slot), RowKey: slot.key };
    await this.tableOf(slot.day).use((table) => table.change({ kind: 'merge', entity, properties }, patient));
  }

  private tableOf(day: number): OwnTable {
    const name = this.tableName(day);
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, (table = new OwnTable(this.storage, name)));
    return table;
  }

  private tableName(time: number): string {
    const day = Math.floor(time / DAY_MS);
    if (day !== this.named.day) {
      const date = new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
      this.named = { day, name: `${this.prefix}${date}` };
    }
    return this.named.name;
  }
}

/** A property for one version; names of properties hold letters, digits and underscores. */
function named(what: string, version: number): string {
  return `${what}_${String(version).replace(/\W/g, '_')}`;
}

function partitionOf(slot: Slot): string {
  return String(slot.key.charCodeAt(0) % SHARDS);
}

/** Names of the account's tables that begin with a prefix. */
async function tableNames(storage: Storage, prefix: string): Promise<string[]> {
  const names: string[] = [];
  let next = '';
  do {
    const response = await storage.send({
      service: 'table',
      method: 'GET',
      path: `/Tables${next}`,
      headers: { accept: 'application/json;odata=nometadata' },
    });
    const { value } = JSON.parse(response.body) as { value: { TableName: string }[] };
    names.push(...value.map(({ TableName }) => TableName).filter((name) => name.startsWith(prefix)));
    const from = response.headers['x-ms-continuation-nexttablename'];
    next = from ? `?NextTableName=${encodeURIComponent(String(from))}` : '';
  } while (next);
  return names;
}
