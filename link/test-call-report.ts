import type { HubRole } from './test-call-counts';

/**
 * - `delivered`: APNs or FCM took a push in the minute of the call
 * - `refused-by-push-service`: a hub accepted the push, and APNs or FCM refused it
 * - `refused-by-hub`: a hub refused the request
 * - `nobody-registered`: nothing reached any hub: no device is registered for this user, or no longer
 * - `call-not-placed`: there was no call: Call Automation refused it, or it could ring nobody
 * - `unknown`: what became of it cannot be told
 */
export type TestCallVerdict =
  | 'delivered'
  | 'refused-by-push-service'
  | 'refused-by-hub'
  | 'nobody-registered'
  | 'call-not-placed'
  | 'unknown';

/** Of one hub, in the minutes of the call. */
export interface TestCallHub {
  /** ARM id of the hub. */
  readonly notificationHubId: string;
  /** What the hub is to the link. */
  readonly role: HubRole;
  /** Pushes that push services took. */
  readonly accepted: number;
  /** Pushes that push services refused. */
  readonly refused: number;
  /** By metric: `{'outgoing.apns.success': 1}`; those that counted anything. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Pushes that it accepted in the ten minutes before. */
  readonly before: number;
  /** Why it could not be read. */
  readonly error?: string;
}

/** Times are Azure's, ISO 8601. Fields may be added under the same `version`. */
export interface TestCallReport {
  /** Version of the form of this report: another one only when a field changes its meaning or goes. */
  readonly version: 1;
  /** What became of the pushes of the call. */
  readonly verdict: TestCallVerdict;
  /** The hub that the verdict is about, if it is about one. */
  readonly notificationHubId?: string;
  /** The figures that the verdict comes from, in words. */
  readonly evidence: string;
  /** What to do; undefined when there is nothing to. */
  readonly remedy?: string;
  /** True when it is known that something has to be mended. */
  readonly mendable: boolean;
  /** ARM id of the Communication Services resource. */
  readonly communicationServiceId: string;
  /** Raw id of who was called. */
  readonly user: string;
  /** Absent when there was no call. */
  readonly call?: {
    /** Id of the call connection. */
    readonly id: string;
    /** When it was placed, ISO 8601, by Azure's clock. */
    readonly placedAt: string;
    /** When it was hung up, ISO 8601, by Azure's clock. */
    readonly hungUpAt: string;
    /** Absent when it could not be known. */
    readonly answered?: boolean;
  };
  /** The minutes whose counts were taken, the second one exclusive; absent when there was no call. */
  readonly span?: {
    /** The first minute of which the metrics are counted, ISO 8601. */
    readonly from: string;
    /** The end of the last one. */
    readonly to: string;
  };
  /** What each hub counted. */
  readonly hubs: readonly TestCallHub[];
  /** Why no more was waited for: the figures were final, the time was over, or it was cancelled. */
  readonly ended: 'final' | 'timeout' | 'cancelled';
  /** Azure's time of the verdict, ISO 8601. */
  readonly time: string;
  /** What a reader should know and what decides nothing. */
  readonly notes: readonly string[];
}
