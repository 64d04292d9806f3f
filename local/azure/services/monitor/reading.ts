import { randomUUID } from 'node:crypto';
import { sameId } from '../../core/arm/resource-id';
import type { ActivityLogEntry, LocalAzureContext } from '../../core/context';
import { customMetric, together } from './custom-metrics';
import { ArmError, type LocalRequest, type LocalResponse } from '../../core/http';
import { METRICS_RETENTION, type Metrics } from './metrics';
import { seededRandom } from '../../core/random';
import type { ArmEndpoint } from '../../core/arm/resource-type';
import type { StoredResource } from '../../core/store';
import { COUNTED_METRICS } from './platform-metrics';

const MINUTE = 60_000;

/** "Limit 20 metrics" (Metrics, `metricnames`); the answer's words as public exporters quote them. */
const MAX_METRIC_NAMES = 20;

const METRICS_API_VERSIONS = ['2018-01-01', '2019-07-01', '2021-05-01', '2023-10-01', '2024-02-01'];
const ACTIVITY_LOG_API_VERSIONS = ['2015-04-01', '2017-03-01-preview'];

/** Grains that the metrics API adds up to, in minutes. */
const GRAINS: Readonly<Record<string, number>> = {
  PT1M: 1,
  PT5M: 5,
  PT15M: 15,
  PT30M: 30,
  PT1H: 60,
  PT6H: 360,
  PT12H: 720,
  P1D: 1440,
};
/** Most the Activity Log gives back, in days. */
const ACTIVITY_LOG_DAYS = 90;

/** What part of a metric, in which grains (minutes), added up how. Times in milliseconds since the epoch. */
interface MetricsQuery {
  readonly from: number;
  readonly to: number;
  readonly grain: number;
  readonly aggregations: readonly string[];
}

export interface MonitorOptions {
  readonly seed: number;
  /** For how long a minute's count may stay away, in whole minutes; default 1 to 3. */
  readonly metricLagMinutes?: readonly [least: number, most: number];
  /** For how long an entry of the activity log may stay away, in seconds; default none. */
  readonly activityLogLagSeconds?: readonly [least: number, most: number];
  /** Whether entries tell the body of the request (`properties.requestbody`); default not, since no source says so. */
  readonly requestBodies?: boolean;
  /** Metrics that never come, `*` for any text: of every resource, or of one. */
  readonly silent?: readonly (string | { readonly metric: string; readonly resourceId: string })[];
}

/** Azure Monitor's reading side: metrics below a resource, and the subscription's activity log. */
export class Monitor {
  readonly endpoints: readonly ArmEndpoint[];
  private options: MonitorOptions;

  constructor(
    private readonly context: LocalAzureContext,
    private readonly metrics: Metrics,
    options: MonitorOptions,
  ) {
    this.options = options;
    this.endpoints = [
      endpoint(METRICS_PATH, (request) => this.handleMetrics(request)),
      endpoint(DEFINITIONS_PATH, (request) => this.handleDefinitions(request)),
      endpoint(ACTIVITY_LOG_PATH, (request) => this.handleActivityLog(request)),
    ];
  }

  setLag(lag: Partial<Omit<MonitorOptions, 'seed'>>): void {
    this.options = { ...this.options, ...lag };
  }

  /** GET {resourceId}/providers/Microsoft.Insights/metrics. Throws ArmError. */
  handleMetrics(request: LocalRequest): LocalResponse {
    const resource = this.resourceAt(request, METRICS_PATH, METRICS_API_VERSIONS);
    const namespace = request.query.get('metricnamespace') ?? resource.type;
    const asked = request.query
      .get('metricnames')
      ?.split(',')
      .map((name) => name.trim());
    if (asked && asked.length > MAX_METRIC_NAMES) {
      throw badRequest(
        `Requested metrics count: ${asked.length} bigger than allowed max: ${MAX_METRIC_NAMES}`,
      );
    }
    const custom = namespace.toLowerCase() !== resource.type.toLowerCase();
    const names = custom
      ? (asked ?? [])
      : asked
        ? knownNames(resource, asked)
        : knownNames(resource).slice(0, 1);
    const { from, to } = this.timespan(request.query.get('timespan'));
    const interval = request.query.get('interval') ?? 'PT1M';
    const grain = GRAINS[interval];
    if (grain === undefined) {
      throw badRequest(
        `Detected invalid time grain input: ${interval}. Valid: ${Object.keys(GRAINS).join(',')}`,
      );
    }
    const aggregations = (request.query.get('aggregation') ?? 'Total')
      .split(',')
      .map((name) => name.trim().toLowerCase());
    const unknown = aggregations.find(
      (name) => !['total', 'count', 'average', 'minimum', 'maximum'].includes(name),
    );
    if (unknown !== undefined) throw badRequest(`The aggregation '${unknown}' is invalid.`);
    const points = (name: string) =>
      custom
        ? this.customPoints(resource.id, namespace, name, { from, to, grain, aggregations })
        : this.points(resource.id, name, { from, to, grain, aggregations });
    return {
      status: 200,
      body: {
        cost: (to - from) / MINUTE,
        timespan: `${iso(from)}/${iso(to)}`,
        interval,
        namespace,
        resourceregion: resource.location ?? 'global',
        value: names.map((name) => ({
          id: `${resource.id}/providers/Microsoft.Insights/metrics/${name}`,
          type: 'Microsoft.Insights/metrics',
          name: { value: name, localizedValue: name },
          unit: 'Count',
          timeseries: [{ metadatavalues: [], data: points(name) }],
          errorCode: 'Success',
        })),
      },
    };
  }

  /** GET {resourceId}/providers/Microsoft.Insights/metricDefinitions. Throws ArmError. */
  handleDefinitions(request: LocalRequest): LocalResponse {
    const resource = this.resourceAt(request, DEFINITIONS_PATH, METRICS_API_VERSIONS);
    const { id, type } = resource;
    const value = knownNames(resource).map((name) => ({
      id: `${id}/providers/microsoft.insights/metricdefinitions/${name}`,
      resourceId: id,
      namespace: type,
      name: { value: name, localizedValue: name },
      unit: 'Count',
      primaryAggregationType: 'Total',
      supportedAggregationTypes: ['Total'],
      metricAvailabilities: Object.keys(GRAINS).map((timeGrain) => ({ timeGrain, retention: 'P93D' })),
      dimensions: [],
    }));
    return { status: 200, body: { value } };
  }

  /** GET /subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values. Throws ArmError. */
  handleActivityLog(request: LocalRequest): LocalResponse {
    requireVersion(request, ACTIVITY_LOG_API_VERSIONS);
    const filter = readFilter(request.query.get('$filter') ?? '');
    const now = this.context.clock.now();
    const since = filter.get('eventtimestamp ge');
    if (since === undefined || !Number.isFinite(Date.parse(since))) {
      throw badRequest("The $filter must have a start: eventTimestamp ge '{time}'.");
    }
    if (Date.parse(since) < now - ACTIVITY_LOG_DAYS * 24 * 60 * MINUTE) {
      throw badRequest(`The activity log keeps ${ACTIVITY_LOG_DAYS} days.`);
    }
    const until = filter.get('eventtimestamp le');
    const resource = filter.get('resourceuri eq') ?? filter.get('resourceid eq');
    const group = filter.get('resourcegroupname eq');
    const prefix = request.path.slice(0, request.path.toLowerCase().indexOf('/providers/')).toLowerCase();
    const found = this.context.activityLog
      .map((entry, index) => ({ entry, index, at: Date.parse(entry.eventTimestamp) }))
      .filter(({ entry, at, index }) => {
        const id = entry.resourceId.toLowerCase();
        return (
          id.startsWith(`${prefix}/`) &&
          at >= Date.parse(since) &&
          at <= (until === undefined ? now : Date.parse(until)) &&
          (resource === undefined || id === resource.toLowerCase()) &&
          (group === undefined || id.startsWith(`${prefix}/resourcegroups/${group.toLowerCase()}/`)) &&
          at + this.entryLag(index) <= now
        );
      })
      .sort((a, b) => b.at - a.at || b.index - a.index);
    return { status: 200, body: { value: found.map(({ entry, index }) => this.shown(entry, index)) } };
  }

  private resourceAt(request: LocalRequest, path: RegExp, apiVersions: readonly string[]): StoredResource {
    requireVersion(request, apiVersions);
    const id = path.exec(request.path)![1]!;
    const resource = this.context.store.get(id);
    if (!resource) throw new ArmError(404, 'ResourceNotFound', `The resource '${id}' was not found.`);
    return resource;
  }

  /** `{from}/{to}`; the last hour when it is left out. */
  private timespan(asked: string | null): { from: number; to: number } {
    const now = this.context.clock.now();
    if (!asked) return { from: floor(now - 60 * MINUTE), to: floor(now) };
    const [from, to] = asked.split('/').map((one) => Date.parse(one));
    if (from === undefined || to === undefined || !(from <= to)) {
      throw badRequest(`The timespan '${asked}' is invalid. Expected: {from}/{to} in ISO 8601.`);
    }
    return { from: floor(from), to };
  }

  private points(
    id: string,
    name: string,
    { from, to, grain, aggregations }: MetricsQuery,
  ): Record<string, unknown>[] {
    const minutes = this.metrics.minutes(id, name);
    const now = this.context.clock.now();
    const silent = this.isSilent(id, name);
    const points: Record<string, unknown>[] = [];
    for (let start = from; start < to; start += grain * MINUTE) {
      const end = Math.min(start + grain * MINUTE, to);
      const seen: number[] = [];
      for (let minute = start; minute < end; minute += MINUTE) {
        if (!silent && this.isVisible(id, minute, now)) seen.push(minutes.get(minute) ?? 0);
      }
      const point: Record<string, unknown> = { timeStamp: iso(start) };
      // The newest minutes come as zero or without a value, by the same seeded choice each time they are read.
      if (seen.length > 0 || this.readsZero(id, start)) {
        const total = seen.reduce((sum, n) => sum + n, 0);
        const values: Record<string, number> = {
          total,
          count: total,
          average: seen.length > 0 ? total / seen.length : 0,
          minimum: Math.min(...seen, total),
          maximum: Math.max(...seen, 0),
        };
        for (const aggregation of aggregations) point[aggregation] = values[aggregation];
      }
      points.push(point);
    }
    return points;
  }

  /** Of a metric that an app reports: minutes without a report have no value. */
  private customPoints(
    id: string,
    namespace: string,
    name: string,
    { from, to, grain, aggregations }: MetricsQuery,
  ): Record<string, unknown>[] {
    const minutes = customMetric(this.context.store, id, namespace, name);
    if (!minutes) {
      throw badRequest(`Failed to find metric configuration for provider: ${namespace}, metric: ${name}.`);
    }
    const now = this.context.clock.now();
    const points: Record<string, unknown>[] = [];
    for (let start = from; start < to; start += grain * MINUTE) {
      const end = Math.min(start + grain * MINUTE, to);
      const seen = [...minutes]
        .filter(([minute]) => minute >= start && minute < end && this.isVisible(id, minute, now))
        .map(([, values]) => values);
      const point: Record<string, unknown> = { timeStamp: iso(start) };
      if (seen.length > 0) {
        const { min, max, sum, count } = seen.reduce(together);
        const values: Record<string, number> = {
          total: sum,
          count,
          average: count > 0 ? sum / count : 0,
          minimum: min,
          maximum: max,
        };
        for (const aggregation of aggregations) point[aggregation] = values[aggregation];
      }
      points.push(point);
    }
    return points;
  }

  private isVisible(id: string, minute: number, now: number): boolean {
    const [least, most] = this.options.metricLagMinutes ?? [1, 3];
    if (minute < now - METRICS_RETENTION) return false;
    if (minute + most * MINUTE <= now) return true;
    const roll = seededRandom(`${this.options.seed}/${id.toLowerCase()}/${minute}`)();
    const lag = least + Math.floor(roll * (most - least + 1));
    return minute + lag * MINUTE <= now;
  }

  private isSilent(id: string, name: string): boolean {
    return (this.options.silent ?? []).some((one) => {
      const { metric, resourceId } = typeof one === 'string' ? { metric: one, resourceId: id } : one;
      const pattern = metric.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      return sameId(resourceId, id) && new RegExp(`^${pattern.join('.*')}$`, 'i').test(name);
    });
  }

  private readsZero(id: string, minute: number): boolean {
    return seededRandom(`${this.options.seed}/zero/${id.toLowerCase()}/${minute}`)() < 0.5;
  }

  private entryLag(index: number): number {
    const [least, most] = this.options.activityLogLagSeconds ?? [0, 0];
    return (least + seededRandom(`${this.options.seed}/log/${index}`)() * (most - least)) * 1000;
  }

  private shown(entry: ActivityLogEntry, index: number): Record<string, unknown> {
    const submitted = Date.parse(entry.eventTimestamp) + this.entryLag(index);
    const localized = (value: string) => ({ value, localizedValue: value });
    const [, subscriptionId, resourceGroupName, provider] =
      /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?(?:\/providers\/([^/]+))?/i.exec(
        entry.resourceId,
      ) ?? [];
    return {
      id: `${entry.resourceId}/events/${index}/ticks/${Date.parse(entry.eventTimestamp)}`,
      eventDataId: seededId(`${this.options.seed}/${index}`),
      correlationId: seededId(`${this.options.seed}/correlation/${index}`),
      operationId: seededId(`${this.options.seed}/operation/${index}`),
      eventTimestamp: entry.eventTimestamp,
      submissionTimestamp: iso(submitted),
      operationName: localized(entry.operationName),
      eventName: localized('EndRequest'),
      category: localized('Administrative'),
      status: localized(entry.status),
      subStatus: localized(entry.status === 'Succeeded' ? 'OK' : ''),
      level: entry.status === 'Succeeded' ? 'Informational' : 'Error',
      resourceId: entry.resourceId,
      resourceGroupName,
      resourceProviderName: provider === undefined ? undefined : localized(provider),
      subscriptionId,
      caller: entry.caller,
      ...(this.options.requestBodies && entry.requestBody !== undefined
        ? { properties: { requestbody: entry.requestBody } }
        : {}),
    };
  }
}

const METRICS_PATH = /^(\/subscriptions\/.+)\/providers\/microsoft\.insights\/metrics$/i;
const DEFINITIONS_PATH = /^(\/subscriptions\/.+)\/providers\/microsoft\.insights\/metricdefinitions$/i;
const ACTIVITY_LOG_PATH =
  /^\/subscriptions\/[^/]+\/providers\/microsoft\.insights\/eventtypes\/management\/values$/i;

function endpoint(path: RegExp, handle: (request: LocalRequest) => LocalResponse): ArmEndpoint {
  return {
    matches: (requested, method) => method === 'GET' && path.test(requested),
    handle: async (request) => handle(request),
  };
}

/** The names asked for, in Azure's casing; all that the type has when none are. */
function knownNames({ type }: StoredResource, asked?: readonly string[]): readonly string[] {
  const known = COUNTED_METRICS[type.toLowerCase()];
  if (!known) throw badRequest(`The resource type '${type}' has no metrics in local Azure.`);
  return asked ? asked.map((name) => knownName(type, known, name)) : known;
}

function knownName(type: string, known: readonly string[], name: string): string {
  const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const [provider, ...rest] = type.split('/');
  throw badRequest(
    `Failed to find metric configuration for provider: ${provider}, resource Type: ${rest.join('/')}, ` +
      `metric: ${name}, Valid metrics: ${known.join(',')}`,
  );
}

function requireVersion(request: LocalRequest, known: readonly string[]): void {
  const version = request.query.get('api-version') ?? '';
  if (known.includes(version)) return;
  throw new ArmError(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${version}' is invalid. The supported versions are '${known.join(',')}'.`,
  );
}

/** `eventTimestamp ge '…' and resourceUri eq '…'` as a map from `name operator`, lower case, to its value. */
function readFilter(filter: string): Map<string, string> {
  const terms = new Map<string, string>();
  // The Azure CLI writes times without quotes.
  for (const [, name, operator, quoted, plain] of filter.matchAll(
    /(\w+)\s+(ge|le|eq)\s+(?:'([^']*)'|([^\s']+))/gi,
  )) {
    terms.set(`${name} ${operator}`.toLowerCase(), quoted ?? plain!);
  }
  return terms;
}

function seededId(seed: string): string {
  const random = seededRandom(seed);
  return randomUUID().replace(/[0-9a-f]/g, () => Math.floor(random() * 16).toString(16));
}

function floor(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function badRequest(message: string): ArmError {
  return new ArmError(400, 'BadRequest', message);
}
