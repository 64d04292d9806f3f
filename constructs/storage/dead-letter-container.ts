import { Token } from 'cdktf';
import { shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import { warn } from '../core/warnings';
import type { IStorageAccount, IStorageContainer } from './storage-account-interface';

/** As long as the workspace keeps the lines that say what became of each event. */
const DEAD_LETTER_RETENTION_DAYS = 30;

/** A hundred years. */
export const LONGEST_RETENTION_DAYS = 36_500;

/** Name of the container for dead letters, Event Grid's and the relay's, unless the caller gives another. */
export const DEAD_LETTER_CONTAINER = 'deadletter';

/** How long is kept what could not be delivered. */
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
  storage: IStorageAccount,
  options: DeadLetterOptions,
  name = DEAD_LETTER_CONTAINER,
): IStorageContainer {
  deleteLetters(storage, options, name);
  return storage.container(name);
}

function deleteLetters(storage: IStorageAccount, options: DeadLetterOptions, name: string): void {
  const { deadLetterRetentionDays: days = DEAD_LETTER_RETENTION_DAYS } = options;
  if (days === false) return;
  if (!storage.deleteBlobsAfter) {
    leaveToOwner(storage, options, name);
    return;
  }
  const whole = Number.isInteger(days) && days >= 1 && days <= LONGEST_RETENTION_DAYS;
  if (!Token.isUnresolved(days) && !whole) {
    mistake(
      storage,
      `deadLetterRetentionDays takes a whole number from 1 to ${LONGEST_RETENTION_DAYS}, or false; got ${shown(days)}`,
    );
    return;
  }
  storage.deleteBlobsAfter(name, days);
}

/** An account has one lifecycle policy: in one that exists nobody but its owner deletes what is in it. */
function leaveToOwner(
  storage: IStorageAccount,
  { deadLetterRetentionDays: days }: DeadLetterOptions,
  name: string,
) {
  const remedy =
    `put a rule for the container '${name}' into the account's lifecycle policy, and give ` +
    `deadLetterRetentionDays: false`;
  if (days === undefined) {
    warn(
      storage,
      'dead-letters-kept',
      `dead letters, which hold what people wrote, are kept until somebody deletes them: the lifecycle policy of a ` +
        `storage account that exists is left alone; ${remedy}`,
    );
  } else {
    mistake(
      storage,
      `deadLetterRetentionDays is done by the lifecycle policy of an account that is made here, got ${days} for one that ` +
        `exists, whose policy is left alone: ${remedy}`,
    );
  }
}
