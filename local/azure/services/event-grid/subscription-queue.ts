import type { StoredResource } from '../../core/store';
import { DeadLetters } from './dead-letters';
import type { Grid } from './grid';
import type { Waiting } from './records';
import { LEAST_DELAYS, NOT_RETRIED, RETRY_DELAYS } from './retries';
import { sendEvents } from './send-events';
import { eventSubscription, type EventSubscription } from './subscription';

const MINUTE = 60_000;
const SUCCESS = [200, 201, 202, 203, 204];

/** Deliveries of one subscription under way at a time; Azure tells no figure. */
const CONCURRENCY = 16;

/** What waits for one subscription. */
export class SubscriptionQueue {
  pending = 0;
  private ready: Waiting[] = [];
  private underWay = 0;
  private closed = false;
  private readonly letters: DeadLetters;

  constructor(
    private readonly grid: Grid,
    private readonly topic: StoredResource,
    private readonly id: string,
  ) {
    this.letters = new DeadLetters(
      grid,
      topic,
      id,
      () => this.subscription(),
      (gone) => (this.pending -= gone),
    );
  }

  add(waiting: Waiting): void {
    this.pending += 1;
    this.ready.push(waiting);
    queueMicrotask(() => this.pump());
  }

  close(): void {
    this.closed = true;
    this.ready = [];
    this.letters.close();
  }

  private pump(): void {
    while (this.ready.length > 0 && this.underWay < CONCURRENCY) {
      const subscription = this.subscription();
      if (!subscription || this.grid.context.closing.aborted) {
        this.pending -= this.ready.length;
        this.ready = [];
        return;
      }
      const batch = this.takeBatch(subscription);
      if (batch.length === 0) continue;
      this.underWay += 1;
      void this.deliver(subscription, batch).finally(() => {
        this.underWay -= 1;
        this.pump();
      });
    }
  }

  /** Expired events are given up here: Azure looks at the clock when an attempt is due. */
  private takeBatch(subscription: EventSubscription): Waiting[] {
    const { maxEventsPerBatch, preferredBatchSizeInKilobytes } = subscription.destination;
    const batch: Waiting[] = [];
    let size = 0;
    while (this.ready.length > 0 && batch.length < maxEventsPerBatch) {
      const { disorder } = this.grid.currentFaults;
      const at = disorder ? Math.floor(this.grid.random() * this.ready.length) : 0;
      const next = this.ready[at]!;
      const bytes = Buffer.byteLength(JSON.stringify(next.event));
      if (batch.length > 0 && size + bytes > preferredBatchSizeInKilobytes * 1024) break;
      this.ready.splice(at, 1);
      const age = this.grid.context.clock.now() - next.publishedAt;
      if (next.attempts > 0 && age >= subscription.eventTimeToLiveInMinutes * MINUTE) {
        this.letters.giveUp(subscription, next, 'TimeToLiveExceeded');
        continue;
      }
      size += bytes;
      batch.push(next);
    }
    return batch;
  }

  private async deliver(subscription: EventSubscription, batch: Waiting[]): Promise<void> {
    const { clock } = this.grid.context;
    const startedAt = new Date(clock.now()).toISOString();
    const status = await sendEvents(this.grid, this.topic, subscription, batch);
    this.grid.remember({
      startedAt,
      time: new Date(clock.now()).toISOString(),
      subscriptionId: this.id,
      eventIds: batch.map(({ event }) => event.id),
      attempt: batch[0]!.attempts + 1,
      status,
    });
    for (const waiting of batch) {
      waiting.attempts += 1;
      waiting.lastAttemptAt = clock.now();
      waiting.lastStatus = status;
    }
    if (SUCCESS.includes(status)) {
      this.grid.count(this.topic, this.id, 'DeliverySuccessCount', batch.length);
      this.pending -= batch.length;
      for (const waiting of batch) this.maybeTwice(waiting);
      return;
    }
    this.grid.count(this.topic, this.id, 'DeliveryAttemptFailCount', batch.length);
    const final = NOT_RETRIED[subscription.destination.endpointType].some((one) => one === status);
    for (const waiting of batch) {
      if (final) this.letters.giveUp(subscription, waiting, 'UndeliverableDueToClientError');
      else if (waiting.attempts >= subscription.maxDeliveryAttempts) {
        this.letters.giveUp(subscription, waiting, 'MaxDeliveryAttemptsExceeded');
      } else void this.tryLater(waiting, status);
    }
  }

  private maybeTwice(waiting: Waiting): void {
    const percent = this.grid.currentFaults.duplicatePercent ?? 0;
    if (waiting.duplicate || this.grid.random() * 100 >= percent) return;
    this.add({ ...waiting, duplicate: true, attempts: 0 });
  }

  private async tryLater(waiting: Waiting, status: number): Promise<void> {
    const { clock, closing } = this.grid.context;
    const planned = RETRY_DELAYS[Math.min(waiting.attempts, RETRY_DELAYS.length) - 1]!;
    await clock.sleep(Math.max(planned, LEAST_DELAYS[status] ?? 0), closing);
    this.ready.push(waiting);
    this.pump();
  }

  private subscription(): EventSubscription | undefined {
    const resource = this.closed ? undefined : this.grid.context.store.get(this.id);
    return resource && eventSubscription(resource);
  }
}
