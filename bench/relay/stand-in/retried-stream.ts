import { deliver, type Webhook } from './event-grid';

/**
 * After so many milliseconds Event Grid delivers again what was not taken.
 * https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-schedule
 */
const RETRY_AFTER_MS: readonly number[] = [10_000, 30_000, 60_000, 300_000];

/** How often it is looked whether something is due, in milliseconds. */
const POLL_MS = 100;

export interface StreamStatus {
  /** Events that were taken. */
  readonly taken: number;
  readonly underWay: number;
  /** Deliveries beyond the first of an event. */
  readonly redelivered: number;
  /** Longest from an event's first delivery to the one that was taken, in milliseconds. */
  readonly longestMs: number;
}

interface Retry {
  readonly n: number;
  readonly attempt: number;
  readonly first: number;
  readonly due: number;
}

/**
 * Events one after the other, so many at a time, for as long as is asked for. Those that are not taken are delivered
 * again as Event Grid does. While there is no app, nothing is delivered: Azure's front ends hold a request until there is
 * an instance.
 */
export class RetriedStream {
  private webhook: Webhook | undefined;
  private readonly waiting: (() => void)[] = [];
  private retries: Retry[] = [];
  private running = true;
  private next: number;
  private readonly status = { taken: 0, underWay: 0, redelivered: 0, longestMs: 0 };
  private readonly ended: Promise<unknown>;

  constructor(
    { first, concurrency }: { first: number; concurrency: number },
    private readonly time: number,
    private readonly retryAfterMs = RETRY_AFTER_MS,
  ) {
    this.next = first;
    this.ended = Promise.all([...Array.from({ length: concurrency }, () => this.fresh()), this.again()]);
  }

  get figures(): StreamStatus {
    return { ...this.status };
  }

  /** Where the app is from now on; undefined while it is nowhere. */
  app(webhook: Webhook | undefined): void {
    this.webhook = webhook;
    if (!webhook) return;
    for (const go of this.waiting.splice(0)) go();
  }

  /** Begins no other event, and waits until all that were begun are taken. */
  async end(): Promise<StreamStatus> {
    this.running = false;
    await this.ended;
    return this.figures;
  }

  private async fresh(): Promise<void> {
    while (this.running) {
      await this.send({ n: this.next++, attempt: 0, first: performance.now(), due: 0 });
    }
  }

  private async again(): Promise<void> {
    while (this.running || this.retries.length > 0 || this.status.underWay > 0) {
      const now = performance.now();
      const due = this.retries.filter((retry) => retry.due <= now);
      this.retries = this.retries.filter((retry) => retry.due > now);
      this.status.redelivered += due.length;
      for (const retry of due) void this.send(retry);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async send({ n, attempt, first }: Retry): Promise<void> {
    this.status.underWay++;
    while (!this.webhook) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const status = await deliver(this.webhook, n, this.time);
    const now = performance.now();
    if (status === 202) {
      this.status.taken++;
      this.status.longestMs = Math.max(this.status.longestMs, now - first);
    } else {
      const wait = this.retryAfterMs[Math.min(attempt, this.retryAfterMs.length - 1)]!;
      this.retries.push({ n, attempt: attempt + 1, first, due: now + wait });
    }
    this.status.underWay--;
  }
}
