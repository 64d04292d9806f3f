import { randomUUID } from 'node:crypto';
import { sameId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import type { Metrics } from '../../core/metrics';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import { EVENT_SUBSCRIPTION_TYPE } from './event-subscriptions';
import { passes, type GridEvent } from './filter';
import type { EventFunctions } from './functions';
import type { Grid } from './grid';
import type { DeadLetter, DeliveryFaults, DeliveryRecord } from './records';
import { eventSubscription } from './subscription';
import { SubscriptionQueue } from './subscription-queue';
import { SYSTEM_TOPIC_TYPE } from './system-topics';

/** Attempts kept for the control API: the latest so many, at least. */
const REMEMBERED = 50_000;

/**
 * Event Grid's delivery: at least once, in no promised order, with Azure's retry table, expiry and dead letters.
 * What is under way lives in memory only: it is lost when local Azure stops.
 */
export class EventGridDelivery implements Grid {
  private readonly queues = new Map<string, SubscriptionQueue>();
  private readonly history: DeliveryRecord[] = [];
  private readonly dead: DeadLetter[] = [];
  private faults: DeliveryFaults = {};

  constructor(
    readonly context: LocalAzureContext,
    readonly metrics: Metrics,
    readonly functions: EventFunctions,
    readonly random: Random,
  ) {}

  setFaults(faults: DeliveryFaults): void {
    this.faults = { ...faults };
  }

  get currentFaults(): DeliveryFaults {
    return this.faults;
  }

  /** Takes an event of a source and queues it for every subscription whose filter it passes. */
  publish(
    sourceId: string,
    event: { eventType: string; subject: string; data: unknown; id?: string; dataVersion?: string },
  ): void {
    const { clock, store } = this.context;
    const topic = store
      .list({ type: SYSTEM_TOPIC_TYPE })
      .find((one) => sameId(String(one.properties.source), sourceId));
    if (!topic) return;
    this.metrics.add(topic.id, 'PublishSuccessCount');
    const full: GridEvent = {
      id: event.id ?? randomUUID(),
      topic: String(topic.properties.source),
      subject: event.subject,
      eventType: event.eventType,
      eventTime: new Date(clock.now()).toISOString(),
      dataVersion: event.dataVersion ?? '1.0',
      data: event.data,
    };
    let matched = false;
    for (const resource of store.list({ type: EVENT_SUBSCRIPTION_TYPE, below: topic.id })) {
      if (!passes(eventSubscription(resource).filter, full)) continue;
      matched = true;
      this.count(topic, resource.id, 'MatchedEventCount');
      this.queueOf(topic, resource.id).add({
        event: full,
        publishedAt: clock.now(),
        attempts: 0,
        lastAttemptAt: 0,
        lastStatus: 0,
      });
    }
    if (matched) this.context.changed();
    if (!matched) this.metrics.add(topic.id, 'UnmatchedEventCount');
  }

  /** Attempts so far, oldest first. */
  deliveries(): readonly DeliveryRecord[] {
    return this.history;
  }

  /** Events that were given up, oldest first. */
  deadLetters(): readonly DeadLetter[] {
    return this.dead;
  }

  /** Events not yet delivered, given up or dropped. */
  pending(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.pending, 0);
  }

  /** Lets go of what waits for a subscription that was deleted. */
  forget(subscriptionId: string): void {
    this.queues.get(subscriptionId.toLowerCase())?.close();
    this.queues.delete(subscriptionId.toLowerCase());
  }

  count(topic: StoredResource, subscriptionId: string, metric: string, amount = 1): void {
    this.metrics.add(topic.id, metric, amount);
    this.metrics.add(subscriptionId, metric, amount);
  }

  remember(record: DeliveryRecord): void {
    this.history.push(record);
    this.context.changed();
    if (this.history.length > 2 * REMEMBERED) this.history.splice(0, REMEMBERED);
  }

  buried(letter: DeadLetter): void {
    this.dead.push(letter);
    this.context.changed();
  }

  private queueOf(topic: StoredResource, subscriptionId: string): SubscriptionQueue {
    const key = subscriptionId.toLowerCase();
    const known = this.queues.get(key);
    if (known) return known;
    const queue = new SubscriptionQueue(this, topic, subscriptionId);
    this.queues.set(key, queue);
    return queue;
  }
}
