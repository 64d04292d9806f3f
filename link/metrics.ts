import { API_VERSIONS } from './api-versions';
import { AzureError } from './azure-error';
import type { AzureReader } from './azure-reader';
import type { PushPlatform } from './push-platform';

/** Grain of a hub's metrics, milliseconds. Source: Azure Monitor, supported metrics of Microsoft.NotificationHubs. */
export const MINUTE = 60_000;

/**
 * Milliseconds after which a minute's count is taken as complete. No official figure exists; observers allow up to
 * five minutes. Until then a zero means nothing.
 */
export const METRIC_LAG = 5 * MINUTE;

/** Sends that the hub accepted. Source as above, and azure-docs `communication-services/concepts/notifications.md`. */
export const INCOMING = 'incoming';
/** Requests of any kind that the hub refused. */
export const REFUSED = 'incoming.all.failedrequests';

/** Requests of any kind. */
export const REQUESTS = 'incoming.all.requests';
/** All outgoing notifications. */
export const PUSHES = 'notificationhub.pushes';

/** How pushes of all platforms together ended, by the last part of the hub's metric for it. */
export const OUTCOMES_OF_ALL = [
  'success',
  'pnserror',
  'invalidpayload',
  'channelerror',
  'badorexpiredchannel',
] as const;

/** The hub's metric that counts the pushes of all platforms which ended so. */
export function outcomeMetricOfAll(outcome: (typeof OUTCOMES_OF_ALL)[number]): string {
  return `outgoing.allpns.${outcome}`;
}

/** How the push of one platform ended, by the last part of the hub's metric for it. */
export const OUTCOMES = {
  apns: [
    'success',
    'badchannel',
    'expiredchannel',
    'invalidcredentials',
    'invalidnotificationsize',
    'pnserror',
  ],
  fcmV1: [
    'success',
    'badchannel',
    'invalidcredentials',
    'invalidnotificationformat',
    'invalidnotificationsize',
    'pnserror',
    'throttled',
    'wrongchannel',
  ],
} as const satisfies Readonly<Record<PushPlatform, readonly string[]>>;

export type PushOutcome = (typeof OUTCOMES)[PushPlatform][number];

export const PLATFORMS: readonly PushPlatform[] = ['apns', 'fcmV1'];

/** The hub's metric that counts the pushes of a platform which ended so. Browsers have no metrics of their own. */
export function outcomeMetric(platform: PushPlatform, outcome: PushOutcome): string {
  return `outgoing.${platform.toLowerCase()}.${outcome}`;
}

/** The push service refused the hub's own credential. */
export function credentialRefused(platform: PushPlatform): string {
  return outcomeMetric(platform, 'invalidcredentials');
}

/** The push service took the push: never the outcome of a push to a made-up handle. */
export function delivered(platform: PushPlatform): string {
  return outcomeMetric(platform, 'success');
}

/** Azure Monitor takes at most 20 names at once. */
const NAMES = [
  INCOMING,
  REFUSED,
  ...PLATFORMS.flatMap((platform) => OUTCOMES[platform].map((outcome) => outcomeMetric(platform, outcome))),
];

export function floorMinute(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

export function ceilMinute(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE;
}

/** Counts by minute, as far as they have been read. Zeros are not kept: they cannot be told from lag. */
export class MetricTable {
  private readonly counts = new Map<string, Map<number, number>>();

  /** Takes a count over; a minute that was read before keeps the larger of the two, because counts arrive late. */
  note(name: string, minute: number, total: number): void {
    if (total <= 0) return;
    const minutes = this.counts.get(name) ?? new Map<number, number>();
    minutes.set(minute, Math.max(total, minutes.get(minute) ?? 0));
    this.counts.set(name, minutes);
  }

  count(name: string, minute: number): number {
    return this.counts.get(name)?.get(minute) ?? 0;
  }

  /** The minutes in [from, to) that counted anything, oldest first. */
  minutes(name: string, from: number, to = Number.POSITIVE_INFINITY): number[] {
    return [...(this.counts.get(name)?.keys() ?? [])]
      .filter((minute) => minute >= from && minute < to)
      .sort((a, b) => a - b);
  }
}

/** Reads all metrics that the checks need with one request, minute by minute. @throws AzureError */
export async function readMetrics(
  azure: AzureReader,
  hubId: string,
  from: number,
  to: number,
  table: MetricTable,
  signal?: AbortSignal,
): Promise<MetricTable> {
  await readCounts(azure, hubId, NAMES, { from, to, interval: 'PT1M' }, table, signal);
  return table;
}

/** What part of a hub's metrics, and in which grains. Times in milliseconds since the epoch. */
export interface MetricsSpan {
  readonly from: number;
  readonly to: number;
  readonly interval: 'PT1M' | 'PT1H';
}

/** Adds the counts to the table, each at the start of its grain. @throws AzureError */
export async function readCounts(
  azure: AzureReader,
  hubId: string,
  names: readonly string[],
  { from, to, interval }: MetricsSpan,
  table: MetricTable,
  signal?: AbortSignal,
): Promise<void> {
  const answer = (await azure.query(
    `${hubId}/providers/Microsoft.Insights/metrics`,
    API_VERSIONS.metrics,
    {
      metricnames: names.join(','),
      timespan: `${new Date(from).toISOString()}/${new Date(to).toISOString()}`,
      interval,
      aggregation: 'Total',
    },
    signal,
  )) as MetricsAnswer | undefined;
  if (!answer) throw new AzureError('rejected', `cannot read metrics of ${hubId}: the hub does not exist`);
  for (const metric of answer.value ?? []) {
    const name = metric.name?.value?.toLowerCase();
    if (!name) continue;
    for (const { timeStamp, total } of metric.timeseries?.flatMap((series) => series.data ?? []) ?? []) {
      const time = Date.parse(timeStamp ?? '');
      if (!Number.isNaN(time)) table.note(name, floorMinute(time), total ?? 0);
    }
  }
}

interface MetricsAnswer {
  readonly value?: readonly {
    readonly name?: { readonly value?: string };
    readonly timeseries?: readonly {
      readonly data?: readonly { readonly timeStamp?: string; readonly total?: number }[];
    }[];
  }[];
}
