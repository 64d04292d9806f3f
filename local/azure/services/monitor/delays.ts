import { sameId } from '../../core/arm/resource-id';
import { METRICS_RETENTION } from '../../core/metrics';
import { seededRandom } from '../../core/random';

const MINUTE = 60_000;

/** How late Azure Monitor is, and what it never tells. */
export interface MonitorOptions {
  /** For how long a minute's count may stay away, in whole minutes; default 1 to 3. */
  readonly metricLagMinutes?: readonly [least: number, most: number];
  /** For how long an entry of the activity log may stay away, in seconds; default none. */
  readonly activityLogLagSeconds?: readonly [least: number, most: number];
  /** Whether entries tell the body of the request (`properties.requestbody`); default not, since no source says so. */
  readonly requestBodies?: boolean;
  /** Metrics that never come, `*` for any text: of every resource, or of one. */
  readonly silent?: readonly (string | { readonly metric: string; readonly resourceId: string })[];
}

/** What of metrics and of the activity log can be read by now. */
export class MonitorDelays {
  constructor(
    readonly seed: number,
    private options: MonitorOptions = {},
  ) {}

  setLag(lag: MonitorOptions): void {
    this.options = { ...this.options, ...lag };
  }

  get requestBodies(): boolean {
    return this.options.requestBodies ?? false;
  }

  isVisible(id: string, minute: number, now: number): boolean {
    const [least, most] = this.options.metricLagMinutes ?? [1, 3];
    if (minute < now - METRICS_RETENTION) return false;
    if (minute + most * MINUTE <= now) return true;
    const roll = seededRandom(`${this.seed}/${id.toLowerCase()}/${minute}`)();
    const lag = least + Math.floor(roll * (most - least + 1));
    return minute + lag * MINUTE <= now;
  }

  isSilent(id: string, name: string): boolean {
    return (this.options.silent ?? []).some((one) => {
      const { metric, resourceId } = typeof one === 'string' ? { metric: one, resourceId: id } : one;
      const pattern = metric.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      return sameId(resourceId, id) && new RegExp(`^${pattern.join('.*')}$`, 'i').test(name);
    });
  }

  readsZero(id: string, minute: number): boolean {
    return seededRandom(`${this.seed}/zero/${id.toLowerCase()}/${minute}`)() < 0.5;
  }

  entryLag(index: number): number {
    const [least, most] = this.options.activityLogLagSeconds ?? [0, 0];
    return (least + seededRandom(`${this.seed}/log/${index}`)() * (most - least)) * 1000;
  }
}
