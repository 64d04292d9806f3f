import type { EventOutcome } from './contract';
import { sha256Hex } from './hash';

/** Outcomes of which nobody is asked, as a rule, and which come by the million. */
const WELL: ReadonlySet<EventOutcome> = new Set(['pushed', 'duplicate', 'superseded', 'nobody-to-tell']);

/** What one notification of an event says in the event's line. */
export interface ToldNotification {
  readonly event: string | undefined;
  readonly outcome: EventOutcome;
}

/**
 * Which events have a line of their own: all that did not end well, and of the others a share, the same at each
 * delivery of an event. Figures count all of them.
 *
 * @param percent of those that ended well, 0 to 100
 */
export function hasLine(percent: number, outcome: EventOutcome, eventId = ''): boolean {
  if (percent >= 100 || !WELL.has(outcome)) return true;
  return parseInt(sha256Hex(eventId).slice(0, 8), 16) / 2 ** 32 < percent / 100;
}

/** The notifications, unless there is one that says nothing which the event's line does not say. */
export function worthTelling<N extends ToldNotification>(
  notifications: readonly N[] | undefined,
  event: { readonly eventType: string; readonly outcome: EventOutcome },
): readonly N[] | undefined {
  if (notifications?.length !== 1) return notifications;
  const { event: name, outcome, ...more } = notifications[0]!;
  const says =
    outcome !== event.outcome ||
    name !== event.eventType.split('.').at(-1) ||
    Object.values(more).some((value) => value !== undefined);
  return says ? notifications : undefined;
}
