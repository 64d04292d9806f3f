import { iso } from '../../core/clock';
import type { LocalAzureContext } from '../../core/context';
import { customMetric, together } from './data-plane';
import { ArmError, badRequest, type LocalResponse } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { ArmOperation, OperationRequest } from '../../core/arm/resource-type';
import type { StoredResource } from '../../core/store';
import { requireVersion } from './api-versions';
import type { MonitorDelays } from './delays';
import { COUNTED_METRICS } from './platform-metrics';

const MINUTE = 60_000;

/** "Limit 20 metrics" (Metrics, `metricnames`); the answer's words as public exporters quote them. */
const MAX_METRIC_NAMES = 20;

const API_VERSIONS = ['2018-01-01', '2019-07-01', '2021-05-01', '2023-10-01', '2024-02-01'];

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

/** What part of a metric, in which grains (minutes), added up how. Times in milliseconds since the epoch. */
interface MetricsQuery {
  readonly from: number;
  readonly to: number;
  readonly grain: number;
  readonly aggregations: readonly string[];
}

/** The metrics below a resource. */
export class MetricsReading {
  /** What ARM answers from them. */
  readonly operations: readonly ArmOperation[] = [
    {
      method: 'GET',
      path: '{scope}/providers/Microsoft.Insights/metrics',
      action: 'Microsoft.Insights/metrics/read',
      handle: (operation) => this.read(operation),
    },
    {
      method: 'GET',
      path: '{scope}/providers/Microsoft.Insights/metricDefinitions',
      action: 'Microsoft.Insights/metricDefinitions/read',
      handle: (operation) => this.definitions(operation),
    },
  ];

  constructor(
    private readonly context: LocalAzureContext,
    private readonly metrics: Metrics,
    private readonly delays: MonitorDelays,
  ) {}

  /** Answers `GET {scope}/providers/Microsoft.Insights/metrics`. */
  read(operation: OperationRequest): LocalResponse {
    const { request } = operation;
    const resource = this.resourceAt(operation);
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

  private definitions(operation: OperationRequest): LocalResponse {
    const resource = this.resourceAt(operation);
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

  private resourceAt({ apiVersion, parameters }: OperationRequest): StoredResource {
    requireVersion(apiVersion, API_VERSIONS);
    const id = parameters.scope!;
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
    const silent = this.delays.isSilent(id, name);
    const points: Record<string, unknown>[] = [];
    for (let start = from; start < to; start += grain * MINUTE) {
      const end = Math.min(start + grain * MINUTE, to);
      const seen: number[] = [];
      for (let minute = start; minute < end; minute += MINUTE) {
        if (!silent && this.delays.isVisible(id, minute, now)) seen.push(minutes.get(minute) ?? 0);
      }
      const point: Record<string, unknown> = { timeStamp: iso(start) };
      // The newest minutes come as zero or without a value, by the same seeded choice each time they are read.
      if (seen.length > 0 || this.delays.readsZero(id, start)) {
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
        .filter(([minute]) => minute >= start && minute < end && this.delays.isVisible(id, minute, now))
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

function floor(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}
