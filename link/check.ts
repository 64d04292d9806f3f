/**
 * - `pass`: seen to be right
 * - `fail`: seen to be wrong
 * - `waiting`: cannot be known yet, will be known later
 * - `unknown`: cannot be known, for a reason that waiting does not mend
 */
export type CheckStatus = 'pass' | 'fail' | 'unknown' | 'waiting';

/** One thing that has to hold for a push to arrive, and what was seen of it. */
export interface Check {
  /** Stable, for pipelines: `linked-hub`, `policy-rights`, … */
  readonly id: string;
  /** What it looks at, in a line for people. */
  readonly title: string;
  /** How it ended. */
  readonly status: CheckStatus;
  /** What was read, and where. Never a secret. */
  readonly evidence: string;
  /** Azure's time of the evidence, ISO 8601. */
  readonly time: string;
  /** What to do, in one line; absent when nothing is to be done. */
  readonly remedy?: string;
}

/** Everything about a check's outcome that its file decides. */
export interface Finding {
  readonly status: CheckStatus;
  readonly evidence: string;
  readonly remedy?: string;
  /** Azure's time of the evidence, when it is older than the look: milliseconds since the epoch. */
  readonly at?: number;
}

export function pass(evidence: string, at?: number): Finding {
  return { status: 'pass', evidence, ...(at === undefined ? {} : { at }) };
}

export function fail(evidence: string, remedy: string, at?: number): Finding {
  return { status: 'fail', evidence, remedy, ...(at === undefined ? {} : { at }) };
}

export function unknown(evidence: string, remedy?: string): Finding {
  return { status: 'unknown', evidence, ...(remedy === undefined ? {} : { remedy }) };
}

export function waiting(evidence: string, remedy?: string): Finding {
  return { status: 'waiting', evidence, ...(remedy === undefined ? {} : { remedy }) };
}
