import type { RelayEvent } from '../envelope';
import { sha256 } from '../hash';
import type { Notification } from '../notification';
import type { Calls } from '../ports';
import type { Asked } from '../preferences/verdict';

/** Why nobody is told of an event, apart from what people want to be told. */
export const NOBODY_BECAUSE = [
  'no-push-for-type',
  'own',
  'answered',
  'declined',
  'call-over',
  'not-known',
  'control-message',
  'edit-of-old',
] as const;

/** What is to be done about an event. */
export interface Decision {
  /** Who is to be told what; empty means nobody. Where there are several, each has a slot of its own. */
  readonly notifications: readonly Notification[];
  /** Why nobody is told, for the log. */
  readonly because?: (typeof NOBODY_BECAUSE)[number];
}

export interface DecisionPorts {
  readonly calls: Calls;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whether the recipient's preferences let it through, with or without a sound. */
  wants(notification: Asked): Promise<boolean>;
}

/**
 * Decides who is to be told what.
 *
 * @throws PermanentError when the event's data lacks what its notification needs
 * @throws TransientError when what it depends on is not known yet
 */
export type EventHandler = (event: RelayEvent, ports: DecisionPorts) => Decision | Promise<Decision>;

/** How long a message is worth a push, in milliseconds: as long as Event Grid tries to deliver its event. */
export const MESSAGE_MS = 24 * 60 * 60_000;

/** An id short enough for APNs' `apns-collapse-id` (64 bytes), the same for the same parts. */
export function collapseId(...parts: string[]): string {
  return sha256(parts.join('\n')).slice(0, 32);
}
