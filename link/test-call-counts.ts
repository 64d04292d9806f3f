import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import {
  floorMinute,
  INCOMING,
  METRIC_LAG,
  MetricTable,
  MINUTE,
  OUTCOMES,
  outcomeMetric,
  PLATFORMS,
  readMetrics,
  REFUSED,
} from './metrics';

/** A hub that has pushes in so many of the ten minutes before tells nothing of a single call. */
export const BUSY_MINUTES = 5;

/** How far back other pushes of a hub are counted, milliseconds. */
const BASELINE = 10 * MINUTE;

/** The hub that Communication Services pushes through, or the relay's: for rings by PushKit alone, and for the rest. */
export type HubRole = 'linked' | 'voip' | 'relay';

/** Minutes that a call can have been counted in: [from, to), milliseconds since the epoch. */
export interface CallSpan {
  readonly from: number;
  readonly to: number;
}

/** What a hub counted in the minutes of a call, without what it had counted before it. */
export interface HubCounts {
  readonly id: string;
  readonly role: HubRole;
  /** Pushes that the hub accepted. */
  readonly accepted: number;
  /** Requests that it refused. */
  readonly refused: number;
  /** By the metric's name, those that counted anything. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Pushes accepted in the ten minutes before the call. */
  readonly before: number;
  /** How many of those ten minutes counted anything, without those of probes. */
  readonly busyMinutes: number;
  /** What kept the counts from being read, when the newest attempt failed. */
  readonly error?: AzureError;
}

const OUTCOME_METRICS = PLATFORMS.flatMap((platform) =>
  OUTCOMES[platform].map((outcome) => outcomeMetric(platform, outcome)),
);

/** One hub, watched from before a call until its counts are complete. */
export class WatchedHub {
  private readonly before = new MetricTable();
  private readonly after = new MetricTable();
  private readFrom = 0;
  private error: AzureError | undefined;

  constructor(
    readonly id: string,
    readonly role: HubRole,
    private readonly azure: AzureReader,
  ) {}

  /** Reads what the hub counts without the call; answers what kept it from being read. */
  async readBaseline(now: number, signal?: AbortSignal): Promise<AzureError | undefined> {
    this.readFrom = floorMinute(now) - BASELINE;
    return this.read(this.before, now, signal);
  }

  async look(now: number, signal?: AbortSignal): Promise<AzureError | undefined> {
    return this.read(this.after, now, signal);
  }

  counts(span: CallSpan): HubCounts {
    const inSpan = (name: string) =>
      this.after
        .minutes(name, span.from, span.to)
        .reduce(
          (sum, minute) =>
            sum + Math.max(0, this.after.count(name, minute) - this.before.count(name, minute)),
          0,
        );
    const background = this.minutesBefore(span.from);
    return {
      id: this.id,
      role: this.role,
      accepted: inSpan(INCOMING),
      refused: inSpan(REFUSED),
      outcomes: Object.fromEntries(
        OUTCOME_METRICS.map((name) => [name, inSpan(name)] as const).filter(([, count]) => count > 0),
      ),
      before: background.reduce((sum, minute) => sum + this.count(INCOMING, minute), 0),
      busyMinutes: background.filter((minute) => !this.isProbe(minute)).length,
      ...(this.error ? { error: this.error } : {}),
    };
  }

  /** Pushes accepted in the ten minutes before, of a hub in use that no single call can be told from; else undefined. */
  busyBefore(now: number): number | undefined {
    const minutes = this.minutesBefore(floorMinute(now));
    if (minutes.filter((minute) => !this.isProbe(minute)).length < BUSY_MINUTES) return undefined;
    return minutes.reduce((sum, minute) => sum + this.count(INCOMING, minute), 0);
  }

  /** Those of the ten minutes before that counted a push. */
  private minutesBefore(callMinute: number): number[] {
    const minutes = [this.before, this.after].flatMap((table) =>
      table.minutes(INCOMING, callMinute - BASELINE, callMinute),
    );
    return [...new Set(minutes)];
  }

  /**
   * Whether all that was accepted in that minute is of verifications: a probe sends two pushes at most, and has two
   * requests refused just before them, in the same minute or in the one before.
   */
  private isProbe(minute: number): boolean {
    const refused = this.count(REFUSED, minute) + this.count(REFUSED, minute - MINUTE);
    return this.count(INCOMING, minute) <= refused;
  }

  /** Counts arrive late, and none is taken back. */
  private count(name: string, minute: number): number {
    return Math.max(this.before.count(name, minute), this.after.count(name, minute));
  }

  private async read(
    table: MetricTable,
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<AzureError | undefined> {
    try {
      await readMetrics(this.azure, this.id, this.readFrom, now, table, signal);
      this.error = undefined;
    } catch (error) {
      if (!(error instanceof AzureError)) throw error;
      this.error = error;
    }
    return this.error;
  }
}

/** When nothing more will be counted in these minutes, Azure's time. */
export function completeAt(span: CallSpan): number {
  return span.to + METRIC_LAG;
}
