import type { LocalAzureContext } from '../../core/context';
import type { RunningFunctionApp } from '../../../functions/function-host';

/**
 * How new code, or new settings, come to an app's instances.
 * https://learn.microsoft.com/azure/azure-functions/flex-consumption-site-updates
 */
export const SITE_UPDATE_STRATEGIES = ['Recreate', 'RollingUpdate'] as const;

export type SiteUpdateStrategy = (typeof SITE_UPDATE_STRATEGIES)[number];

/** How long what is under way on a drained instance may go on, in milliseconds of Azure's time (same page). */
const DRAIN_FOR_MS = 60 * 60_000;

/** A running copy of an app's code, and what is under way on it. */
export class FunctionAppInstance {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    readonly siteId: string,
    readonly app: RunningFunctionApp,
    /** The unpacked package that it runs, below the folder of all packages. */
    readonly packageFolder: string,
  ) {}

  /** Sends it something to do. */
  async use<T>(work: (app: RunningFunctionApp) => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work(this.app);
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.waiting.splice(0).forEach((wake) => wake());
    }
  }

  /** Resolves when nothing is under way on it. */
  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/**
 * The instances of all apps: one that serves, of each app that has code, and those that are drained. Azure drains batch
 * by batch; of one instance there is one batch.
 */
export class FunctionAppInstances {
  private readonly serving = new Map<string, FunctionAppInstance>();
  private readonly drained = new Set<FunctionAppInstance>();
  /** The last update of each app; the next one waits for it. */
  private readonly turns = new Map<string, Promise<void>>();

  constructor(
    private readonly context: LocalAzureContext,
    /** Told of each instance that is gone. */
    private readonly ended: (instance: FunctionAppInstance) => void,
  ) {}

  /** Does something about an app after what is under way with it. */
  inTurn(siteId: string, work: () => Promise<void>): Promise<void> {
    const key = siteId.toLowerCase();
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(work).catch((error: Error) => {
      this.context.log(`${siteId}: ${error.message}`);
    });
    this.turns.set(key, turn);
    return turn;
  }

  /**
   * Has another instance take over, in turn. `Recreate` ends all that there are first, in the middle of whatever they
   * do. `RollingUpdate` goes on with the one that serves until its successor is there, and then drains it: it gets
   * nothing new, and ends when it has nothing left to do.
   *
   * @throws what starting the other one throws; after a rolling update that failed everything is as it was
   */
  async update(
    siteId: string,
    strategy: SiteUpdateStrategy,
    start: () => Promise<FunctionAppInstance | undefined>,
  ): Promise<void> {
    const key = siteId.toLowerCase();
    if (strategy === 'Recreate') await this.stop(siteId);
    const next = await start();
    const before = this.serving.get(key);
    if (next) this.serving.set(key, next);
    else this.serving.delete(key);
    if (before) void this.drain(before);
  }

  /** Ends all instances of an app, in the middle of whatever they do. */
  async stop(siteId: string): Promise<void> {
    const key = siteId.toLowerCase();
    const serving = this.serving.get(key);
    this.serving.delete(key);
    const drained = [...this.drained].filter((one) => one.siteId.toLowerCase() === key);
    await Promise.all([...(serving ? [serving] : []), ...drained].map((one) => this.end(one)));
  }

  /**
   * Sends the instance that serves an app something to do: during an update with downtime, the one that is there after
   * it. Undefined when there is none.
   */
  async use<T>(siteId: string, work: (app: RunningFunctionApp) => Promise<T>): Promise<T | undefined> {
    const key = siteId.toLowerCase();
    if (!this.serving.has(key)) await this.turns.get(key);
    return this.serving.get(key)?.use(work);
  }

  /** Whether any instance runs that package. */
  run(packageFolder: string): boolean {
    return [...this.serving.values(), ...this.drained].some((one) => one.packageFolder === packageFolder);
  }

  /** Resolves when no update is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.turns.values());
  }

  async close(): Promise<void> {
    await this.settled();
    const all = [...this.serving.values(), ...this.drained];
    this.serving.clear();
    await Promise.all(all.map((one) => this.end(one)));
  }

  /** Lets it finish what is under way, for so long as Azure lets it. */
  private async drain(instance: FunctionAppInstance): Promise<void> {
    this.drained.add(instance);
    const { clock, closing } = this.context;
    const over = new AbortController();
    const inTime = await Promise.race([
      instance.idle().then(() => true),
      clock.sleep(DRAIN_FOR_MS, AbortSignal.any([over.signal, closing])).then(() => false),
    ]);
    over.abort();
    // Somebody else may have ended it.
    if (this.drained.has(instance)) await this.end(instance, inTime ? 'terminate' : 'stop');
  }

  private async end(instance: FunctionAppInstance, how: 'stop' | 'terminate' = 'stop'): Promise<void> {
    await instance.app[how]();
    this.drained.delete(instance);
    this.ended(instance);
  }
}
