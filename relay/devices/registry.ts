import { randomUUID } from 'node:crypto';
import { TransientError } from '../errors';
import { sha256Hex } from '../hash';
import type { Clock } from '../ports';
import type { StorageAccount } from '../storage/account';
import { OwnTable, type Entity, type KeptEntity, type Table } from '../storage/table';

/** How long an installation is one request's alone, in milliseconds: longer than a function lives (`functionTimeout`). */
const LEASE_MS = 90_000;

/** What is known of an installation, whatever the hubs say. */
export interface DeviceRecord {
  /**
   * `pending`: a registration began and nothing tells how it ended. `removing`: it is to be in no hub any more, and may
   * still be.
   */
  readonly state: 'pending' | 'live' | 'removing';
  readonly platform: string;
  /** `rawId`. */
  readonly user: string;
  /** All raw ids that its tags may be of. */
  readonly users: readonly string[];
  /** Keys of all handles that it may have. */
  readonly handles: readonly string[];
  /** It may be in the VoIP hub, too. */
  readonly voip?: boolean;
  /** Milliseconds since the epoch. */
  readonly renewedAt: number;
  /** Until when a hub may still carry out what it gave no answer to, in milliseconds since the epoch. */
  readonly lateUntil: number;
}

/** The right to change one installation in the hubs and in the registry. */
export interface Lease {
  readonly installationId: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** As it is in the table. */
  readonly record: DeviceRecord | undefined;
}

interface Held extends Lease {
  readonly token: string;
  etag: string;
  record: DeviceRecord | undefined;
}

/** An installation among those of a user. */
export interface UsersDevice {
  readonly installationId: string;
  /** It is somebody else's device, which gets this identity's pushes too. */
  readonly also: boolean;
  /** When it was renewed, by the table's clock: text that sorts. */
  readonly renewed: string;
}

/** Where a walk over the registry stands. */
export interface Position {
  readonly partition: string;
  readonly row: string;
}

/** A row that a walk came by. */
export type Walked = Position &
  (
    | { readonly kind: 'installation'; readonly installationId: string }
    | { readonly kind: 'user'; readonly userKey: string; readonly installationId: string }
  );

const INSTALLATION = 'installation-';
const HANDLE = 'handle-';
const USER = 'user-';
const REMOVING = 'removing';
const CURSOR = { partitionKey: 'cursor', rowKey: 'sweep' };

/**
 * Which installations a user has, which one holds a device handle, and what is to be removed. The hub alone cannot be
 * asked that with a rule that has no right to manage it, and knows no change under a condition.
 *
 * | partition | row | |
 * | --- | --- | --- |
 * | `installation-{id}` | `record` | a {@link DeviceRecord}, and who has its lease |
 * | `handle-{hash}` | `holder` | the installation that holds the handle |
 * | `user-{hash}` | installation id | one of the user's installations |
 * | `removing` | installation id | is to be removed, not before a time |
 * | `cursor` | `sweep` | where the sweep stands |
 */
export class DeviceRegistry {
  private readonly table: OwnTable;

  constructor(
    account: StorageAccount,
    tableName: string,
    private readonly clock: Clock,
  ) {
    this.table = new OwnTable(account, tableName);
  }

  async record(installationId: string): Promise<DeviceRecord | undefined> {
    const row = await this.table.use((table) => table.get(INSTALLATION + installationId, 'record'));
    return row && recordOf(row);
  }

  /**
   * Makes an installation the caller's alone.
   *
   * @returns how long another has it at most, in milliseconds, when it cannot be had
   */
  async lease(installationId: string): Promise<Lease | number> {
    return this.table.use(async (table) => {
      const now = this.clock.now();
      const row = await table.get(INSTALLATION + installationId, 'record');
      const taken = row ? Date.parse(String(row['leaseUntil'])) - now : 0;
      if (taken > 0) return taken;
      const token = randomUUID();
      const entity = {
        partitionKey: INSTALLATION + installationId,
        rowKey: 'record',
        data: row?.['data'] ?? '',
        lease: token,
        leaseUntil: new Date(now + LEASE_MS).toISOString(),
      };
      await table.change(row ? { kind: 'replace', entity, etag: row.etag } : { kind: 'insert', entity });
      // Whoever changed it first has it; and a conflict may be with the same change, whose answer was lost.
      const kept = await table.get(entity.partitionKey, entity.rowKey);
      if (kept?.['lease'] !== token) return 0;
      const lease: Held = {
        installationId,
        until: now + LEASE_MS,
        token,
        etag: kept.etag,
        record: recordOf(kept),
      };
      return lease;
    });
  }

  /** Puts a record down; undefined when nothing is to be known of the installation any more. */
  async save(lease: Lease, record: DeviceRecord | undefined): Promise<void> {
    const held = lease as Held;
    await this.table.use(async (table) => {
      const entity = this.row(held, record, held.token, held.until);
      await table.change({ kind: 'replace', entity, etag: held.etag });
      const kept = await table.get(entity.partitionKey, entity.rowKey);
      if (kept?.['lease'] !== held.token || kept['data'] !== entity['data']) {
        throw new TransientError('the installation was taken over by another request', 1_000);
      }
      held.etag = kept.etag;
      held.record = record;
    });
  }

  /** Lets others have the installation; a lease that is lost already is none of the caller's any more. */
  async release(lease: Lease): Promise<void> {
    const held = lease as Held;
    const { record, etag } = held;
    await this.table.use((table) => {
      const entity = this.row(held, record, '', 0);
      return record ? table.change({ kind: 'replace', entity, etag }) : table.delete(entity, etag);
    });
  }

  private row({ installationId }: Lease, record: DeviceRecord | undefined, lease: string, until: number) {
    return {
      partitionKey: INSTALLATION + installationId,
      rowKey: 'record',
      data: record ? JSON.stringify(record) : '',
      lease,
      leaseUntil: new Date(until).toISOString(),
    } satisfies Entity;
  }

  /** Who holds a handle, with an etag for {@link claim} and {@link free}. */
  async holder(handle: string): Promise<{ installationId: string; etag: string } | undefined> {
    const row = await this.table.use((table) => table.get(HANDLE + handle, 'holder'));
    return row && { installationId: String(row['installationId']), etag: row.etag };
  }

  /**
   * Makes an installation the holder of a handle.
   *
   * @param etag of the holder before it; none where there is none
   * @returns false when somebody else was faster
   */
  async claim(handle: string, installationId: string, etag: string | undefined): Promise<boolean> {
    const entity = { partitionKey: HANDLE + handle, rowKey: 'holder', installationId };
    const changed = await this.table.use((table) =>
      table.change(etag === undefined ? { kind: 'insert', entity } : { kind: 'replace', entity, etag }),
    );
    return changed === 'done';
  }

  /** Lets go of a handle, if it is held by that installation. */
  async free(handle: string, installationId: string): Promise<void> {
    const holder = await this.holder(handle);
    if (holder?.installationId !== installationId) return;
    const entity = { partitionKey: HANDLE + handle, rowKey: 'holder' };
    await this.table.use((table) => table.delete(entity, holder.etag));
  }

  /** @param also the device is somebody else's and gets this user's pushes too */
  async addDevice(user: string, installationId: string, also: boolean): Promise<void> {
    const entity = { partitionKey: USER + userKey(user), rowKey: installationId, also };
    await this.table.use((table) => table.change({ kind: 'merge', entity }));
  }

  async removeDevice(key: string, installationId: string): Promise<void> {
    const entity = { partitionKey: USER + key, rowKey: installationId };
    await this.table.use((table) => table.delete(entity));
  }

  /** @param key see {@link userKey} */
  async devicesOf(key: string): Promise<UsersDevice[]> {
    const rows = await this.table.use((table) => table.rows(`PartitionKey eq '${USER}${key}'`));
    return rows.map((row) => ({
      installationId: row.rowKey,
      also: row['also'] === true,
      renewed: String(row['timestamp'] ?? ''),
    }));
  }

  /** Ids of the installations that get the pushes of a user. */
  async installationsOf(user: string): Promise<string[]> {
    return (await this.devicesOf(userKey(user))).map(({ installationId }) => installationId);
  }

  /** Remembers that an installation is to be removed, until {@link removed}. */
  async toRemove(installationId: string, notBefore: number): Promise<void> {
    const entity = {
      partitionKey: REMOVING,
      rowKey: installationId,
      notBefore: new Date(notBefore).toISOString(),
    };
    await this.table.use((table) => table.change({ kind: 'merge', entity }));
  }

  async removed(installationId: string): Promise<void> {
    const entity = { partitionKey: REMOVING, rowKey: installationId };
    await this.table.use((table) => table.delete(entity));
  }

  /** Ids of installations whose time to be removed has come, a thousand at most at a time. */
  async *remembered(): AsyncGenerator<string[]> {
    const now = new Date(this.clock.now()).toISOString();
    yield* this.pages(`PartitionKey eq '${REMOVING}' and notBefore le '${now}'`, (row) => row.rowKey);
  }

  async cursor(): Promise<{ position: Position; startedAt: number; done: boolean } | undefined> {
    const row = await this.table.use((table) => table.get(CURSOR.partitionKey, CURSOR.rowKey));
    if (!row) return undefined;
    return {
      position: { partition: String(row['partition']), row: String(row['row']) },
      startedAt: Date.parse(String(row['startedAt'])),
      done: row['done'] === true,
    };
  }

  async moveCursor({ partition, row }: Position, startedAt: number, done: boolean): Promise<void> {
    const entity = { ...CURSOR, partition, row, startedAt: new Date(startedAt).toISOString(), done };
    await this.table.use((table) => table.change({ kind: 'merge', entity }));
  }

  /** Installations and users' rows in the order of their keys, from after a position, page by page. */
  async *walk({ partition, row }: Position): AsyncGenerator<Walked[]> {
    // Two ranges: one filter for both would have the table read all of its rows.
    for (const range of [
      `PartitionKey eq '${partition}' and RowKey gt '${row}'`,
      `PartitionKey gt '${partition}'`,
    ]) {
      for await (const page of this.pages(range, walked)) yield page.flatMap((one) => one ?? []);
    }
  }

  private async *pages<T>(filter: string, read: (row: KeptEntity) => T): AsyncGenerator<T[]> {
    let table!: Table;
    await this.table.use((one) => Promise.resolve((table = one)));
    for await (const rows of table.query(filter)) yield rows.map(read);
  }
}

/** Names a user in the registry, whose keys hold nothing of a person. */
export function userKey(user: string): string {
  return sha256Hex(user);
}

function recordOf(row: KeptEntity): DeviceRecord | undefined {
  const data = String(row['data'] ?? '');
  return data === '' ? undefined : (JSON.parse(data) as DeviceRecord);
}

function walked({ partitionKey: partition, rowKey: row }: KeptEntity): Walked | undefined {
  if (partition.startsWith(INSTALLATION)) {
    return {
      kind: 'installation',
      partition,
      row,
      installationId: partition.slice(INSTALLATION.length),
    };
  }
  if (!partition.startsWith(USER)) return undefined;
  return { kind: 'user', partition, row, installationId: row, userKey: partition.slice(USER.length) };
}
