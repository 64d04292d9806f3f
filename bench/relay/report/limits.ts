import type { Result } from '../result';

/** A figure that the relay is to hold. */
export interface Limit {
  readonly what: string;
  /** `at least 0.5` */
  readonly limit: string;
  /** The figure of a run; undefined when its part was not run. */
  of(result: Result): number | undefined;
  holds(value: number): boolean;
  text(value: number): string;
}

export const OF_CEILING = 0.5;
const OF_SAMPLE = 5;
export const REDELIVERED_OF_FRESH = 0.7;
export const REDELIVERED_CHANGES = 1.5;
const LOADING_MS = 150;
const BUNDLE_BYTES = 1_500_000;

const relay = (result: Result) => result.throughput?.find(({ contender }) => contender === 'relay');

/** Of the shares of redeliveries, the one that is worst. */
const worst = (result: Result, pick: (...values: number[]) => number, name: 'ofFresh' | 'changesOfFresh') =>
  result.redelivery && pick(...result.redelivery.map((one) => one[name].median));

const ratio = (value: number) => value.toFixed(2);

export const LIMITS: readonly Limit[] = [
  {
    what: 'bundle',
    limit: 'at most 1.5 MB',
    of: (result) => result.loading?.bundleBytes,
    holds: (bytes) => bytes <= BUNDLE_BYTES,
    text: (bytes) => `${(bytes / 1e6).toFixed(2)} MB`,
  },
  {
    what: 'loading it, processor time, median',
    limit: `under ${LOADING_MS} ms`,
    of: (result) => result.loading?.cpuMs.median,
    holds: (ms) => ms < LOADING_MS,
    text: (ms) => `${ms.toFixed(0)} ms`,
  },
  {
    what: 'throughput by the ceiling’s',
    limit: `at least ${OF_CEILING}`,
    of: (result) => relay(result)?.ofCeiling.median,
    holds: (value) => value >= OF_CEILING,
    text: ratio,
  },
  {
    what: 'throughput by the sample’s',
    limit: `at least ${OF_SAMPLE}`,
    of: (result) => relay(result)?.ofSample.median,
    holds: (value) => value >= OF_SAMPLE,
    text: (value) => value.toFixed(1),
  },
  {
    what: 'events a second with redeliveries by those without, least of 1 %, 10 %, 100 %',
    limit: `at least ${REDELIVERED_OF_FRESH}`,
    of: (result) => worst(result, Math.min, 'ofFresh'),
    holds: (value) => value >= REDELIVERED_OF_FRESH,
    text: ratio,
  },
  {
    what: 'changes of rows with redeliveries by those without, most of the three',
    limit: `at most ${REDELIVERED_CHANGES}`,
    of: (result) => worst(result, Math.max, 'changesOfFresh'),
    holds: (value) => value <= REDELIVERED_CHANGES,
    text: ratio,
  },
];
