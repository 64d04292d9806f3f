/** A size of docs/scale.md. */
export interface Load {
  readonly name: string;
  /** Events of a month of 30 days, in millions. */
  readonly millionEvents: number;
  /** Instances that are never idle. */
  readonly instances: number;
}

export const LOADS: readonly Load[] = [
  { name: 'A', millionEvents: 30, instances: 1 },
  { name: 'B', millionEvents: 3_000, instances: 5 },
  { name: 'C', millionEvents: 25_920, instances: 40 },
];

/** A million events a day: what "a million events" costs on a page unless it says otherwise. */
export const A = LOADS[0]!;

const SECONDS_OF_MONTH = 2_592_000;
const GB_OF_INSTANCE = 2;

/** GB-seconds of a month of an instance of 2,048 MB that is never idle. */
export const INSTANCE_GB_SECONDS = GB_OF_INSTANCE * SECONDS_OF_MONTH;

/** GB-seconds of a run that wakes an instance by itself: a second at least. */
export const LONE_RUN_GB_SECONDS = GB_OF_INSTANCE;

/** Runs of a timer that goes off every five minutes, in a month. */
export const FIVE_MINUTE_RUNS = SECONDS_OF_MONTH / 300;

/** Bytes that are sent to Application Insights: docs/relay.md, "What the logs cost". */
export const LOG_BYTES = { request: 1_266, event: 2_727, eventWithoutLine: 1_267 } as const;

/** A quarter less than what comes in is billed, on average: docs/relay.md. */
const BILLED = 0.75;

/** Gigabytes that are billed of so many records of so many bytes. */
export function billedGigabytes(records: number, bytes: number): number {
  return (records * bytes * BILLED) / 1e9;
}
