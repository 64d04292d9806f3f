import { sha256Hex } from '../hash';
import type { Storage } from '../storage/storage';
import { OwnTable } from '../storage/table';

/**
 * Which installations a user has and which one holds a device handle. The hub alone cannot be asked that with a rule
 * that has no right to manage it. Keys are hashes; the rows hold installation ids and nothing of a person.
 */
export class DeviceRegistry {
  private readonly table: OwnTable;

  constructor(storage: Storage, tableName: string) {
    this.table = new OwnTable(storage, tableName);
  }

  /**
   * Puts an installation down for its users and as the holder of its handle.
   *
   * @returns the installation that held the handle before, when it was another: a device has changed hands
   */
  async add(installationId: string, users: readonly string[], handle: string): Promise<string | undefined> {
    return this.table.use(async (table) => {
      const partition = `handle-${sha256Hex(handle)}`;
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
    await this.table.use(async (table) => {
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
    return this.table.use(async (table) => {
      const ids: string[] = [];
      for await (const rows of table.query(`PartitionKey eq '${userKey(user)}'`)) {
        ids.push(...rows.map((row) => row.RowKey));
      }
      return ids;
    });
  }
}

function userKey(user: string): string {
  return `user-${sha256Hex(user)}`;
}
