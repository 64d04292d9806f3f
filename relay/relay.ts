import type { EventOutcome, OptionalEvent } from './contract';
import { readEnvelope, type RelayEvent } from './envelope';
import { PermanentError, TransientError } from './errors';
import { hasLine, worthTelling } from './event-line';
import { handlerFor } from './events';
import { sha256 } from './hash';
import type { Metrics } from './metrics';
import { ringEndOf, type Notification } from './notification';
import type {
  Calls,
  Claim,
  Clock,
  DeadLetters,
  HubMessage,
  HubReceipt,
  HubSender,
  Log,
  ProcessedEvents,
  Slot,
} from './ports';
import type { Recipients } from './preferences/recipients';
import { PUSH, type Asked, type Verdict } from './preferences/verdict';
import type { Renderer } from './push/render';

/** How long one delivery may go on trying to send, in milliseconds: Event Grid waits 30 s for the answer. */
const SEND_FOR_MS = 18_000;

/**
 * When another delivery may take over from one that never ended, in milliseconds. Messages wait until Event Grid has
 * given up on the first; a call rings for 30 s and is delivered twice, 10 s apart, so that its second delivery must be
 * allowed to go through.
 */
const LEASE_MS = { ring: 9_000, message: 35_000 } as const;

/** What became of an event of several notifications: the first of these that became of one of them. */
const FOREMOST = [
  'pushed',
  'duplicate',
  'superseded',
  'expired',
  'nobody-to-tell',
] as const satisfies readonly EventOutcome[];
/** How often what ends a ring looks whether the ring is out, in milliseconds. */
const RING_POLL_MS = 200;

const DAY_MS = 24 * 60 * 60_000;

export interface RelayPorts {
  readonly hubs: HubSender;
  readonly processed: ProcessedEvents;
  readonly calls: Calls;
  readonly deadLetters: DeadLetters;
  readonly renderer: Renderer;
  /** What recipients want to be told; without, everything. */
  readonly recipients?: Pick<Recipients, 'verdict'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Events that become pushes although they do not by default. */
  readonly optionalEvents?: ReadonlySet<OptionalEvent>;
  /** Of events that ended well, how many have a line of their own, in percent. @default 100 */
  readonly successLinesPercent?: number;
}

/** Makes pushes of events. */
export class Relay {
  constructor(
    /** Lower-case ARM id of the one resource whose events are taken. */
    private readonly sourceId: string,
    private readonly ports: RelayPorts,
  ) {}

  /**
   * Handles one delivery of one event.
   *
   * @param functionName the function that it came to
   * @throws TransientError when Event Grid is to deliver the event again
   */
  async handle(input: unknown, functionName: string, log: Log): Promise<EventOutcome> {
    const start = this.ports.clock.now();
    const about: About = { eventType: 'unknown' };
    try {
      const outcome = await this.process(input, about, log);
      this.tell(log, 'info', outcome, start, about);
      return outcome;
    } catch (error) {
      if (!(error instanceof PermanentError)) {
        this.tell(log, 'warn', 'failed', start, { ...about, detail: (error as Error).message });
        throw error;
      }
      const { reason, message: detail } = error;
      try {
        await this.ports.deadLetters.keep({ reason, detail, functionName, event: input });
      } catch (failure) {
        const why = `cannot be kept: ${(failure as Error).message}`;
        this.tell(log, 'warn', 'unkept', start, { ...about, reason, detail: why });
        throw failure;
      }
      this.tell(log, 'warn', 'dead-lettered', start, { ...about, reason, detail });
      return 'dead-lettered';
    }
  }

  private tell(log: Log, level: 'info' | 'warn', outcome: EventOutcome, start: number, about: About): void {
    const now = this.ports.clock.now();
    const { time, notifications, ...fields } = about;
    const latencyMs = outcome === 'pushed' && time !== undefined ? Math.max(0, now - time) : undefined;
    this.ports.metrics.count(about.eventType, outcome, {
      pushes: about.pushes?.length,
      notifications: notifications?.map((one) => one.outcome),
      because: outcome === 'nobody-to-tell' ? about.because : undefined,
      latencyMs,
    });
    if (!hasLine(this.ports.successLinesPercent ?? 100, outcome, about.eventId)) return;
    log.write(level, 'event handled', {
      outcome,
      ...fields,
      notifications: worthTelling(notifications, { eventType: about.eventType, outcome }),
      latencyMs,
      durationMs: now - start,
    });
  }

  private async process(input: unknown, about: About, log: Log): Promise<EventOutcome> {
    const event = readEnvelope(input);
    about.eventId = event.id;
    if (event.source.toLowerCase() !== this.sourceId) {
      throw new PermanentError(
        'another-source',
        `event of another source: expected ${this.sourceId}, got ${brief(event.source)}`,
      );
    }
    const handler = handlerFor(event.type, this.ports.optionalEvents ?? new Set());
    if (!handler) throw new PermanentError('unknown-type', `event type '${brief(event.type)}' is not known`);
    about.eventType = event.type;
    about.time = event.time;

    const wishes = this.wishes(log);
    const { notifications, because } = await handler(event, {
      calls: this.ports.calls,
      now: () => this.ports.clock.now(),
      wants: async (asked) => (await wishes(asked)).kind !== 'withheld',
    });
    if (notifications.length === 0) {
      about.because = because;
      return 'nobody-to-tell';
    }
    const now = this.ports.clock.now();
    const delivery: Delivery = { event, now, about, wishes };
    const outcomes = await allOrFailure(notifications.map((one) => this.settle(one, delivery)));
    return FOREMOST.find((outcome) => outcomes.includes(outcome))!;
  }

  /** What becomes of one notification of an event, put down for the log whatever it is. */
  private async settle(notification: Notification, delivery: Delivery): Promise<EventOutcome> {
    const { event, now, about } = delivery;
    const settled: Settled = { event: notification.data['event'], outcome: 'failed' };
    about.notifications = [...(about.notifications ?? []), settled];
    // Another clock may run ahead of this one: nothing is worth more than it would be if it happened now.
    const ahead = Math.max(0, event.time - now);
    const expiresAt = notification.expiresAt - ahead;
    try {
      if (expiresAt > now) {
        settled.outcome = await this.asWanted({ ...notification, expiresAt }, settled, delivery);
      } else {
        settled.outcome = 'expired';
        settled.ageMs = now - event.time;
      }
    } catch (error) {
      if (error instanceof PermanentError) settled.outcome = 'dead-lettered';
      settled.because = (error as Error).message;
      throw error;
    }
    return settled.outcome;
  }

  /**
   * Sends the notification as its recipient wants it. What is withheld takes no slot: an edit that nobody is told of
   * must not stand in the way of the message itself when that comes later.
   */
  private async asWanted(
    notification: Notification,
    settled: Settled,
    { event, now, about, wishes }: Delivery,
  ): Promise<EventOutcome> {
    const verdict = await wishes(notification);
    const send = (one: Notification) => this.once(slotOf(event, one, now), one, now, about);
    if (verdict.kind === 'push') return send(notification);
    if (verdict.kind === 'silent') {
      settled.silent = true;
      return send({ ...notification, silent: true });
    }
    settled.because = about.because = verdict.because;
    const end = ringEndOf(notification);
    return end && end.expiresAt > now ? send(end) : 'nobody-to-tell';
  }

  /**
   * What recipients want at one delivery of an event. Each question has one answer throughout: were preferences to come
   * in between, or quiet hours to end, a call would ring of which it is put down that nothing rang.
   */
  private wishes(log: Log): Wishes {
    const { recipients, clock } = this.ports;
    if (!recipients) return () => Promise.resolve(PUSH);
    const answers = new Map<string, Promise<Verdict>>();
    return (asked) => {
      const question = [asked.kind, asked.template, asked.threadId, asked.recipient].join('\n');
      let answer = answers.get(question);
      if (!answer) answers.set(question, (answer = recipients.verdict(asked, clock.now(), log)));
      return answer;
    };
  }

  /** Sends the notification unless its slot was seen before. */
  private async once(
    slot: Slot,
    notification: Notification,
    now: number,
    about: About,
  ): Promise<EventOutcome> {
    const { processed, renderer } = this.ports;
    const messages = renderer.render(notification, now);
    const { claim, claimedAt } = await this.claim(slot, notification, now);
    if (claim.kind === 'busy') throw new TransientError('another delivery of the same event is under way');
    if (claim.kind !== 'mine') return claim.kind;

    const unsent = messages.filter((message) => !claim.sent.has(message.key));
    const deadline = Math.min(claimedAt + (slot.leaseMs - 1_000), now + SEND_FOR_MS);
    const { accepted, failure } = await this.sendAll(unsent, deadline);
    about.pushes ??= [];
    for (const { message, receipt } of accepted) {
      about.pushes.push({ key: message.key, ...receipt });
      if (message.shortened) about.shortened = (about.shortened ?? 0) + 1;
    }
    if (failure !== undefined) {
      const sent = new Set([...claim.sent, ...accepted.map(({ message }) => message.key)]);
      // Given back also when it is kept as a dead letter: a replay is to be let through.
      await processed.release(slot, claim.token, sent);
      throw failure;
    }
    await processed.finish(slot);
    return 'pushed';
  }

  /**
   * What ends a ring waits for a ring that is being sent this moment: were it to fail, it would come again after ten
   * seconds of ringing.
   */
  private async claim(
    slot: Slot,
    { kind, endsRing }: Notification,
    now: number,
  ): Promise<{ claim: Claim; claimedAt: number }> {
    const { processed, clock } = this.ports;
    for (;;) {
      // The lease runs from here, however long the answer takes.
      const claimedAt = clock.now();
      const claim = await processed.claim(slot);
      if (claim.kind !== 'busy' || (kind !== 'ring-end' && !endsRing)) return { claim, claimedAt };
      if (clock.now() >= now + LEASE_MS.ring) return { claim, claimedAt };
      await clock.sleep(RING_POLL_MS);
    }
  }

  private async sendAll(
    messages: readonly HubMessage[],
    deadline: number,
  ): Promise<{ accepted: { message: HubMessage; receipt: HubReceipt }[]; failure: unknown }> {
    const results = await Promise.allSettled(
      messages.map((message) => this.ports.hubs.send(message, deadline)),
    );
    const accepted: { message: HubMessage; receipt: HubReceipt }[] = [];
    const failures: unknown[] = [];
    results.forEach((result, i) => {
      if (result.status === 'fulfilled') accepted.push({ message: messages[i]!, receipt: result.value });
      else failures.push(result.reason);
    });
    return { accepted, failure: worst(failures) };
  }
}

function slotOf(event: RelayEvent, { slot, kind }: Notification, now: number): Slot {
  const { key, version, day } = slot ?? { key: `event\n${event.id}`, version: 0, day: event.time };
  return {
    key: sha256(key),
    version,
    // An event that claims another age than it can have is put down under today.
    day: Math.abs(now - day) < 2 * DAY_MS ? day : now,
    leaseMs: kind === 'ring' || kind === 'ring-end' ? LEASE_MS.ring : LEASE_MS.message,
  };
}

/** Waits for all of them, so that the failure of one takes nothing from the others. */
async function allOrFailure<T>(work: readonly Promise<T>[]): Promise<T[]> {
  if (work.length === 1) return [await work[0]!];
  const failures: unknown[] = [];
  const values = await Promise.all(
    work.map((one) => one.catch((error: unknown) => void failures.push(error))),
  );
  if (failures.length > 0) throw worst(failures);
  return values as T[];
}

/** What can heal comes first: the event is then delivered again, and what cannot is told by its last delivery. */
function worst(failures: readonly unknown[]): unknown {
  return failures.find((reason) => !(reason instanceof PermanentError)) ?? failures[0];
}

/** Text of an event, as far as a log line needs it. */
function brief(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

type Wishes = (asked: Asked) => Promise<Verdict>;

/** What the notifications of one delivery have in common. */
interface Delivery {
  readonly event: RelayEvent;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly about: About;
  readonly wishes: Wishes;
}

/** What is told of an event in the log. */
interface About {
  eventId?: string;
  eventType: string;
  time?: number;
  because?: string;
  reason?: string;
  detail?: string;
  /** One for each who was to be told. */
  notifications?: Settled[];
  pushes?: ({ readonly key: string } & HubReceipt)[];
  shortened?: number;
}

/** What became of one notification. */
interface Settled {
  /** What the app is told that it is of: `MissedCall`, … */
  readonly event: string | undefined;
  outcome: EventOutcome;
  because?: string;
  /** Pushed without a sound, in the recipient's quiet hours. */
  silent?: boolean;
  /** How old its event was when it was worth nothing any more, in milliseconds. */
  ageMs?: number;
}
