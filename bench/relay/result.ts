import type { ColdStart } from './parts/cold-start';
import type { Kills } from './parts/kills';
import type { Loading } from './parts/loading';
import type { MemoryOverTime } from './parts/memory';
import type { Redelivery } from './parts/redelivery';
import type { Throughput } from './parts/throughput';

/** What a run found, by part; a part that was not run is missing. */
export interface Result {
  readonly loading?: Loading;
  readonly throughput?: readonly Throughput[];
  readonly redelivery?: readonly Redelivery[];
  readonly kills?: Kills;
  readonly memory?: MemoryOverTime;
  readonly coldStart?: ColdStart;
  /** How each part was run: each holds its ratios within itself, so that parts of several runs may stand together. */
  readonly runs: Partial<Record<Part, Run>>;
}

export const PARTS = ['loading', 'cold-start', 'throughput', 'redelivery', 'kills', 'memory'] as const;
export type Part = (typeof PARTS)[number];

export interface Run {
  /** How long it took. */
  readonly seconds: number;
  /** `v20.20.1` */
  readonly node: string;
  readonly cores: number;
  /** Processes that wanted a core in the last minute, before the part and after it: the bench's own are about two. */
  readonly load: { readonly before: number; readonly after: number };
}
