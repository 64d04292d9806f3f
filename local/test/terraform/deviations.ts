export type Side = 'only theirs' | 'only ours' | 'more often theirs' | 'more often ours';

/** One way in which our requests are not those recorded from the real providers; `../../terraform/README.md` says why. */
export interface RecordedDeviation {
  /** As in the table of the README. */
  readonly id: string;
  readonly side: Side;
  /** Which requests; matched against `METHOD host/path?query` and what follows it. */
  readonly requests: RegExp;
}

export const RECORDED_DEVIATIONS: readonly RecordedDeviation[] = [];
