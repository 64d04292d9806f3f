import { TransientError } from '../errors';
import type { Clock } from '../ports';
import type { StorageAccount } from './account';
import { OwnTable } from './table';
import type { KeptEntity } from './transaction';
import { DAY_MS, FOR_EVENTS, KEEP_DAYS } from './day-tables';

/** Shards of a relay that never wrote down another number: what all releases before there was a setting had. */
export const FIRST_SHARDS = 4;

/**
 * How far ahead of its time a new layout is written down, in milliseconds: every instance has read it by then, and knows
 * it for as long as one that is out of date may go on.
 */
const NOTICE_MS = 10 * 60_000;

/** How often the layouts are read, in milliseconds. */
const REFRESH_MS = 60_000;

/** How long an instance may go on with what it read, in milliseconds; half of the notice, for clocks that differ. */
const KNOWN_FOR_MS = NOTICE_MS / 2;

const PARTITION = 'layouts';

/** Over how many partitions the slots of what happened from some time on are spread. */
interface Layout {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly shards: number;
}

/**
 * In which partition a slot lies, by the number of shards that was in force when the slot's thing happened. All instances
 * go by the same list, whatever number they are set to themselves: so a slot has one place for as long as it is known,
 * and the number can be raised and lowered while events are on their way and while instances of both settings run.
 *
 * The list is a table of its own: one row for each layout, from when it is in force. An instance whose setting is another
 * than the one in force writes one, ten minutes ahead, unless another is to come first: of instances with two settings
 * those that stay have the last word.
 */
export class Layouts {
  private readonly table: OwnTable;
  private known: readonly Layout[] = [{ from: -Infinity, shards: FIRST_SHARDS }];
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    account: StorageAccount,
    tableName: string,
    /** What this instance is set to. */
    private readonly shards: number,
    private readonly clock: Clock,
  ) {
    this.table = new OwnTable(account, tableName, FOR_EVENTS);
  }

  /**
   * Sees to it that {@link partitionOf} can be asked.
   *
   * @returns undefined when it can already
   * @throws TransientError when the list cannot be read
   */
  ready(): Promise<void> | undefined {
    const age = this.clock.now() - this.readAt;
    if (age < REFRESH_MS) return undefined;
    const reading = (this.reading ??= this.read().finally(() => (this.reading = undefined)));
    if (age >= KNOWN_FOR_MS) return reading;
    // It is tried again by the next that asks; whoever comes too late for that is told.
    reading.catch(() => undefined);
    return undefined;
  }

  /** @param day when the slot's thing happened, in milliseconds since the epoch */
  partitionOf(key: string, day: number): string {
    let { shards } = this.known[0]!;
    for (const layout of this.known) if (layout.from <= day) shards = layout.shards;
    // As releases did that knew of no other number.
    if (shards === FIRST_SHARDS) return String(key.charCodeAt(0) % shards);
    return `${shards}-${hashOf(key) % shards}`;
  }

  /** Forgets the layouts that no slot lies in any more. */
  async expire(): Promise<void> {
    const oldest = this.clock.now() - (KEEP_DAYS + 1) * DAY_MS;
    const rows = await this.rows();
    // The last of the old ones is in force until the next.
    const over = rows.filter(({ rowKey }, i) => {
      const next = rows[i + 1];
      return next !== undefined && Date.parse(rowKey) < oldest && Date.parse(next.rowKey) < oldest;
    });
    await this.table.use((table) => Promise.all(over.map((row) => table.delete(row))));
  }

  private async read(): Promise<void> {
    const at = this.clock.now();
    await this.learn(at);
    const last = this.known.at(-1)!;
    if (last.shards === this.shards || last.from > at) return;
    const from = new Date(at + NOTICE_MS).toISOString();
    const entity = { partitionKey: PARTITION, rowKey: from, shards: this.shards };
    // Another instance may write the same or another one at the same moment: the list says which it was.
    await this.table.use((table) => table.change({ kind: 'insert', entity }));
    await this.learn(at);
  }

  private async learn(at: number): Promise<void> {
    const rows = await this.rows();
    this.known = [
      { from: -Infinity, shards: FIRST_SHARDS },
      ...rows.map((row) => ({ from: Date.parse(row.rowKey), shards: shardsOf(row) })),
    ];
    this.readAt = at;
  }

  /** In the order of their times. */
  private rows(): Promise<KeptEntity[]> {
    return this.table.use((table) => table.rows(`PartitionKey eq '${PARTITION}'`));
  }
}

function shardsOf(row: KeptEntity): number {
  const shards = Number(row['shards']);
  if (Number.isInteger(shards) && shards > 0) return shards;
  throw new TransientError(
    `a layout of the relay's tables says ${String(row['shards'])} shards: a later release wrote it`,
  );
}

/** Of keys that are hashes already: of the first of their letters, in which every one counts for the remainder. */
function hashOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < Math.min(8, key.length); i++) hash = (hash * 31 + key.charCodeAt(i)) >>> 0;
  return hash;
}
