import type { Clock, Log } from './ports';

/** What became of one delivery of an event. */
export type Outcome =
  /** Handed to the hub. */
  | 'pushed'
  /** Handled before. */
  | 'duplicate'
  /** A later version of the same thing was handled before. */
  | 'superseded'
  /** A type or a case that no push is made of. */
  | 'nobody-to-tell'
  /** Worth nothing any more when it came. */
  | 'expired'
  /** Kept with its reason. */
  | 'dead-lettered'
  /** Given back to Event Grid, to come again. */
  | 'failed';

/** Upper bounds of the latency classes, in milliseconds. */
const CLASSES = [
  10,
  20,
  50,
  100,
  200,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  30_000,
  60_000,
  600_000,
  Infinity,
] as const;

/** How often the figures are written, in milliseconds. */
const EVERY_MS = 60_000;

/** Figures since the last line, by event type. */
interface Figures {
  received: number;
  pushes: number;
  readonly outcomes: Partial<Record<Outcome, number>>;
  /** Why nobody was told: `muted`, `answered`, … */
  readonly because: Record<string, number>;
  /** From the event's time to the hub's acceptance, by class. */
  readonly latency: number[];
}

/**
 * Counts what becomes of events and writes the figures a minute after the first of them, also when no other event
 * comes, and when it is told to. Lines belong to the process and to no invocation: see `processLog`.
 */
export class Metrics {
  private figures = new Map<string, Figures>();
  private since = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * @param latencyMs from the event's time to now; for pushed events alone
   * @param because why nobody is told; for `nobody-to-tell` alone
   */
  count(eventType: string, outcome: Outcome, pushes = 0, latencyMs?: number, because?: string): void {
    if (!this.timer) {
      this.since = this.clock.now();
      this.timer = setTimeout(() => this.write(), EVERY_MS).unref();
    }
    let figures = this.figures.get(eventType);
    if (!figures) {
      figures = { received: 0, pushes: 0, outcomes: {}, because: {}, latency: CLASSES.map(() => 0) };
      this.figures.set(eventType, figures);
    }
    figures.received++;
    figures.pushes += pushes;
    figures.outcomes[outcome] = (figures.outcomes[outcome] ?? 0) + 1;
    if (because !== undefined) figures.because[because] = (figures.because[because] ?? 0) + 1;
    if (latencyMs !== undefined) {
      const index = CLASSES.findIndex((bound) => latencyMs <= bound);
      figures.latency[index]!++;
    }
  }

  /** Writes the figures since the last time. */
  write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const seconds = Math.round((this.clock.now() - this.since) / 1000);
    for (const [eventType, { received, pushes, outcomes, because, latency }] of this.figures) {
      this.log.write('info', 'metrics', {
        eventType,
        seconds,
        received,
        pushes,
        ...outcomes,
        ...(Object.keys(because).length > 0 && { because }),
        latencyP50Ms: quantile(latency, 0.5),
        latencyP99Ms: quantile(latency, 0.99),
      });
    }
    this.figures = new Map();
  }
}

/** The upper bound of the class that the quantile falls into. */
function quantile(classes: readonly number[], q: number): number | undefined {
  const total = classes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let seen = 0;
  const index = classes.findIndex((count) => (seen += count) >= q * total);
  const bound = CLASSES[index]!;
  return Number.isFinite(bound) ? bound : CLASSES[CLASSES.length - 2];
}
