import { handlerFor } from './events';
import { readEnvelope, type RelayEvent } from './envelope';
import { PermanentError, TransientError } from './errors';
import type { Clock, HubReceipt, HubSender, Log } from './ports';
import { apnsMessage } from './push/apns';
import { fcmMessage } from './push/fcm';

/** What became of an event. */
export type Outcome = 'pushed' | 'nobody-to-tell' | 'expired' | 'refused';

export interface RelayPorts {
  readonly hubs: HubSender;
  readonly clock: Clock;
  readonly log: Log;
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
   * @throws TransientError when Event Grid is to deliver the event again
   */
  async handle(input: unknown): Promise<Outcome> {
    let event: RelayEvent | undefined;
    try {
      event = readEnvelope(input);
      if (event.source.toLowerCase() !== this.sourceId) {
        throw new PermanentError(
          `event of another source refused: expected ${this.sourceId}, got ${event.source}`,
        );
      }
      return await this.push(event);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      this.ports.log.write('warn', 'event refused', {
        eventId: event?.id,
        eventType: event?.type,
        detail: error.message,
      });
      return 'refused';
    }
  }

  private async push(event: RelayEvent): Promise<Outcome> {
    const { clock, log } = this.ports;
    const about = { eventId: event.id, eventType: event.type };
    const notifications = handlerFor(event.type)?.(event) ?? [];
    if (notifications.length === 0) {
      log.write('info', 'event tells nobody', about);
      return 'nobody-to-tell';
    }
    const now = clock.now();
    const timely = notifications.filter((notification) => notification.expiresAt > now);
    if (timely.length === 0) {
      log.write('info', 'event came too late', about);
      return 'expired';
    }
    const messages = timely.flatMap((notification) => [
      apnsMessage(notification),
      fcmMessage(notification, now),
    ]);
    const results = await Promise.allSettled(messages.map((message) => this.ports.hubs.send(message)));
    const receipts: HubReceipt[] = [];
    const failures: unknown[] = [];
    for (const result of results) {
      if (result.status === 'fulfilled') receipts.push(result.value);
      else failures.push(result.reason);
    }
    // A failure that can heal comes first: the event is then delivered again and nothing is lost.
    const failure = failures.find((reason) => reason instanceof TransientError) ?? failures[0];
    if (failure !== undefined) {
      log.write('warn', 'push not accepted', { ...about, detail: (failure as Error).message });
      throw failure;
    }
    log.write('info', 'event pushed', { ...about, trackingIds: receipts.map((r) => r.trackingId) });
    return 'pushed';
  }
}
