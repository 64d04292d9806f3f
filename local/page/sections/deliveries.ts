import type { ShownDeliveries } from '../model';
import { newest, type ShownAzure } from './shown-azure';

/** What became of events: their ids alone, since what an event carries is its receiver's. */
export function deliveries({ services: { eventGrid } }: ShownAzure): ShownDeliveries {
  return {
    pending: eventGrid.pending(),
    attempts: newest(eventGrid.deliveries()).map(({ time, subscriptionId, eventIds, attempt, status }) => ({
      time,
      subscriptionId,
      eventIds,
      attempt,
      status,
    })),
    deadLetters: newest(eventGrid.deadLetters()).map(({ time, subscriptionId, reason, event, blob }) => ({
      time,
      subscriptionId,
      reason,
      eventId: event.id,
      eventType: event.eventType,
      blob,
    })),
  };
}
