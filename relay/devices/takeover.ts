import { TransientError } from '../errors';
import type { Handle } from './handles';
import type { RecordedInstallations } from './recorded-installations';
import type { Former } from './removal';

/** Attempts at one handle that others want too. */
const ATTEMPTS = 5;

/** Handles change hands: who held one before is gone from the hubs before the next has it. */
export class Takeover {
  constructor(private readonly recorded: RecordedInstallations) {}

  /** Makes an installation, whose lease is held, the holder of a handle. */
  async takeOver(
    { key, formerKeys }: Handle,
    installationId: string,
    isNew: boolean,
    gone: Former[],
  ): Promise<void> {
    for (const former of isNew ? formerKeys : []) {
      const holder = await this.recorded.registry.holder(former);
      if (holder && holder.installationId !== installationId) {
        gone.push(...(await this.retire(holder.installationId, former, key)));
      }
      if (holder) await this.recorded.registry.free(former, holder.installationId);
    }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const holder = await this.recorded.registry.holder(key);
      if (holder?.installationId === installationId) return;
      if (!holder) {
        if (await this.recorded.registry.claim(key, installationId, undefined)) return;
        continue;
      }
      gone.push(...(await this.retire(holder.installationId, key, key, installationId)));
    }
    throw new TransientError('others register the same handle', 1_000);
  }

  /**
   * Removes the holder of a handle, if it has it still, and makes another one the holder while nobody else can.
   *
   * @param row names the handle as its row does; `key` as it is named now
   */
  private retire(installationId: string, row: string, key: string, successor?: string): Promise<Former[]> {
    return this.recorded.holding(installationId, async (lease) => {
      const holder = await this.recorded.registry.holder(row);
      if (holder?.installationId !== installationId) return [];
      const record = lease.record ?? (await this.recorded.found(installationId))?.record;
      if (!record) await this.recorded.installations.delete(installationId);
      const handOver = async () => {
        if (successor) await this.recorded.registry.claim(row, successor, holder.etag);
      };
      if (record && (record.state !== 'live' || record.handles.includes(key))) {
        await this.recorded.erase(lease, record, async () => {
          this.recorded.assertSettled(record);
          await handOver();
        });
        return [{ installationId, user: record.user }];
      }
      await handOver();
      return [];
    });
  }
}
