import type { LoggedOperation } from './activity-log';
import type { ArmResource } from './azure';
import type { AzureError } from './azure-error';
import type { KeyName } from './expectation';
import type { PushPlatform } from './hub-client';
import type { MetricTable } from './metrics';
import type { PnsCredentialFacts } from './pns-credentials';
import type { LinkReading } from './read-link';

/** The last good answer to one question, and what has come in its place since. */
export interface Reading<T> {
  readonly answer?: { readonly value: T; readonly time: number };
  /** Why the newest attempt brought no answer; absent when it did. */
  readonly error?: AzureError;
}

/** What the hub's data plane answered to the connection string: statuses only. */
export interface ProbeResult {
  /** Azure's time when the probe was over. */
  readonly time: number;
  readonly key: KeyName;
  readonly sends: readonly { readonly platform: PushPlatform; readonly status: number }[];
  readonly listenStatus: number;
  readonly manageStatus: number;
}

/** Everything that one look at Azure brought. Checks are functions of this and of nothing else. */
export interface Observation {
  /** Azure's time of the look, milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds by which Azure's clock is ahead of this machine's. */
  readonly skew: number;
  /** Azure's time at which watching began. */
  readonly since: number;
  readonly service: Reading<LinkReading | undefined>;
  readonly hub: Reading<ArmResource | undefined>;
  readonly rule: Reading<RuleFacts | undefined>;
  readonly credentials: Reading<PnsCredentialFacts | undefined>;
  /** Fingerprints of the rule's present keys. */
  readonly keys: Reading<Readonly<Record<KeyName, string>> | undefined>;
  readonly probe: Reading<ProbeResult>;
  /** Every probe of this run that may have moved the metrics, Azure's times. */
  readonly probeTimes: readonly number[];
  /** When the resource was linked, as far as the activity log goes back. */
  readonly links: Reading<readonly LoggedOperation[]>;
  /** When one of the rule's keys was regenerated. */
  readonly regenerations: Reading<readonly LoggedOperation[]>;
  readonly metrics: Reading<MetricTable>;
  /** False when nothing is to be sent: the hub's data plane is not asked then. */
  readonly probing: boolean;
}

export interface RuleFacts {
  readonly rights: readonly string[];
  /** When rule and keys came into being: milliseconds since the epoch. */
  readonly createdAt?: number;
}
