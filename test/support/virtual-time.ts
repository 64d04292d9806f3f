import type { Clock } from '../../relay/ports';

const { setImmediate } = globalThis;

interface Timer {
  readonly at: number;
  /** Timers of one moment run in the order in which they were set. */
  readonly order: number;
  /** Undefined once it was cleared. */
  run: (() => void) | undefined;
}

/**
 * Time that passes as fast as the work in it is done, for code that knows nothing of it: `setTimeout` and `Date.now` of
 * the whole process go by it while it runs. What waits for real input or output does not belong in here.
 */
export class VirtualTime implements Clock {
  /** A binary heap, the next one first. */
  private readonly timers: Timer[] = [];
  private order = 0;

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.set(resolve, milliseconds));
  }

  /** Lets so many milliseconds pass, with all that is done in them. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await this.go(() => {
      const next = this.next();
      return !next || next.at > end;
    });
    this.time = end;
  }

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = work.finally(() => (done = true));
    finished.catch(() => undefined);
    await this.go(() => done);
    return finished;
  }

  private async go(until: () => boolean): Promise<void> {
    const restore = this.takeOver();
    try {
      for (;;) {
        // All promises that can go on do.
        await new Promise((resolve) => setImmediate(resolve));
        if (until()) return;
        const next = this.next();
        if (!next) continue;
        this.time = next.at;
        while (this.timers[0] && this.timers[0].at <= this.time) this.pop().run?.();
      }
    } finally {
      restore();
    }
  }

  /** The next one that was not cleared. */
  private next(): Timer | undefined {
    while (this.timers[0] && !this.timers[0].run) this.pop();
    return this.timers[0];
  }

  private set(run: () => void, milliseconds: number): Timer {
    const timer = { at: this.time + Math.max(0, milliseconds || 0), order: this.order++, run };
    this.push(timer);
    return timer;
  }

  private takeOver(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    globalThis.setTimeout = ((run: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) => {
      const timer = this.set(() => run(...given), milliseconds);
      const handle = { timer, ref: () => handle, unref: () => handle, hasRef: () => true };
      return handle;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((handle?: { timer?: Timer }) => {
      if (handle?.timer) handle.timer.run = undefined;
    }) as typeof clearTimeout;
    Date.now = () => this.time;
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
    };
  }

  private push(timer: Timer): void {
    const { timers } = this;
    let at = timers.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, timers[parent]!)) break;
      timers[at] = timers[parent]!;
      at = parent;
    }
    timers[at] = timer;
  }

  private pop(): Timer {
    const { timers } = this;
    const first = timers[0]!;
    const last = timers.pop()!;
    if (timers.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= timers.length) break;
      if (child + 1 < timers.length && before(timers[child + 1]!, timers[child]!)) child++;
      if (!before(timers[child]!, last)) break;
      timers[at] = timers[child]!;
      at = child;
    }
    timers[at] = last;
    return first;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
