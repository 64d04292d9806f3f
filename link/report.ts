import type { Check } from './check';
import type { TestCallReport } from './test-call-report';
import type { ProofLevel, VerdictName } from './verdict';

/** A time in which Azure could not be read. */
export interface Gap {
  /** Since when nothing is known, ISO 8601. */
  readonly from: string;
  /** Absent while it lasts. */
  readonly to?: string;
  /** Why nothing is known. */
  readonly reason: string;
}

/**
 * What `acs-push verify --json` prints. Fields are added under the same `version`, never changed or removed. All
 * times are Azure's, ISO 8601.
 */
export interface Report {
  /** Version of the form of this report: another one only when a field changes its meaning or goes. */
  readonly version: 1;
  /** What all checks come to. */
  readonly verdict: VerdictName;
  /** The level of proof that was asked for. */
  readonly level: ProofLevel;
  /** Whether that is the proof that was asked for. */
  readonly proved: boolean;
  /** In one line; absent when nothing is to be done. */
  readonly remedy?: string;
  /** Absent when a hub without a link was verified. */
  readonly communicationServiceId?: string;
  /** ARM id of the hub. */
  readonly notificationHubId: string;
  /** ARM id of the authorization rule. */
  readonly ruleId: string;
  /** What was looked at, each with its evidence. */
  readonly checks: readonly Check[];
  /** Absent likewise. */
  readonly window?: {
    /** Absent when it cannot be told. */
    readonly linkedAt?: string;
    /** What says when it was linked: `activity log`, or who gave the time. */
    readonly source: string;
    /** Whether anything is to be waited for: not after the first link of a resource. */
    readonly applies: boolean;
    /** When it closes, ISO 8601, by Azure's clock. */
    readonly closesAt: string;
    /** Whether it is open at `time`. */
    readonly open: boolean;
  };
  /** The call that was placed to prove the link, when one was asked for. */
  readonly call?: TestCallReport;
  /** Why the wait ended: the answer is final, only one look was asked for, time is up, or it was interrupted. */
  readonly ended: 'final' | 'one look' | 'timeout' | 'cancelled' | 'not yet';
  /** Azure's time of the last look, ISO 8601. */
  readonly time: string;
  /** How often Azure was looked at. */
  readonly looks: number;
  /** How many requests to Azure Resource Manager that took. */
  readonly armRequests: number;
  /** Seconds by which Azure's clock is ahead of this machine's. */
  readonly clockSkew: number;
  /** Spans of which nothing is known. */
  readonly gaps: readonly Gap[];
  /** What a reader should know and what decides nothing. */
  readonly notes: readonly string[];
}
