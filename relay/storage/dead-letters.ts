import type { BlobClient, ContainerClient } from '@azure/storage-blob';
import { TransientError, type RefusalReason } from '../errors';
import { sha256Hex } from '../hash';
import type { Clock, DeadLetter, DeadLetters, Log } from '../ports';
import type { StorageAccount } from './account';
import { containerOf } from './container';
import { ask } from './failures';

/** Where the relay's own dead letters lie in their container, beside Event Grid's. */
export const DEAD_LETTER_FOLDER = 'relay';

/** Metadata of a dead letter: when the relay refused its event once more, ISO 8601. */
export const KEPT_AGAIN = 'keptagain';

/** How often metadata is read anew because somebody else wrote it first. */
const MAX_CHANGES = 10;

/** What a blob of a dead letter holds, as JSON. */
export interface KeptDeadLetter {
  readonly deadLetterReason: string;
  readonly detail: string;
  readonly functionName: string;
  /** ISO 8601 */
  readonly keptAt: string;
  readonly event: unknown;
}

/**
 * Dead letters as blobs, `relay/{reason}/{yyyy-mm-dd}/{hash of the event}.json`: the same event is the same blob, so
 * that its second delivery adds nothing but the time it was kept again.
 */
export class StoredDeadLetters implements DeadLetters {
  private readonly container: ContainerClient;
  private readonly clock: Clock;

  /** @param container name of the container, which is there */
  constructor(account: StorageAccount, container: string) {
    this.container = containerOf(account, container);
    this.clock = account.clock;
  }

  async keep(letter: DeadLetter): Promise<void> {
    const kept: KeptDeadLetter = {
      deadLetterReason: letter.reason,
      detail: letter.detail,
      functionName: letter.functionName,
      keptAt: new Date(this.clock.now()).toISOString(),
      event: letter.event,
    };
    const text = JSON.stringify(kept, undefined, 1);
    const blob = this.container.getBlockBlobClient(keptBlob(letter.reason, letter.event, this.clock.now()));
    const written = await ask(
      this.clock,
      () =>
        blob.upload(text, Buffer.byteLength(text), {
          blobHTTPHeaders: { blobContentType: 'application/json' },
          // One that is there stays as it is, with what is known of its replay.
          conditions: { ifNoneMatch: '*' },
        }),
      [409, 412],
    );
    if (written) return;
    // Whoever replayed it is to see that it came back.
    await changeMetadata(blob, this.clock, (metadata) => {
      metadata[KEPT_AGAIN] = kept.keptAt;
      return undefined;
    });
  }
}

/**
 * Changes a blob's metadata, which others may be changing too. What `alter` finds in it, if anything, ends that, and
 * nothing is written.
 *
 * @throws TransientError when the blob cannot be read or written
 */
export async function changeMetadata(
  blob: BlobClient,
  clock: Clock,
  alter: (metadata: Record<string, string>) => string | undefined,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < MAX_CHANGES; attempt++) {
    const written = await ask(clock, async () => {
      const { metadata = {}, etag } = await blob.getProperties();
      const found = alter(metadata);
      // It is written whole: what others wrote in between must not be lost.
      if (found === undefined) await blob.setMetadata(metadata, { conditions: { ifMatch: etag } });
      return { found };
    }, [412]);
    if (written) return written.found;
  }
  throw new TransientError(`dead letter ${blob.name} is being changed by others`);
}

/** Where the relay keeps an event that it refused for that reason. */
export function keptBlob(reason: RefusalReason, event: unknown, now: number): string {
  const hash = sha256Hex(JSON.stringify(event) ?? 'null').slice(0, 40);
  return `${DEAD_LETTER_FOLDER}/${reason}/${dayOf(event, now)}/${hash}.json`;
}

/** The day of the event where it tells one, so that a later delivery finds the same blob; else today. */
function dayOf(event: unknown, now: number): string {
  const { eventTime, time } = (typeof event === 'object' && event !== null ? event : {}) as Record<
    string,
    unknown
  >;
  const at = Date.parse(String(eventTime ?? time));
  const valid = at > 0 && at < Date.UTC(10_000, 0, 1);
  return new Date(valid ? at : now).toISOString().slice(0, 10);
}

/** For a relay without a storage account: the log is all that remains of a dead letter, without its content. */
export class LoggedDeadLetters implements DeadLetters {
  constructor(private readonly log: Log) {}

  keep({ reason, detail }: DeadLetter): Promise<void> {
    this.log.write('error', 'event lost: there is no storage account to keep it in', { reason, detail });
    return Promise.resolve();
  }
}
