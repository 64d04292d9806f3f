import type { Clock } from './clock';
import type { ResourceStore, StoredResource } from './store';

const MINUTE = 60_000;
/** Azure Monitor keeps platform metrics for 93 days (azure-monitor/essentials/data-platform-metrics). */
export const METRICS_RETENTION = 93 * 24 * 60 * MINUTE;

/**
 * Counters of all resources in grains of one minute, as Azure Monitor keeps them. They live in the store, one
 * hidden resource (`/local/metrics/…`) per measured one, so that they survive a restart with everything else.
 */
export class Metrics {
  constructor(
    private readonly clock: Clock,
    private readonly store: ResourceStore,
  ) {}

  add(resourceId: string, metric: string, amount = 1): void {
    const kept = this.store.get(hiddenId(resourceId)) ?? hiddenResource(resourceId);
    const minutes = (kept.properties[metric] ??= {}) as Record<string, number>;
    const minute = String(Math.floor(this.clock.now() / MINUTE) * MINUTE);
    if (!(minute in minutes)) {
      for (const old of Object.keys(minutes)) {
        if (Number(old) < this.clock.now() - METRICS_RETENTION) delete minutes[old];
      }
    }
    minutes[minute] = (minutes[minute] ?? 0) + amount;
    this.store.put(kept);
  }

  /** Totals by the start of their minute, milliseconds since the epoch; minutes without any are absent. */
  minutes(resourceId: string, metric: string): ReadonlyMap<number, number> {
    const kept = this.store.get(hiddenId(resourceId))?.properties[metric] as
      Record<string, number> | undefined;
    return new Map(Object.entries(kept ?? {}).map(([minute, total]) => [Number(minute), total]));
  }

  /** The truth without lag or window, for tests and the control API. */
  total(resourceId: string, metric: string): number {
    return [...this.minutes(resourceId, metric).values()].reduce((sum, n) => sum + n, 0);
  }

  forget(resourceId: string): void {
    this.store.delete(hiddenId(resourceId));
  }
}

function hiddenId(resourceId: string): string {
  return `/local/metrics${resourceId.toLowerCase()}`;
}

function hiddenResource(resourceId: string): StoredResource {
  return { id: hiddenId(resourceId), name: 'metrics', type: 'Local.Azure/metrics', properties: {} };
}
