import type { DeliveredPush } from '../azure/core/inbox';

export { RINGING_SECONDS } from '../azure/services/communication/ringing';

/**
 * What the page shows. Each member is one section: it is sent whole, as one server-sent event with an object of it
 * alone, when the page opens and again whenever it has changed. Of calls, messages, attempts, dead letters and pushes there are
 * the newest alone, the newest first. Times are ISO 8601 of Azure's clock; no secret is in any of it.
 */
export interface PageModel {
  readonly about: About;
  readonly clock: ShownClock;
  /** In the order of creation. */
  readonly resources: readonly ShownResource[];
  readonly links: readonly ShownLink[];
  readonly users: readonly ShownUser[];
  /** Forgotten at a restart, as messages are. */
  readonly calls: readonly ShownCall[];
  readonly messages: readonly ShownMessage[];
  readonly deliveries: ShownDeliveries;
  readonly inbox: readonly ShownPush[];
  readonly breakage: Breakage;
}

export type Section = keyof PageModel;

/** What does not change while local Azure runs. */
export interface About {
  readonly version: string;
  /** Name that commands of `acs-push` take in place of ids, where whoever started local Azure named one. */
  readonly environment?: string;
  readonly control: string;
  readonly seed: number;
}

/** Sent when the page opens and when the clock was moved; in between its reader counts on, by `speed`. */
export interface ShownClock {
  readonly now: string;
  /** How many times faster than the machine's clock; 0 when it stands. */
  readonly speed: number;
  readonly canAdvance: boolean;
}

export interface ShownResource {
  readonly id: string;
  readonly name: string;
  /** What people call it where its name is a GUID alone: the role that is assigned. */
  readonly calledName?: string;
  readonly type: string;
  readonly resourceGroup?: string;
  readonly state: string;
  /** When the newest request for it came. */
  readonly changedAt: string;
  /** Kept as a plain document: its type is not played. */
  readonly plain: boolean;
}

/** A Communication Services resource and who sends pushes for it: itself through a linked hub, and the hubs beside it. */
export interface ShownLink {
  readonly acsId: string;
  /** The hub that its pushes go through now. */
  readonly effective?: LinkedHub;
  /** Links that take effect later, the next first. */
  readonly pending: readonly LinkedHub[];
  /** What else sends pushes: Function Apps that events of it are delivered to, with the hubs in its group that are not linked. */
  readonly relays: readonly { readonly functionAppId: string; readonly hubIds: readonly string[] }[];
}

export interface LinkedHub {
  readonly hubId: string;
  readonly linkedAt: string;
  /** When the propagation window is over. */
  readonly effectiveAt: string;
  /** Whether the policy in the link may still send: its key is the hub's. */
  readonly keyValid: boolean;
}

export interface ShownUser {
  readonly acsId: string;
  readonly rawId: string;
  readonly devices: readonly {
    readonly platform: 'apns' | 'fcmv1';
    readonly handle: string;
    readonly expiresAt: string;
  }[];
}

export interface ShownCall {
  readonly serverCallId: string;
  readonly acsId: string;
  readonly from: string;
  readonly callerDisplayName?: string;
  readonly to: readonly string[];
  readonly startedAt: string;
  readonly state: 'ringing' | 'answered' | 'declined' | 'ended';
  /** What became of the push to each device: the hub's status, nothing when no hub was asked. */
  readonly pushes: readonly { readonly rawId: string; readonly handle: string; readonly status?: number }[];
}

export interface ShownMessage {
  readonly acsId: string;
  readonly threadId: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly sentAt: string;
  readonly state: 'sent' | 'edited' | 'deleted';
}

export interface ShownDeliveries {
  readonly pending: number;
  readonly attempts: readonly {
    readonly time: string;
    readonly subscriptionId: string;
    readonly eventIds: readonly string[];
    readonly attempt: number;
    readonly status: number;
  }[];
  readonly deadLetters: readonly {
    readonly time: string;
    readonly subscriptionId: string;
    readonly reason: string;
    readonly eventId: string;
    readonly eventType: string;
    readonly blob?: string;
  }[];
}

export interface ShownPush extends DeliveredPush {
  /** Counts from 0, as pushes reach the push services. */
  readonly number: number;
  /** Whose device it is, where a registration tells. */
  readonly rawId?: string;
  /** Whether Communication Services sent it through its linked hub, or somebody else through a hub. */
  readonly sender: 'communication' | 'other';
}

/** What is broken by hand now. */
export interface Breakage {
  readonly unreachable: readonly ('apns' | 'fcmv1' | 'browser')[];
  readonly rejectedCredentials: readonly { readonly service?: string; readonly hubId?: string }[];
  /** Share of sends that hubs throttle, in percent. */
  readonly throttledPercent: number;
}
