import { createHash } from 'node:crypto';
import type { Outcome } from './metrics';

/** Outcomes of which nobody is asked, as a rule, and which come by the million. */
const WELL: ReadonlySet<Outcome> = new Set(['pushed', 'duplicate', 'superseded', 'nobody-to-tell']);

/** What one notification of an event says in the event's line. */
export interface ToldNotification {
  readonly event: string | undefined;
  readonly outcome: Outcome;
}

/**
 * Which events have a line of their own: all that did not end well, and of the others a share, the same at each
 * delivery of an event. Figures count all of them.
 *
 * @param percent of those that ended well, 0 to 100
 */
export function hasLine(percent: number, outcome: Outcome, eventId = ''): boolean {
  if (percent >= 100 || !WELL.has(outcome)) return true;
  return createHash('sha256').update(eventId).digest().readUInt32BE() / 2 ** 32 < percent / 100;
}

/** The notifications, unless there is one that says nothing which the event's line does not say. */
export function worthTelling<N extends ToldNotification>(
  notifications: readonly N[] | undefined,
  event: { readonly eventType: string; readonly outcome: Outcome },
): readonly N[] | undefined {
  if (notifications?.length !== 1) return notifications;
  const { event: name, outcome, ...more } = notifications[0]!;
  const says =
    outcome !== event.outcome ||
    name !== event.eventType.split('.').at(-1) ||
    Object.values(more).some((value) => value !== undefined);
  return says ? notifications : undefined;
}
