import type { LoggedOperation } from './activity-log';
import type { ArmResource } from './arm-resource';
import type { AzureError } from './azure-error';
import type { KeyName } from './expectation';
import type { PushPlatform, SendAnswer, SendOutcomes } from './hub-client';
import type { MetricTable } from './metrics';
import type { NamespaceFacts } from './namespace';
import type { PnsCredentialFacts } from './pns-credentials';
import type { LinkReading } from './read-link';

/** The last good answer to one question, and what has come in its place since. */
export interface Reading<T> {
  readonly answer?: { readonly value: T; readonly time: number };
  /** Why the newest attempt brought no answer; absent when it did. */
  readonly error?: AzureError;
  /** Azure's time of that attempt. */
  readonly askedAt?: number;
}

/** What the hub's data plane answered to the connection string. */
export interface ProbeResult {
  /** Azure's times when the probe began and when it was over. */
  readonly startedAt: number;
  readonly time: number;
  /** Whether others' pushes, or a change of the hub, fall into the minute that counts the probe. */
  readonly mixed: boolean;
  readonly key: KeyName;
  readonly sends: readonly (SendAnswer & { readonly platform: PushPlatform })[];
  readonly listenStatus: number;
  readonly manageStatus: number;
}

/** Everything that one look at Azure brought. Checks are functions of this and of nothing else. */
export interface Observation {
  /** Azure's time of the look, milliseconds since the epoch. */
  readonly now: number;
  /** Azure's time at which watching began. */
  readonly since: number;
  /**
   * Milliseconds by which Azure's clock was ahead of this machine's when watching began. What the machine wrote down
   * before is put into Azure's time by it: later on, the two may have drifted apart.
   */
  readonly skewAtStart: number;
  /** Empty when a hub without a link is looked at. */
  readonly service: Reading<LinkReading | undefined>;
  readonly hub: Reading<ArmResource | undefined>;
  readonly namespace: Reading<NamespaceFacts | undefined>;
  readonly rule: Reading<RuleFacts | undefined>;
  readonly credentials: Reading<PnsCredentialFacts | undefined>;
  /** Ids of other Communication Services resources that are linked to the hub. */
  readonly otherSenders: Reading<readonly string[]>;
  /** Fingerprints of the rule's present keys. */
  readonly keys: Reading<Readonly<Record<KeyName, string>> | undefined>;
  readonly probe: Reading<ProbeResult>;
  /** What the hub itself told of the probe's pushes, if it does (Standard tier). */
  readonly probeOutcomes: SendOutcomes;
  /** Every probe of this run that may have moved the metrics, Azure's times. */
  readonly probeTimes: readonly number[];
  /** Those of them of which the hub refused a push, or which did not come to an end. */
  readonly failedProbeTimes: readonly number[];
  /** When the resource was linked, as far as the activity log goes back. */
  readonly links: Reading<readonly LoggedOperation[]>;
  /** When one of the rule's keys was regenerated. */
  readonly regenerations: Reading<readonly LoggedOperation[]>;
  readonly metrics: Reading<MetricTable>;
  /** From when on the metrics tell what the hub accepted and refused last, milliseconds since the epoch. */
  readonly metricsFrom: number;
  /** From when on they tell how the push services answered: not as far back. */
  readonly outcomesFrom: number;
  /** False when nothing is to be sent: the hub's data plane is not asked then. */
  readonly probing: boolean;
}

export interface RuleFacts {
  readonly rights: readonly string[];
  /** When rule and keys came into being: milliseconds since the epoch. */
  readonly createdAt?: number;
}
