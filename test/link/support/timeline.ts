import type { AzureReader } from '../../../link/azure';
import type { Clock } from '../../../link/clock';
import type { HubClient } from '../../../link/hub-client';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock on which many sleep at the same time: it jumps to whoever wakes first. */
export class Timeline implements Clock {
  private readonly sleepers: Sleeper[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.time + Math.max(0, milliseconds), wake };
      const abort = () => {
        const place = this.sleepers.indexOf(sleeper);
        if (place >= 0) this.sleepers.splice(place, 1);
        wake();
      };
      // Of those that wake at the same time, the one that lay down first wakes first.
      const next = this.sleepers.findIndex(({ at }) => at > sleeper.at);
      this.sleepers.splice(next < 0 ? this.sleepers.length : next, 0, sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets time pass up to there, or until nobody is waiting for anything. */
  async runUntil(time: number): Promise<void> {
    for (;;) {
      // All that can go on without time passing has gone on by then.
      await new Promise((resolve) => setImmediate(resolve));
      const first = this.sleepers[0];
      if (!first || first.at > time) break;
      this.sleepers.shift();
      this.time = first.at;
      first.wake();
    }
    this.time = Math.max(this.time, time);
  }
}

const never = () => new Promise<never>(() => undefined);

/** A program that can be killed: from then on it wakes no more, and no request of its own goes out or is answered. */
export class Program {
  private killed = false;

  constructor(
    private readonly timeline: Timeline,
    private readonly random: () => number,
  ) {}

  kill(): void {
    this.killed = true;
  }

  readonly clock: Clock = {
    now: () => this.timeline.now(),
    sleep: async (milliseconds, signal) => {
      await this.timeline.sleep(milliseconds, signal);
      if (this.killed) await never();
    },
  };

  /** A request and its answer, each on its way for a while. */
  async request<T>(run: () => Promise<T>): Promise<T> {
    await this.clock.sleep(20 + this.random() * 300);
    const outcome = await run().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await this.clock.sleep(20 + this.random() * 300);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  reach(azure: AzureReader & HubClient): { azure: AzureReader; hub: HubClient } {
    return {
      azure: {
        get: (...a) => this.request(() => azure.get(...a)),
        query: (...a) => this.request(() => azure.query(...a)),
        act: (...a) => this.request(() => azure.act(...a)),
        azureNow: () => azure.azureNow(),
        get requests() {
          return azure.requests;
        },
      },
      hub: {
        send: (...a) => this.request(() => azure.send(...a)),
        outcomes: (...a) => this.request(() => azure.outcomes(...a)),
        listen: (...a) => this.request(() => azure.listen(...a)),
        manage: (...a) => this.request(() => azure.manage(...a)),
      },
    };
  }
}
