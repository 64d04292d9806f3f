import type { EventOutcome } from './contract';
import type { Clock, Log } from './ports';

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
  readonly outcomes: Partial<Record<EventOutcome, number>>;
  /** The same of notifications, of which an event can have several, each for somebody else. */
  readonly notifications: Partial<Record<EventOutcome, number>>;
  /** Why nobody was told: `muted`, `answered`, … */
  readonly because: Record<string, number>;
  /** From the event's time to the hub's acceptance, by class. */
  readonly latency: number[];
}

/** What is counted of one delivery, beside its outcome. */
export interface EventCounts {
  /** Messages that hubs accepted. */
  readonly pushes?: number;
  /** What became of each of its notifications. */
  readonly notifications?: readonly EventOutcome[];
  /** Why nobody is told; for `nobody-to-tell` alone. */
  readonly because?: string;
  /** From the event's time to now; for pushed events alone. */
  readonly latencyMs?: number;
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

  /** Counts one delivery of an event: among all received, and under its one outcome. */
  count(eventType: string, outcome: EventOutcome, counts: EventCounts = {}): void {
    if (!this.timer) {
      this.since = this.clock.now();
      this.timer = setTimeout(() => this.write(), EVERY_MS).unref();
    }
    let figures = this.figures.get(eventType);
    if (!figures) {
      figures = {
        received: 0,
        pushes: 0,
        outcomes: {},
        notifications: {},
        because: {},
        latency: CLASSES.map(() => 0),
      };
      this.figures.set(eventType, figures);
    }
    const { pushes = 0, notifications = [], because, latencyMs } = counts;
    figures.received++;
    figures.pushes += pushes;
    add(figures.outcomes, outcome);
    for (const one of notifications) add(figures.notifications, one);
    if (because !== undefined) add(figures.because, because);
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
    for (const [eventType, figures] of this.figures) {
      const { received, pushes, outcomes, notifications, because, latency } = figures;
      this.log.write('info', 'metrics', {
        eventType,
        seconds,
        received,
        pushes,
        ...outcomes,
        ...(Object.keys(notifications).length > 0 && { notifications }),
        ...(Object.keys(because).length > 0 && { because }),
        latencyP50Ms: quantile(latency, 0.5),
        latencyP99Ms: quantile(latency, 0.99),
      });
    }
    this.figures = new Map();
  }
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1;
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
