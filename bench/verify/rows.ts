import { MINUTE, mostReadsInAWindow, runScene, tellableAt, type Scene } from '../../test/link/support/runs';
import { spread } from '../statistics';

const WINDOWS = [0, 1, 5, 10];

/** A link as the table names it. */
export interface Kind extends Omit<Scene, 'seed' | 'window' | 'replacedAfter'> {
  readonly what: string;
  /** Minutes until the link is in force. */
  readonly windows: readonly number[];
  /** By the seed, when somebody links once more. @default - nobody does */
  readonly replacedAfter?: (seed: number) => number;
}

export const KINDS: readonly Kind[] = [
  { what: 'first link, nobody calls', windows: [0], situation: 'first link', level: 'settled' },
  { what: 'new hub, nobody calls', windows: WINDOWS, situation: 'new hub', level: 'settled' },
  { what: 'other key, nobody calls', windows: WINDOWS, situation: 'same hub', level: 'settled' },
  { what: 'new hub, people call', windows: WINDOWS, situation: 'new hub', level: 'live', calls: 'often' },
  { what: 'other key, people call', windows: WINDOWS, situation: 'same hub', level: 'live', calls: 'often' },
  {
    what: 'linked once more meanwhile',
    windows: WINDOWS,
    situation: 'same hub',
    level: 'settled',
    recorded: false,
    replacedAfter: (seed) => (2 + (seed % 5)) * MINUTE,
  },
];

export interface Row {
  readonly what: string;
  /** Minutes until the link is in force. */
  readonly window: number;
  /** Seconds from when Azure shows what the verdict needs. */
  readonly lateness: { readonly median: number; readonly most: number };
  /** Requests to ARM within any ten minutes. */
  readonly armReads: { readonly mean: number; readonly most: number };
  /** Requests to the hub, over the whole wait. */
  readonly hubRequests: number;
  readonly verdicts: readonly string[];
}

/** What came of a kind in force after so many minutes, over as many runs as there are seeds. */
export async function rowOf(kind: Kind, window: number, seeds: number): Promise<Row> {
  const { what, windows: _, replacedAfter, ...scene } = kind;
  const lateness: number[] = [];
  const reads: number[] = [];
  const verdicts = new Set<string>();
  let hubRequests = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await runScene({
      ...scene,
      replacedAfter: replacedAfter?.(seed),
      seed,
      window: window * MINUTE,
    });
    lateness.push((run.answeredAt - (tellableAt(run) ?? Number.NaN)) / 1000);
    reads.push(mostReadsInAWindow(run));
    hubRequests = Math.max(hubRequests, run.azure.hubRequests);
    verdicts.add(run.report.verdict);
  }
  const { median, max } = spread(lateness);
  return {
    what,
    window,
    lateness: { median: tenth(median), most: tenth(max) },
    armReads: { mean: tenth(reads.reduce((sum, n) => sum + n, 0) / seeds), most: Math.max(...reads) },
    hubRequests,
    verdicts: [...verdicts].sort(),
  };
}

const tenth = (value: number) => Math.round(value * 10) / 10;
