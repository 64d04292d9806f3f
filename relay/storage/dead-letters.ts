import { createHash } from 'node:crypto';
import type { Clock, DeadLetter, DeadLetters, Log } from '../ports';
import type { Storage } from './storage';

/** Where the relay's own dead letters lie in their container, beside Event Grid's. */
export const DEAD_LETTER_FOLDER = 'relay';

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
 * that its second delivery adds nothing.
 */
export class StoredDeadLetters implements DeadLetters {
  constructor(
    private readonly storage: Storage,
    private readonly container: string,
    private readonly clock: Clock,
  ) {}

  async keep(letter: DeadLetter): Promise<void> {
    const content = JSON.stringify(letter.event) ?? 'null';
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 40);
    const kept: KeptDeadLetter = {
      deadLetterReason: letter.reason,
      detail: letter.detail,
      functionName: letter.functionName,
      keptAt: new Date(this.clock.now()).toISOString(),
      event: letter.event,
    };
    await this.storage.send(
      {
        service: 'blob',
        method: 'PUT',
        path: `/${this.container}/${DEAD_LETTER_FOLDER}/${letter.reason}/${dayOf(letter.event, this.clock.now())}/${hash}.json`,
        headers: {
          'content-type': 'application/json',
          'x-ms-blob-type': 'BlockBlob',
          // One that is there stays as it is, with what is known of its replay.
          'if-none-match': '*',
        },
        body: JSON.stringify(kept, undefined, 1),
      },
      [409, 412],
    );
  }
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
