import { TransientError } from '../errors';
import type { Clock } from '../ports';
import { CONFLICTS, type Changed, type OwnTable } from './table';
import {
  MAX_CHANGES,
  type Change,
  type Entity,
  type FailedTransaction,
  type KeptEntity,
} from './transaction';

/** How long a partition's next transaction waits for more changes, in milliseconds: about as long as one takes. */
const GATHER_MS = 12;

/** Transactions of one partition that may be under way at a time. */
const MAX_UNDER_WAY = 8;

/**
 * Rows are looked for before they are inserted while so many of a transaction's are likely to be there. One that is
 * undoes the whole transaction, which then costs as many operations for nothing.
 */
const LIKELY = 0.7;

/** How much one transaction counts for the share of rows that were there. */
const WEIGHT = 0.3;

interface Outcome {
  readonly changed: Changed;
  /** The row that stood in the way of an insert. */
  readonly existing?: KeptEntity;
}

interface Pending {
  readonly change: Change;
  readonly patient: boolean;
  /** Milliseconds since the epoch. */
  readonly since: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** The changes of one partition. */
interface Queue {
  pending: Pending[];
  /** Transactions that have no answer yet, and the keys of their rows. */
  underWay: number;
  readonly rows: Set<string>;
  /** When the last of them began or was answered, in milliseconds since the epoch. */
  begunAt: number;
  /** For when the queue is to be looked at again, in milliseconds since the epoch. */
  wakeAt: number;
}

/**
 * Changes of a table that come at about the same time and go together, partition by partition, so that a thousand events
 * a second are tens of requests. A change to a partition where nothing is going on goes at once, unless it may wait for
 * company. Transactions do not wait for each other, so that one without an answer holds up its own rows alone; but with
 * each that is under way the next one gathers four times as long, so that a table that is slow gets few large ones.
 */
export class GatheredChanges {
  private readonly queues = new Map<string, Queue>();
  /** Share of the rows that were there already when they were to be inserted, of late. */
  private existing = 0;

  constructor(
    private readonly table: OwnTable,
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts a row.
   *
   * @returns undefined when it was; the row that was there already, if it could be read, when it was not
   * @throws TransientError when the table cannot be reached
   */
  async insert(entity: Entity): Promise<{ readonly existing: KeptEntity | undefined } | undefined> {
    const { changed, existing } = await this.add({ kind: 'insert', entity }, false);
    return changed === 'done' ? undefined : { existing };
  }

  /**
   * @param patient nobody waits for it: it goes with the partition's next transaction, soon
   * @throws TransientError when the table cannot be reached
   */
  async change(change: Exclude<Change, { kind: 'insert' }>, patient = false): Promise<Changed> {
    return (await this.add(change, patient)).changed;
  }

  private add(change: Change, patient: boolean): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const partition = change.entity.partitionKey;
      let queue = this.queues.get(partition);
      if (!queue) {
        queue = { pending: [], underWay: 0, rows: new Set(), begunAt: -Infinity, wakeAt: Infinity };
        this.queues.set(partition, queue);
      }
      queue.pending.push({ change, patient, since: this.clock.now(), resolve, reject });
      this.look(partition, queue);
    });
  }

  /** Begins a transaction when its time has come, or sees to it that it will. */
  private look(partition: string, queue: Queue): void {
    const now = this.clock.now();
    while (queue.pending.length > 0 && queue.underWay < MAX_UNDER_WAY) {
      const at = dueAt(queue);
      if (at > now && queue.pending.length < MAX_CHANGES) return this.lookAt(at, partition, queue);
      const batch = takeBatch(queue);
      // All that wait are changes of rows that are under way.
      if (batch.length === 0) return;
      queue.begunAt = now;
      queue.underWay++;
      void this.carryOut(batch).then(() => {
        queue.underWay--;
        queue.begunAt = this.clock.now();
        for (const { change } of batch) queue.rows.delete(change.entity.rowKey);
        if (queue.pending.length > 0) this.look(partition, queue);
        else if (queue.underWay === 0) this.queues.delete(partition);
      });
    }
  }

  private lookAt(at: number, partition: string, queue: Queue): void {
    if (queue.wakeAt <= at) return;
    queue.wakeAt = at;
    void this.clock.sleep(at - this.clock.now()).then(() => {
      if (queue.wakeAt !== at) return;
      queue.wakeAt = Infinity;
      this.look(partition, queue);
    });
  }

  private async carryOut(batch: readonly Pending[]): Promise<void> {
    try {
      const looksFirst = batch.filter(isInsert).length * this.existing >= LIKELY;
      await this.transact(looksFirst ? await this.lookUp(batch) : batch, looksFirst);
    } catch (error) {
      // What was answered stays answered.
      for (const { reject } of batch) reject(error);
    }
  }

  /**
   * A transaction is all or nothing: one that fails names the first change that could not be made. That one is answered
   * for itself and the others go again; if there is one more among them, not before the rows after it were looked for.
   */
  private async transact(batch: readonly Pending[], looked: boolean): Promise<void> {
    const inserts = batch.filter(isInsert).length;
    const looks: Promise<void>[] = [];
    let rest = batch;
    for (let failures = 0; rest.length > 0; failures++) {
      const changes = rest.map(({ change }) => change);
      const failure = await this.table.use((table) => table.transact(changes));
      if (!failure) {
        if (!looked && failures === 0) this.sawExisting(0, inserts);
        for (const { resolve } of rest) resolve({ changed: 'done' });
        break;
      }
      const bad = rest[rest.length === 1 ? 0 : failure.index];
      if (!bad) throw impossible(failure);
      const isConflict = CONFLICTS.includes(failure.status);
      if (!looked && failures === 0) this.sawExisting(isConflict && isInsert(bad) ? 1 : 0, inserts);
      const before = rest.slice(0, rest.indexOf(bad));
      const after = rest.slice(before.length + 1);
      if (!isConflict) bad.reject(impossible(failure));
      else if (isInsert(bad)) looks.push(this.answerWithRow(bad));
      else bad.resolve({ changed: 'conflict' });
      // The rows before the one that failed are not there.
      rest = [...before, ...(failures > 0 ? await this.lookUp(after) : after)];
    }
    await Promise.all(looks);
  }

  /** Answers the inserts whose rows are there, and gives all other changes. */
  private async lookUp(batch: readonly Pending[]): Promise<readonly Pending[]> {
    const rest: Pending[] = [];
    let existing = 0;
    let inserts = 0;
    await Promise.all(
      batch.map(async (pending) => {
        if (!isInsert(pending)) return void rest.push(pending);
        inserts++;
        try {
          const row = await this.rowOf(pending);
          if (!row) return void rest.push(pending);
          existing++;
          pending.resolve({ changed: 'conflict', existing: row });
        } catch (error) {
          pending.reject(error);
        }
      }),
    );
    this.sawExisting(existing, inserts);
    return rest;
  }

  private async answerWithRow(pending: Pending): Promise<void> {
    try {
      pending.resolve({ changed: 'conflict', existing: await this.rowOf(pending) });
    } catch (error) {
      pending.reject(error);
    }
  }

  private rowOf({ change }: Pending): Promise<KeptEntity | undefined> {
    const { partitionKey, rowKey } = change.entity;
    return this.table.use((table) => table.get(partitionKey, rowKey));
  }

  private sawExisting(existing: number, of: number): void {
    if (of > 0) this.existing += (existing / of - this.existing) * WEIGHT;
  }
}

/** One change cannot be made, and says nothing of the others: a row that has become too large, say. */
function impossible({ status, code }: FailedTransaction): TransientError {
  return new TransientError(`table storage answered a change with ${status} ${code}`);
}

/** When the next transaction begins, in milliseconds since the epoch. */
function dueAt({ pending, begunAt, underWay }: Queue): number {
  const gathered = begunAt + GATHER_MS * 4 ** underWay;
  if (pending.some(({ patient }) => !patient)) return gathered;
  return Math.max(gathered, pending[0]!.since + GATHER_MS);
}

/** The first changes that may go together: no row twice, and none that is under way. */
function takeBatch(queue: Queue): Pending[] {
  const batch: Pending[] = [];
  const left: Pending[] = [];
  for (const pending of queue.pending) {
    const row = pending.change.entity.rowKey;
    if (batch.length === MAX_CHANGES || queue.rows.has(row)) left.push(pending);
    else {
      queue.rows.add(row);
      batch.push(pending);
    }
  }
  queue.pending = left;
  return batch;
}

function isInsert({ change }: Pending): boolean {
  return change.kind === 'insert';
}
