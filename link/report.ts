import type { Check } from './check';
import type { TestCallReport } from './test-call-report';
import type { ProofLevel, VerdictName } from './verdict';

/** A time in which Azure could not be read. */
export interface Gap {
  readonly from: string;
  /** Absent while it lasts. */
  readonly to?: string;
  readonly reason: string;
}

/**
 * What `acs-push verify --json` prints. Fields are added under the same `version`, never changed or removed. All
 * times are Azure's, ISO 8601.
 */
export interface Report {
  readonly version: 1;
  readonly verdict: VerdictName;
  readonly level: ProofLevel;
  /** Whether that is the proof that was asked for. */
  readonly proved: boolean;
  /** In one line; absent when nothing is to be done. */
  readonly remedy?: string;
  /** Absent when a hub without a link was verified. */
  readonly communicationServiceId?: string;
  readonly notificationHubId: string;
  readonly ruleId: string;
  readonly checks: readonly Check[];
  /** Absent likewise. */
  readonly window?: {
    /** Absent when it cannot be told. */
    readonly linkedAt?: string;
    readonly source: string;
    readonly applies: boolean;
    readonly closesAt: string;
    readonly open: boolean;
  };
  /** The call that was placed to prove the link, when one was asked for. */
  readonly call?: TestCallReport;
  /** Why the wait ended: the answer is final, only one look was asked for, time is up, or it was interrupted. */
  readonly ended: 'final' | 'one look' | 'timeout' | 'cancelled' | 'not yet';
  readonly time: string;
  readonly looks: number;
  readonly armRequests: number;
  /** Seconds by which Azure's clock is ahead of this machine's. */
  readonly clockSkew: number;
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}
