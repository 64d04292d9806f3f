/**
 * What the relay's handlers need from the world. Handlers know these and nothing of Azure's wire formats, so
 * each can be replaced without touching another.
 */

/** Milliseconds since the epoch, and waiting. */
export interface Clock {
  now(): number;
  /** Resolves after that many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The formats of Notification Hubs that the relay speaks (header `ServiceBusNotification-Format`). */
export type HubPlatform = 'apple' | 'fcmv1';

/** One request to a notification hub: everything is rendered, nothing left to decide. */
export interface HubMessage {
  /** `voip` is the hub whose APNs topic ends in `.voip`; a hub carries one topic only. */
  readonly hub: 'alert' | 'voip';
  readonly platform: HubPlatform;
  /** Every device that carries this tag gets the push. */
  readonly tag: string;
  /** Headers for the push service: `apns-push-type`, `apns-priority`, … Empty for FCM. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in the push service's own shape. */
  readonly body: string;
}

/** What a hub answered to an accepted message. */
export interface HubReceipt {
  /** Azure's tracking id, for support cases and for following one push. */
  readonly trackingId?: string;
  /** Only in the Standard tier. */
  readonly notificationId?: string;
}

export interface HubSender {
  /**
   * Hands one message to its hub.
   *
   * @throws TransientError when sending again later can succeed: no answer, 429, 5xx, a key, right or hub missing
   * @throws PermanentError when the hub will not take this message: 400, 413
   */
  send(message: HubMessage): Promise<HubReceipt>;
}

/** The events that were seen before. Event Grid delivers at least once and in no order. */
export interface ProcessedEvents {
  /** True when this event was handled to its end before. */
  has(eventId: string): Promise<boolean>;
  /** Remembers that the event was handled to its end. */
  add(eventId: string): Promise<void>;
}

/** Why an event became no push, in words that a filter can use. */
export type RefusalReason =
  'another-source' | 'not-an-event' | 'unknown-type' | 'invalid-data' | 'refused-by-hub';

/** An event that will never become a push, kept for a person to look at. */
export interface DeadLetter {
  readonly reason: RefusalReason;
  /** What was wrong, for a person; no personal data. */
  readonly detail: string;
  /** The event as it came in. */
  readonly event: unknown;
}

export interface DeadLetters {
  keep(letter: DeadLetter): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  /** One structured line. Fields carry ids and counts, never message text, names, device handles or keys. */
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}
