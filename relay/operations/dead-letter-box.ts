import { text } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { isRecord } from '../envelope';
import { REFUSAL_REASONS, type RefusalReason } from '../errors';
import { RELAY_EVENT_TYPES, RELAY_FUNCTIONS } from '../contract';
import type { Clock } from '../ports';
import {
  changeMetadata,
  DEAD_LETTER_FOLDER,
  KEPT_AGAIN,
  keptBlob,
  type KeptDeadLetter,
} from '../storage/dead-letters';
import { storageAccount } from '../storage/account';
import { containerOf } from '../storage/container';
import { ask } from '../storage/failures';
import type { Connection } from './connection';

/** An event that lies in the dead-letter container. */
export interface DeadLetterEntry {
  /** Names the entry: the blob, and the place in it where the blob holds several (`{blob}#1`). */
  readonly id: string;
  /** Who gave it up: the relay as not fit for a push, or Event Grid after its last attempt. */
  readonly keptBy: 'relay' | 'event-grid';
  readonly reason: string;
  readonly detail?: string;
  /** ISO 8601, where the entry tells it. */
  readonly keptAt?: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly eventTime?: string;
  /** The function that a replay goes to. */
  readonly functionName: string;
  /** When it was replayed, ISO 8601. */
  readonly replayedAt?: string;
  /** The event itself. It holds what people wrote. */
  readonly event: unknown;
}

export interface DeadLetterFilter {
  readonly keptBy?: DeadLetterEntry['keptBy'];
  readonly reason?: string;
  /** `Microsoft.Communication.ChatMessageReceived`, or without the prefix. */
  readonly eventType?: string;
  readonly eventId?: string;
  /** Events that happened at this time or later; ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** Entries that were not replayed yet. */
  readonly open?: boolean;
}

/** Takes one event to a function of the relay; gives the status of the answer. */
export type Deliver = (functionName: string, event: unknown) => Promise<number>;

export type ReplayResult =
  | { readonly kind: 'replayed' }
  /** It was replayed before, or is being replayed by somebody else. */
  | { readonly kind: 'already'; readonly at: string }
  /** The relay refused it once more, for this reason; the entry is as it was. */
  | { readonly kind: 'kept-again'; readonly reason: RefusalReason }
  /** The function did not take it; the entry is as it was. */
  | { readonly kind: 'failed'; readonly status: number };

/** Dead letters of the relay's own by blob: for which reason, and when they were kept first and last. */
type Refusals = ReadonlyMap<string, { readonly reason: RefusalReason; readonly times: string }>;

/** How long a replay that never ended keeps others off, in milliseconds. */
const CLAIM_MS = 5 * 60_000;

/** Where a blob's metadata tells of replays, one value for each entry of the blob. */
const REPLAYED = 'replayed_';
const CLAIMED = 'claimed_';

/**
 * The dead letters of a relay: its own, and those of its Event Grid subscriptions. Who uses it needs Storage Blob Data
 * Contributor on the account, or Reader to look only.
 */
export class DeadLetterBox {
  private readonly container: ContainerClient;
  /** Where Event Grid writes, when it is another account. */
  private readonly eventGridContainer?: ContainerClient;
  private readonly clock: Clock;

  /**
   * @param eventGridAccount with a container of the same name; that of a relay in a private network, which Event Grid
   * does not reach
   */
  constructor(connection: Connection, account: string, container: string, eventGridAccount = account) {
    this.container = containerOf(storageAccount(account, connection), container);
    if (eventGridAccount !== account) {
      this.eventGridContainer = containerOf(storageAccount(eventGridAccount, connection), container);
    }
    this.clock = connection.clock;
  }

  /** @throws TransientError when the container cannot be read */
  async *list(filter: DeadLetterFilter = {}): AsyncGenerator<DeadLetterEntry> {
    const prefix = filter.keptBy === 'relay' ? `${DEAD_LETTER_FOLDER}/` : '';
    for (const container of [this.container, this.eventGridContainer]) {
      if (!container) continue;
      for await (const { name } of this.blobs(prefix, container)) {
        if (!name.endsWith('.json')) continue;
        for (const entry of await this.read(name, container)) if (matches(entry, filter)) yield entry;
      }
    }
  }

  /** The entry of that id, or nothing. */
  async show(id: string): Promise<DeadLetterEntry | undefined> {
    const blob = id.replace(/#\d+$/, '');
    const entries = await this.read(blob, await this.holder(blob));
    return entries.find((entry) => entry.id === id);
  }

  /**
   * Delivers an entry once more. Once: the blob remembers it, and the relay would see a second one as a duplicate. A
   * function answers a refused event as it does any other; that it was refused is seen by what the relay keeps of it.
   *
   * @throws TransientError when the container cannot be read or written
   */
  async replay(entry: DeadLetterEntry, deliver: Deliver): Promise<ReplayResult> {
    const blob = entry.id.replace(/#\d+$/, '');
    const place = /#(\d+)$/.exec(entry.id)?.[1] ?? '0';
    const { now } = this.clock;
    const kept = (await this.holder(blob)).getBlobClient(blob);
    const already = await changeMetadata(kept, this.clock, (metadata) => {
      const replayed = metadata[`${REPLAYED}${place}`];
      const claimed = metadata[`${CLAIMED}${place}`];
      if (replayed) return replayed;
      if (claimed && Date.parse(claimed) + CLAIM_MS > now()) return claimed;
      metadata[`${CLAIMED}${place}`] = new Date(now()).toISOString();
      return undefined;
    });
    if (already !== undefined) return { kind: 'already', at: already };
    const before = await this.refusals(entry, now());
    const status = await deliver(entry.functionName, entry.event);
    const answered = status >= 200 && status < 300;
    const refused = answered ? await this.newRefusal(entry, before, now()) : undefined;
    const taken = answered && !refused;
    await changeMetadata(kept, this.clock, (current) => {
      delete current[`${CLAIMED}${place}`];
      if (taken) current[`${REPLAYED}${place}`] = new Date(now()).toISOString();
      return undefined;
    });
    if (refused) return { kind: 'kept-again', reason: refused };
    return taken ? { kind: 'replayed' } : { kind: 'failed', status };
  }

  /** Why the relay refused the entry's event since then, if it did. */
  private async newRefusal(
    entry: DeadLetterEntry,
    before: Refusals,
    now: number,
  ): Promise<RefusalReason | undefined> {
    for (const [blob, { reason, times }] of await this.refusals(entry, now)) {
      if (before.get(blob)?.times === times) continue;
      const [kept] = await this.read(blob, this.container);
      if (kept?.eventId === entry.eventId) return reason;
    }
    return undefined;
  }

  /**
   * What the relay keeps that can be of the entry's event. The host of Functions may hand on other text than Event Grid
   * wrote (a time without its last zeros), which has another hash: there, everything of that day is looked at.
   */
  private async refusals(entry: DeadLetterEntry, now: number): Promise<Refusals> {
    const found = await Promise.all(
      REFUSAL_REASONS.map(async (reason) => {
        const blob = keptBlob(reason, entry.event, now);
        const kept = [];
        if (entry.keptBy === 'relay') {
          const { createdOn, metadata } =
            (await ask(this.clock, () => this.container.getBlobClient(blob).getProperties(), [404])) ?? {};
          if (createdOn) kept.push([blob, { reason, times: timesOf(createdOn, metadata) }] as const);
        } else {
          for await (const { name, times } of this.blobs(
            blob.slice(0, blob.lastIndexOf('/') + 1),
            this.container,
          ))
            kept.push([name, { reason, times }] as const);
        }
        return kept;
      }),
    );
    return new Map(found.flat());
  }

  /** Event Grid's may lie in the relay's account as well, from before they had one of their own. */
  private async holder(blob: string): Promise<ContainerClient> {
    const other = this.eventGridContainer;
    if (!other || blob.startsWith(`${DEAD_LETTER_FOLDER}/`)) return this.container;
    return (await ask(this.clock, () => other.getBlobClient(blob).exists())) ? other : this.container;
  }

  private async read(blob: string, container: ContainerClient): Promise<DeadLetterEntry[]> {
    const found = await ask(
      this.clock,
      async () => {
        const { metadata = {}, readableStreamBody } = await container.getBlobClient(blob).download();
        return { metadata, body: await text(readableStreamBody!) };
      },
      [404],
    );
    if (!found) return [];
    const { metadata, body } = found;
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      return [];
    }
    return blob.startsWith(`${DEAD_LETTER_FOLDER}/`)
      ? [ownEntry(blob, content as KeptDeadLetter, metadata)]
      : eventGridEntries(blob, content, metadata);
  }

  /** Names, and when each was written and last kept again. */
  private async *blobs(
    prefix: string,
    container: ContainerClient,
  ): AsyncGenerator<{ name: string; times: string }> {
    const listed = container.listBlobsFlat({ prefix, includeMetadata: true });
    for (;;) {
      const next = await ask(this.clock, () => listed.next());
      if (!next || next.done) return;
      const { name, properties, metadata } = next.value;
      yield { name, times: timesOf(properties.createdOn, metadata) };
    }
  }
}

/** When a blob was written, and last kept again. */
function timesOf(createdOn: Date | undefined, metadata: Record<string, string> | undefined): string {
  return `${createdOn?.toISOString()} ${metadata?.[KEPT_AGAIN]}`;
}

function ownEntry(blob: string, kept: KeptDeadLetter, metadata: Record<string, string>): DeadLetterEntry {
  return {
    id: blob,
    keptBy: 'relay',
    reason: kept.deadLetterReason,
    detail: kept.detail,
    keptAt: kept.keptAt,
    functionName: kept.functionName,
    replayedAt: metadata[`${REPLAYED}0`],
    event: kept.event,
    ...about(kept.event),
  };
}

/**
 * Event Grid writes what it gives up as a list: the events, with what became of their delivery beside their fields.
 * https://learn.microsoft.com/azure/event-grid/manage-event-delivery
 */
function eventGridEntries(
  blob: string,
  content: unknown,
  metadata: Record<string, string>,
): DeadLetterEntry[] {
  return (Array.isArray(content) ? content : [content]).filter(isRecord).map((item, i) => {
    const {
      deadLetterReason,
      deadletterreason = deadLetterReason,
      deliveryAttempts: _a,
      deliveryattempts: _b,
      lastDeliveryOutcome,
      lastdeliveryoutcome = lastDeliveryOutcome,
      lastHttpStatusCode: _c,
      publishTime: _d,
      publishtime: _e,
      lastDeliveryAttemptTime,
      lastdeliveryattempttime = lastDeliveryAttemptTime,
      ...event
    } = item;
    const facts = about(event);
    return {
      id: `${blob}#${i}`,
      keptBy: 'event-grid',
      reason: String(deadletterreason ?? 'unknown'),
      detail: lastdeliveryoutcome === undefined ? undefined : String(lastdeliveryoutcome),
      keptAt: lastdeliveryattempttime === undefined ? undefined : String(lastdeliveryattempttime),
      functionName: functionFor(facts.eventType),
      replayedAt: metadata[`${REPLAYED}${i}`],
      event,
      ...facts,
    };
  });
}

function about(event: unknown): Pick<DeadLetterEntry, 'eventId' | 'eventType' | 'eventTime'> {
  const { id, eventType, type, eventTime, time } = isRecord(event) ? event : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { eventId: text(id), eventType: text(eventType ?? type), eventTime: text(eventTime ?? time) };
}

function functionFor(eventType: string | undefined): string {
  const delivers = (name: 'calls' | 'recordings') =>
    (RELAY_EVENT_TYPES[name] as readonly string[]).includes(eventType ?? '');
  if (delivers('calls')) return RELAY_FUNCTIONS.calls;
  return delivers('recordings') ? RELAY_FUNCTIONS.recordings : RELAY_FUNCTIONS.messages;
}

function matches(entry: DeadLetterEntry, filter: DeadLetterFilter): boolean {
  const { keptBy, reason, eventType, eventId, since, until, open } = filter;
  if (keptBy && entry.keptBy !== keptBy) return false;
  if (reason && entry.reason !== reason) return false;
  if (
    eventType &&
    entry.eventType !== eventType &&
    entry.eventType !== `Microsoft.Communication.${eventType}`
  ) {
    return false;
  }
  if (eventId && entry.eventId !== eventId) return false;
  if (open && entry.replayedAt) return false;
  const at = Date.parse(entry.eventTime ?? entry.keptAt ?? '');
  if (since && !(at >= Date.parse(since))) return false;
  if (until && !(at <= Date.parse(until))) return false;
  return true;
}
