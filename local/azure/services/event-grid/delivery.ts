import { randomUUID } from 'node:crypto';
import { asObject, sameId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { passes, valueAt, type GridEvent } from './filter';
import type { Metrics } from '../../core/metrics';
import { letsEventGridIn, takesDeadLetters } from '../web/network-access';
import type { Random } from '../../core/random';
import {
  eventSubscription,
  EVENT_SUBSCRIPTION_TYPE,
  SYSTEM_TOPIC_TYPE,
  type EventSubscription,
} from './resource-types';
import type { EventFunctions } from './functions';
import type { DeliveryIdentity } from './queue-destination';
import type { StoredResource } from '../../core/store';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before the second attempt, the third, …; the last repeats (azure-docs, event-grid/delivery-and-retry). */
export const RETRY_DELAYS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
] as const;

/** An endpoint that answers so is not tried again before that (same page). */
const LEAST_DELAYS: Readonly<Record<number, number>> = {
  400: 5 * MINUTE,
  401: 5 * MINUTE,
  403: 5 * MINUTE,
  404: 5 * MINUTE,
  408: 2 * MINUTE,
  503: 30 * SECOND,
};

/** Answers after which an event is not tried again, by kind of endpoint (same page). */
const NOT_RETRIED = {
  AzureFunction: [400, 403, 413],
  StorageQueue: [400, 403, 413],
  WebHook: [400, 401, 403, 413],
} as const;

const SUCCESS = [200, 201, 202, 203, 204];
/** Real milliseconds an endpoint has to answer. */
const ANSWER_WITHIN = 30_000;
/** Between the last attempt and the dead letter (same page). */
const DEAD_LETTER_DELAY = 5 * MINUTE;
/** A dead letter that cannot be written for so long is dropped (same page). */
const DEAD_LETTER_GIVE_UP = 4 * HOUR;
/** Deliveries of one subscription under way at a time; Azure tells no figure. */
const CONCURRENCY = 16;
/** Attempts kept for the control API: the latest so many, at least. */
const REMEMBERED = 50_000;

/** One attempt, as the control API shows it. */
export interface DeliveryRecord {
  /** When the endpoint was called, and when it had answered; ISO 8601. */
  readonly startedAt: string;
  readonly time: string;
  readonly subscriptionId: string;
  readonly eventIds: readonly string[];
  readonly attempt: number;
  /** Status of the answer; 0 when there was none. */
  readonly status: number;
}

export interface DeadLetter {
  readonly time: string;
  readonly subscriptionId: string;
  /** Name of the blob; undefined when the event was dropped, having nowhere to go. */
  readonly blob?: string;
  readonly reason: string;
  readonly event: GridEvent;
}

export interface DeliveryFaults {
  /** Share of delivered events that are delivered once more. */
  readonly duplicatePercent?: number;
  /** Delivers what is waiting in a random order. */
  readonly disorder?: boolean;
  /** Seconds of Azure's time between the last attempt and the dead letter; default 300. */
  readonly deadLetterDelaySeconds?: number;
}

interface Waiting {
  readonly event: GridEvent;
  /** Azure's time, milliseconds. */
  readonly publishedAt: number;
  attempts: number;
  lastAttemptAt: number;
  lastStatus: number;
  duplicate?: boolean;
}

/**
 * Event Grid's delivery: at least once, in no promised order, with Azure's retry table, expiry and dead letters.
 * What is under way lives in memory only: it is lost when local Azure stops.
 */
export class EventGridDelivery {
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
    if (this.history.length > 2 * REMEMBERED) this.history.splice(0, REMEMBERED);
  }

  buried(letter: DeadLetter): void {
    this.dead.push(letter);
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

/** What waits for one subscription. */
class SubscriptionQueue {
  pending = 0;
  private ready: Waiting[] = [];
  private underWay = 0;
  private closed = false;
  private letters: { waiting: Waiting; reason: string }[] = [];

  constructor(
    private readonly grid: EventGridDelivery,
    private readonly topic: StoredResource,
    private readonly id: string,
  ) {}

  add(waiting: Waiting): void {
    this.pending += 1;
    this.ready.push(waiting);
    queueMicrotask(() => this.pump());
  }

  close(): void {
    this.closed = true;
    this.ready = [];
    this.letters = [];
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
        this.giveUp(subscription, next, 'TimeToLiveExceeded');
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
    const status = await this.post(subscription, batch);
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
      if (final) this.giveUp(subscription, waiting, 'UndeliverableDueToClientError');
      else if (waiting.attempts >= subscription.maxDeliveryAttempts) {
        this.giveUp(subscription, waiting, 'MaxDeliveryAttemptsExceeded');
      } else void this.tryLater(waiting, status);
    }
  }

  private async post(subscription: EventSubscription, batch: readonly Waiting[]): Promise<number> {
    const { destination, schema, name } = subscription;
    const cloud = schema === 'CloudEventSchemaV1_0';
    const events = batch.map(({ event }) => (cloud ? cloudEvent(event) : eventGridEvent(event)));
    if (destination.endpointType === 'StorageQueue') return this.enqueue(subscription, events[0]!);
    const url =
      destination.endpointType === 'AzureFunction'
        ? this.grid.functions.functionUrl(destination.resourceId ?? '')
        : destination.endpointUrl;
    // A function that is gone is a destination that cannot be found.
    if (!url) return 404;
    const site = this.siteOf(destination.resourceId);
    if (site && !letsEventGridIn(site)) return 403;
    const single = cloud && destination.maxEventsPerBatch === 1;
    const contentType = !cloud
      ? 'application/json; charset=utf-8'
      : `application/cloudevents${single ? '' : '-batch'}+json; charset=utf-8`;
    try {
      const answer = await this.grid.context.fetch({
        method: 'POST',
        url,
        headers: {
          'Content-Type': contentType,
          'aeg-event-type': 'Notification',
          'aeg-subscription-name': name.toUpperCase(),
          'aeg-delivery-count': String(batch[0]!.attempts),
          'aeg-data-version': batch[0]!.event.dataVersion,
          'aeg-metadata-version': '1',
          ...deliveryHeaders(subscription, batch[0]!.event),
        },
        body: JSON.stringify(single ? events[0] : events),
        timeoutMs: ANSWER_WITHIN,
      });
      return answer.status;
    } catch (error) {
      this.grid.context.log(`Event Grid ${name}: ${(error as Error).message}`);
      return 0;
    }
  }

  /** The app of a function. */
  private siteOf(functionId = ''): StoredResource | undefined {
    return this.grid.context.store.get(functionId.replace(/\/functions\/[^/]+$/i, ''));
  }

  /** A message for each event, Base64 of its JSON (MicrosoftDocs/azure-docs#102923). */
  private async enqueue({ destination, name }: EventSubscription, event: object): Promise<number> {
    const { resourceId = '', queueName = '', messageTimeToLive, identity } = destination;
    const principalId = identity && this.principalOf(identity);
    // Nobody's rights are none: the identity is gone.
    if (identity && principalId === undefined) return 401;
    try {
      return await this.grid.context.putMessage({
        storageAccountId: resourceId,
        queue: queueName,
        text: Buffer.from(JSON.stringify(event)).toString('base64'),
        timeToLive: messageTimeToLive,
        principalId,
      });
    } catch (error) {
      this.grid.context.log(`Event Grid ${name}: ${(error as Error).message}`);
      return 0;
    }
  }

  private principalOf({ type, userAssignedIdentity }: DeliveryIdentity): string | undefined {
    const { store } = this.grid.context;
    const principal =
      type === 'UserAssigned'
        ? store.get(userAssignedIdentity ?? '')?.properties.principalId
        : asObject(store.get(this.topic.id)?.identity).principalId;
    return principal === undefined ? undefined : String(principal);
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

  private giveUp(subscription: EventSubscription, waiting: Waiting, reason: string): void {
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
    this.pending -= letters.length;
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
    this.pending -= 1;
    this.grid.count(this.topic, this.id, 'DroppedEventCount');
    const time = new Date(this.grid.context.clock.now()).toISOString();
    this.grid.buried({ time, subscriptionId: this.id, reason, event: waiting.event });
  }

  private subscription(): EventSubscription | undefined {
    const resource = this.closed ? undefined : this.grid.context.store.get(this.id);
    return resource && eventSubscription(resource);
  }
}

function eventGridEvent(event: GridEvent): Record<string, unknown> {
  return { ...event, metadataVersion: '1' };
}

function cloudEvent(event: GridEvent): Record<string, unknown> {
  return {
    id: event.id,
    source: event.topic,
    specversion: '1.0',
    type: event.eventType,
    subject: event.subject,
    time: event.eventTime,
    data: event.data,
  };
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

function deliveryHeaders(subscription: EventSubscription, event: GridEvent): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, type, properties } of subscription.destination.attributes) {
    const value = type === 'Static' ? properties.value : valueAt(event, properties.sourceField ?? '');
    if (value === undefined || value === null) continue;
    headers[name] = typeof value === 'object' ? JSON.stringify(asObject(value)) : String(value);
  }
  return headers;
}
