import type { RefusalReason } from './errors';

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
export const HUB_PLATFORMS = ['apple', 'fcmv1', 'browser'] as const;

export type HubPlatform = (typeof HUB_PLATFORMS)[number];

/** One request to a notification hub: everything is rendered, nothing left to decide. */
export interface HubMessage {
  /** `voip` is the hub whose APNs topic ends in `.voip`; a hub carries one topic only. */
  readonly hub: 'alert' | 'voip';
  readonly platform: HubPlatform;
  /** Names the message among those of its slot, the same at each attempt: `alert/apple/en`. */
  readonly key: string;
  /** Every device whose tags match gets the push. */
  readonly tagExpression: string;
  /** Headers for the push service, in lower case: `apns-push-type`, `ttl`, … Empty for FCM. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON in the push service's own shape. */
  readonly body: string;
  /** True when the text was cut to fit into the service's limit. */
  readonly shortened: boolean;
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
   * @param deadline when the answer is of no use any more, in milliseconds since the epoch
   * @throws TransientError when sending again later can succeed: no answer, 429, 5xx, a key, right or hub missing
   * @throws PermanentError when the hub will not take this message: 400, 413
   */
  send(message: HubMessage, deadline: number): Promise<HubReceipt>;
}

/**
 * What must become one push at most. For most events that is the event itself; the events about one chat message
 * share a slot and count versions, so that what was edited or deleted is not overtaken by what came before; so do a
 * ring, its end, a missed call and its withdrawal, for each who was called.
 */
export interface Slot {
  /** Hash of what it is: at most 64 letters, digits, `-` and `_`. */
  readonly key: string;
  /** Higher replaces lower; events without versions have 0. */
  readonly version: number;
  /** When the thing happened, in milliseconds since the epoch: records are kept by day. */
  readonly day: number;
  /** How long an attempt may take before another one may start, in milliseconds. */
  readonly leaseMs: number;
}

export type Claim =
  /** Go on; `sent` are the keys of the messages that an earlier attempt got accepted. */
  | { readonly kind: 'mine'; readonly sent: ReadonlySet<string>; readonly token: string }
  /** This version was handled to its end before. */
  | { readonly kind: 'duplicate' }
  /** A later version was handled, or is being handled. */
  | { readonly kind: 'superseded' }
  /** Another attempt is at it right now. */
  | { readonly kind: 'busy' };

/** The events that were seen before. Event Grid delivers at least once and in no order. */
export interface ProcessedEvents {
  /** @throws TransientError when the store cannot be reached */
  claim(slot: Slot): Promise<Claim>;
  /**
   * Remembers that the slot's version was handled to its end. Never fails: the push is out, and delivering the event
   * again could only send it a second time.
   */
  finish(slot: Slot): Promise<void>;
  /**
   * Gives the claim back for another attempt, with the messages that were accepted already. Never fails: what an attempt
   * sent is added to what others did, and it is tried for a while to write that down.
   */
  release(slot: Slot, token: string, sent: ReadonlySet<string>): Promise<void>;
}

/** One thing that an event says of a call. Events about a call come in any order and say a part each. */
export interface CallFact {
  /**
   * Somebody was called; `rawId`s, the name shown to who is called, when, in milliseconds since the epoch, and whether
   * their devices were made to ring: not when the call was known to be over by then.
   */
  readonly called?: {
    readonly callee: string;
    readonly caller: string;
    readonly callerName: string;
    readonly at: number;
    readonly rang: boolean;
  };
  /** `rawId` of somebody who took part, and since when, in milliseconds since the epoch. */
  readonly joined?: { readonly user: string; readonly at: number };
  /** `rawId` of who started it. */
  readonly startedBy?: string;
  /**
   * When it ended, in milliseconds since the epoch, how (ACS's codes), after how long, and whether it was between two
   * alone; each as far as the event says it.
   */
  readonly ended?: {
    readonly at: number;
    readonly code?: number;
    readonly subCode?: number;
    readonly durationSeconds?: number;
    readonly twoParty?: boolean;
  };
}

/** All that is known of a call. */
export interface CallRecord {
  readonly called: readonly NonNullable<CallFact['called']>[];
  /** Who took part, each with when they last began to, in milliseconds since the epoch. */
  readonly joined: ReadonlyMap<string, number>;
  readonly startedBy?: string;
  readonly ended?: CallFact['ended'];
}

/** What is known of calls, kept for three days. */
export interface Calls {
  /**
   * Adds what an event says of a call and gives all that is known of it then.
   *
   * @param call correlation id or server call id
   * @throws TransientError when the store cannot be reached
   */
  learn(call: string, fact: CallFact): Promise<CallRecord>;
}

/** An event that will never become a push, kept for a person to look at. */
export interface DeadLetter {
  readonly reason: RefusalReason;
  /** What was wrong, for a person; no personal data. */
  readonly detail: string;
  /** Which function it came to. */
  readonly functionName: string;
  /** The event as it came in. */
  readonly event: unknown;
}

export interface DeadLetters {
  /**
   * Keeps the event. The same one a second time changes nothing of it; when it came again is noted beside it.
   *
   * @throws TransientError when the store cannot be reached
   */
  keep(letter: DeadLetter): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Log {
  /** One structured line. Fields carry ids and counts, never message text, names, device handles or keys. */
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}
