import type { DeliveredPush } from './inbox';
import type { Clock } from './clock';
import type { ResourceStore } from './store';

export type { DeliveredPush };

/** One entry of the Azure Activity Log. */
export interface ActivityLogEntry {
  readonly eventTimestamp: string;
  /** `Microsoft.Communication/CommunicationServices/LinkNotificationHub/action` */
  readonly operationName: string;
  readonly resourceId: string;
  readonly status: 'Succeeded' | 'Failed';
  readonly caller: string;
  /** What was sent, where no secret can be in it. */
  readonly requestBody?: string;
}

/** An HTTP request that a service of local Azure makes on its own (Event Grid's deliveries, for example). */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** A message for a queue of a storage account. */
export interface QueueMessage {
  readonly storageAccountId: string;
  readonly queue: string;
  readonly text: string;
  /** Seconds; -1 for ever. @default - 7 days */
  readonly timeToLive?: number;
  /** Object id of who puts it there. @default - whoever has the account's key */
  readonly principalId?: string;
}

/**
 * What the services of local Azure share. Each service gets it in its constructor; none imports another.
 * `fetch` reaches hosts that local Azure itself answers for (a Function App, a vault) without leaving the
 * process, and any other URL over the network, which is loopback only.
 */
export interface LocalAzureContext {
  readonly clock: Clock;
  readonly store: ResourceStore;
  readonly activityLog: ActivityLogEntry[];
  readonly inbox: DeliveredPush[];
  /** Stops with local Azure; everything that waits listens to it. */
  readonly closing: AbortSignal;
  fetch(request: OutgoingRequest): Promise<{ status: number; headers: Record<string, string>; body: string }>;
  /** Writes a blob into a storage account of local Azure (Azurite); Event Grid's dead letters go this way. */
  writeBlob(storageAccountId: string, container: string, name: string, content: string): Promise<void>;
  /** Puts a message into a storage queue (Azurite), as Event Grid does. Answers the status of the queue service. */
  putMessage(message: QueueMessage): Promise<number>;
  /** Called when something is there to be seen that was not there before, or no longer; the store does it by itself. */
  changed(): void;
  /** What happened, for the log of the command. Never a secret. */
  log(message: string): void;
}
