import { randomUUID } from 'node:crypto';
import type { StoredResource } from '../../core/store';
import { takesDeadLetters } from '../web/network-access';
import type { Grid } from './grid';
import type { Waiting } from './records';
import { cloudEvent, eventGridEvent } from './schemas';
import type { EventSubscription } from './subscription';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Between the last attempt and the dead letter (azure-docs, event-grid/delivery-and-retry). */
const DEAD_LETTER_DELAY = 5 * MINUTE;
/** A dead letter that cannot be written for so long is dropped (same page). */
const DEAD_LETTER_GIVE_UP = 4 * 60 * MINUTE;

/** What one subscription gives up: written into a blob, or dropped where there is no place for it. */
export class DeadLetters {
  private letters: { waiting: Waiting; reason: string }[] = [];

  constructor(
    private readonly grid: Grid,
    private readonly topic: StoredResource,
    private readonly id: string,
    private readonly subscription: () => EventSubscription | undefined,
    /** Told how many events are gone. */
    private readonly gone: (count: number) => void,
  ) {}

  giveUp(subscription: EventSubscription, waiting: Waiting, reason: string): void {
    if (!subscription.deadLetter) {
      this.drop(waiting, reason);
      return;
    }
    this.letters.push({ waiting, reason });
    // One blob takes all that is given up until it is written.
    if (this.letters.length === 1) void this.buryLater();
  }

  private async buryLater(): Promise<void> {
    const { clock, closing } = this.grid.context;
    const delay = this.grid.currentFaults.deadLetterDelaySeconds;
    const since = clock.now();
    await clock.sleep(delay === undefined ? DEAD_LETTER_DELAY : delay * SECOND, closing);
    const letters = this.letters;
    this.letters = [];
    if (closing.aborted) return;
    while (!(await this.bury(letters))) {
      if (clock.now() - since >= DEAD_LETTER_GIVE_UP) {
        for (const { waiting, reason } of letters) this.drop(waiting, reason);
        return;
      }
      await clock.sleep(DEAD_LETTER_DELAY, closing);
      if (closing.aborted) return;
    }
  }

  private async bury(letters: readonly { waiting: Waiting; reason: string }[]): Promise<boolean> {
    const subscription = this.subscription();
    if (!subscription?.deadLetter) {
      for (const { waiting, reason } of letters) this.drop(waiting, reason);
      return true;
    }
    const { context } = this.grid;
    const now = new Date(context.clock.now());
    const folders = [
      this.topic.name.toUpperCase(),
      subscription.name.toUpperCase(),
      now.getUTCFullYear(),
      now.getUTCMonth() + 1,
      now.getUTCDate(),
      now.getUTCHours(),
    ];
    const blob = `${folders.join('/')}/${randomUUID()}.json`;
    const content = letters.map(({ waiting, reason }) => deadLetter(subscription, waiting, reason));
    const { storageAccountId, container } = subscription.deadLetter;
    if (!takesDeadLetters(context.store.get(storageAccountId))) {
      context.log(
        `Event Grid ${subscription.name}: dead letter: the firewall of ${storageAccountId} refuses it`,
      );
      return false;
    }
    try {
      await context.writeBlob(storageAccountId, container, blob, JSON.stringify(content));
    } catch (error) {
      context.log(`Event Grid ${subscription.name}: dead letter: ${(error as Error).message}`);
      return false;
    }
    this.gone(letters.length);
    this.grid.count(this.topic, this.id, 'DeadLetteredCount', letters.length);
    for (const { waiting, reason } of letters) {
      this.grid.buried({
        time: now.toISOString(),
        subscriptionId: this.id,
        blob,
        reason,
        event: waiting.event,
      });
    }
    return true;
  }

  private drop(waiting: Waiting, reason: string): void {
    this.gone(1);
    this.grid.count(this.topic, this.id, 'DroppedEventCount');
    const time = new Date(this.grid.context.clock.now()).toISOString();
    this.grid.buried({ time, subscriptionId: this.id, reason, event: waiting.event });
  }

  /** Forgets those that wait to be written. */
  close(): void {
    this.letters = [];
  }
}

/** The event with why and when it was given up, in the words of its schema. */
function deadLetter(
  subscription: EventSubscription,
  waiting: Waiting,
  reason: string,
): Record<string, unknown> {
  const about = {
    deadLetterReason: reason,
    deliveryAttempts: waiting.attempts,
    lastDeliveryOutcome: outcomeOf(waiting.lastStatus),
    publishTime: new Date(waiting.publishedAt).toISOString(),
    lastDeliveryAttemptTime: new Date(waiting.lastAttemptAt).toISOString(),
  };
  if (subscription.schema === 'EventGridSchema') return { ...eventGridEvent(waiting.event), ...about };
  // Names of CloudEvents attributes are lower case.
  const attributes = Object.entries(about).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...cloudEvent(waiting.event), ...Object.fromEntries(attributes) };
}

function outcomeOf(status: number): string {
  const names: Readonly<Record<number, string>> = {
    0: 'TimedOut',
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    408: 'TimedOut',
    413: 'PayloadTooLarge',
    503: 'ServiceUnavailable',
  };
  return names[status] ?? 'GenericError';
}
