import type { DeviceRegistration } from './resource-types';

/** Where the events go: Event Grid. */
export interface EventSink {
  publish(sourceId: string, event: ServiceEvent): void;
}

export interface ServiceEvent {
  readonly eventType: string;
  readonly subject: string;
  readonly data: unknown;
}

export type Platform = 'apns' | 'fcmv1';

export interface NewDevice {
  readonly acsId: string;
  readonly rawId: string;
  readonly platform: Platform;
  readonly handle: string;
  /** Seconds that the registration is to live: 5 minutes to 180 days; default 24 hours. */
  readonly ttlSeconds?: number;
}

export interface RegisteredDevice extends DeviceRegistration {
  readonly handle: string;
}

/** What became of one push that Communication Services tried to send. */
export interface SentPush {
  readonly rawId: string;
  readonly handle: string;
  /** The hub that the data plane believes to be linked; undefined when it knows of none. */
  readonly hubId?: string;
  /** Status of the hub's answer; undefined when no request could be made. */
  readonly status?: number;
}

export interface CallRequest {
  readonly acsId: string;
  readonly from: string;
  /** One raw id or several. */
  readonly to: string | readonly string[];
  readonly callerDisplayName?: string;
  /** Seconds after which the callees answer; left out, nobody does but whoever answers every call. */
  readonly answeredAfterSeconds?: number;
  /** Seconds after which the call ends; default 30, as long as a call rings. */
  readonly endedAfterSeconds?: number;
}

/** Why a call ended. */
export interface EndReason {
  readonly code: number;
  readonly subCode: number;
  readonly phrase: string;
}

/** What whoever places a call may do with it, and hears of it. */
export interface CallControl {
  /** Hangs up. */
  readonly hangUp?: AbortSignal;
  readonly onAnswered?: () => void;
  readonly onEnded?: (reason: EndReason) => void;
}

export interface PlacedCall {
  readonly serverCallId: string;
  readonly correlationId: string;
  readonly pushes: SentPush[];
}

/** A call as whoever looks into local Azure sees it. */
export interface KnownCall {
  readonly serverCallId: string;
  readonly acsId: string;
  readonly from: string;
  readonly callerDisplayName?: string;
  readonly to: readonly string[];
  /** Azure's time, milliseconds since the epoch. */
  readonly startedAt: number;
  state: 'ringing' | 'answered' | 'declined' | 'ended';
  pushes: readonly SentPush[];
}

export interface ChatMessageRequest {
  readonly acsId: string;
  readonly from: string;
  /** Raw ids of the thread's participants; the sender among them is left out. */
  readonly to: readonly string[];
  readonly text: string;
  readonly threadId?: string;
  readonly senderDisplayName?: string;
  /** Of a message to edit or delete; left out, a new one. */
  readonly messageId?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface SentMessage {
  readonly threadId: string;
  readonly messageId: string;
  readonly pushes: SentPush[];
}

/** A message as whoever looks into local Azure sees it. */
export interface KnownMessage extends ChatMessageRequest {
  readonly threadId: string;
  readonly messageId: string;
  /** Azure's time, milliseconds since the epoch. */
  readonly sentAt: number;
  readonly state: 'sent' | 'edited' | 'deleted';
}

export interface SmsRequest {
  readonly acsId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** The documentation shows `MessageId`, `From`, …; the SDK reads `messageId`, `from`, …; default the latter. */
  readonly pascalCase?: boolean;
}

/** Raises an event of a resource; the name is without `Microsoft.Communication.`. */
export type Raise = (resourceId: string, name: string, subject: string, data: unknown) => void;
