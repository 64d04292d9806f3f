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
  readonly notificationHubId: string;
  readonly role: HubRole;
  readonly accepted: number;
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
  readonly version: 1;
  readonly verdict: TestCallVerdict;
  /** The hub that the verdict is about, if it is about one. */
  readonly notificationHubId?: string;
  readonly evidence: string;
  readonly remedy?: string;
  /** True when it is known that something has to be mended. */
  readonly mendable: boolean;
  readonly communicationServiceId: string;
  readonly user: string;
  /** Absent when there was no call. */
  readonly call?: {
    readonly id: string;
    readonly placedAt: string;
    readonly hungUpAt: string;
    /** Absent when it could not be known. */
    readonly answered?: boolean;
  };
  /** The minutes whose counts were taken, the second one exclusive; absent when there was no call. */
  readonly span?: { readonly from: string; readonly to: string };
  readonly hubs: readonly TestCallHub[];
  readonly ended: 'final' | 'timeout' | 'cancelled';
  readonly time: string;
  readonly notes: readonly string[];
}
