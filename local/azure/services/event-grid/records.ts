import type { GridEvent } from './filter';

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

/** An event that waits for its next attempt at one subscription. */
export interface Waiting {
  readonly event: GridEvent;
  /** Azure's time, milliseconds. */
  readonly publishedAt: number;
  attempts: number;
  lastAttemptAt: number;
  lastStatus: number;
  duplicate?: boolean;
}
