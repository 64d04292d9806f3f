import { createHash } from 'node:crypto';
import type { Storage } from '../storage/storage';
import { Table, TableMissing } from '../storage/table';

/**
 * Which installations a user has and which one holds a device handle. The hub alone cannot be asked that with a rule
 * that has no right to manage it. Keys are hashes; the rows hold installation ids and nothing of a person.
 */
export class DeviceRegistry {
  private ready: Promise<Table> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly tableName: string,
  ) {}

  /**
   * Puts an installation down for its users and as the holder of its handle.
   *
   * @returns the installation that held the handle before, when it was another: a device has changed hands
   */
  async add(installationId: string, users: readonly string[], handle: string): Promise<string | undefined> {
    return this.onTable(async (table) => {
      const partition = `handle-${hash(handle)}`;
      const before = await table.get(partition, 'holder');
      await table.change({
        kind: 'merge',
        entity: { PartitionKey: partition, RowKey: 'holder', installationId },
      });
      for (const user of users) {
        await table.change({
          kind: 'merge',
          entity: { PartitionKey: userKey(user), RowKey: installationId },
        });
      }
      const holder = before && String(before['installationId']);
      return holder === installationId ? undefined : holder;
    });
  }

  async remove(installationId: string, users: readonly string[]): Promise<void> {
    await this.onTable(async (table) => {
      for (const user of users) {
        await table.change({
          kind: 'delete',
          entity: { PartitionKey: userKey(user), RowKey: installationId },
        });
      }
    });
  }

  /** Ids of the installations of a user. */
  async installationsOf(user: string): Promise<string[]> {
    return this.onTable(async (table) => {
      const ids: string[] = [];
      for await (const rows of table.query(`PartitionKey eq '${userKey(user)}'`)) {
        ids.push(...rows.map((row) => row.RowKey));
      }
      return ids;
    });
  }

  private async onTable<T>(operation: (table: Table) => Promise<T>): Promise<T> {
    try {
      return await operation(await this.table());
    } catch (error) {
      if (!(error instanceof TableMissing)) throw error;
    }
    this.ready = undefined;
    return operation(await this.table());
  }

  private table(): Promise<Table> {
    if (!this.ready) {
      const table = new Table(this.storage, this.tableName);
      this.ready = table.create().then(() => table);
      this.ready.catch(() => (this.ready = undefined));
    }
    return this.ready;
  }
}

function userKey(user: string): string {
  return `user-${hash(user)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
