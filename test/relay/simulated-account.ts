import { sha256 } from '../../relay/hash';
import type { Slot } from '../../relay/ports';
import type { StorageAccount } from '../../relay/storage/account';
import { StoredEvents } from '../../relay/storage/processed-events';
import { slotState, type SlotState } from '../../relay/storage/slot-row';
import { Table } from '../../relay/storage/table';
import { SimulatedTables, type SimulatedTablesOptions } from '../support/simulated-tables';
import { VirtualTime } from '../support/virtual-time';

/** What a request to a table takes, in milliseconds. */
const LATENCY_MS = 8;

/** A storage account in memory, in a time of its own. */
export class SimulatedAccount {
  readonly time = new VirtualTime(Date.UTC(2026, 0, 1, 12));
  readonly told: string[] = [];
  /** What goes wrong with the next request; nothing unless a test says so. */
  fault: SimulatedTablesOptions['fault'] = () => undefined;
  readonly tables = new SimulatedTables({
    clock: this.time,
    latencyMs: LATENCY_MS,
    fault: (operation) => this.fault!(operation),
  });
  readonly account: StorageAccount = {
    name: 'simulated',
    httpClient: this.tables,
    credential: {
      getToken: async () => ({ token: 'token', expiresOnTimestamp: this.time.now() + 3_600_000 }),
    },
    clock: this.time,
  };

  /** The slots as a process sees them that has just started. */
  process(shards = 4): StoredEvents {
    return new StoredEvents(this.account, {
      prefix: 'relay',
      shards,
      clock: this.time,
      log: { write: (_, message) => void this.told.push(message) },
    });
  }

  slot(key: string, leaseMs = 35_000): Slot {
    return { key: sha256(key), version: 0, day: this.time.now(), leaseMs };
  }

  /** What is written down of a slot of today. */
  async stateOf(slot: Slot): Promise<SlotState> {
    const day = new Date(slot.day).toISOString().slice(0, 10).replaceAll('-', '');
    const rows = new Table(this.account, `relay${day}`).rows(`RowKey eq '${slot.key}'`);
    const [row] = await this.until(rows);
    return slotState(row!, slot.version, this.time.now());
  }

  /** Lets time pass until the work is done. */
  until<T>(work: Promise<T>): Promise<T> {
    return this.time.until(work);
  }

  /** Entities that were read or changed meanwhile, those of transactions that failed included. */
  async operations(work: Promise<unknown>): Promise<number> {
    const count = () => this.tables.total.changes + this.tables.total.reads;
    const before = count();
    await this.until(work);
    return count() - before;
  }
}
