import type { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import { mistake } from '../core/mistakes';
import type { KeylessStorageAccount } from './keyless-storage-account';

/** As long as the workspace keeps the lines that say what became of each event. */
const DEAD_LETTER_RETENTION_DAYS = 30;

/** A hundred years. */
export const LONGEST_RETENTION_DAYS = 36_500;

/** Name of the container for dead letters, Event Grid's and the relay's, unless the caller gives another. */
export const DEAD_LETTER_CONTAINER = 'deadletter';

export interface DeadLetterOptions {
  /**
   * Days after which dead letters are deleted, Event Grid's and the relay's: they hold what people wrote. False keeps
   * them until somebody deletes them, and leaves the storage account's lifecycle policy alone.
   * @default 30
   */
  readonly deadLetterRetentionDays?: number | false;
}

/** The container for dead letters, whose letters go after a while. */
export function deadLetterContainer(
  storage: KeylessStorageAccount,
  { deadLetterRetentionDays = DEAD_LETTER_RETENTION_DAYS }: DeadLetterOptions,
  name = DEAD_LETTER_CONTAINER,
): StorageContainer {
  if (deadLetterRetentionDays !== false) {
    const days = deadLetterRetentionDays;
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_RETENTION_DAYS) {
      mistake(
        storage,
        `deadLetterRetentionDays takes a whole number from 1 to ${LONGEST_RETENTION_DAYS}, or false; got ${days}`,
      );
    } else {
      storage.deleteBlobsAfter(name, days);
    }
  }
  return storage.container(name);
}
