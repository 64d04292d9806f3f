import { bearerClaims } from '../../core/access/bearer';
import type { LocalAzureContext } from '../../core/context';
import {
  ArmError,
  badRequest,
  type HostService,
  type LocalRequest,
  type LocalResponse,
  parseJson,
} from '../../core/http';
import type { Rbac } from '../../core/access/rbac';
import type { ResourceStore } from '../../core/store';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

const HOST = /^[a-z0-9]+\.monitoring\.azure\.com$/;
const PATH = /^(\/subscriptions\/.+)\/metrics$/i;
const AUDIENCE = 'https://monitoring.azure.com';
const WRITE = 'Microsoft.Insights/Metrics/Write';
const MINUTE = 60_000;
/** How old and how far ahead a value may be (azure-monitor/essentials/metrics-store-custom-rest-api). */
const AGE = { oldest: 20 * MINUTE, newest: 5 * MINUTE };

/** What was reported of a metric within one minute. */
export interface MetricValues {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
}

/** Values by the start of their minute, milliseconds since the epoch. */
type Minutes = Record<string, MetricValues>;

/** Azure Monitor's regional endpoints, where apps report metrics of their own for a resource. */
export class CustomMetrics implements HostService {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const asked = PATH.exec(decodeURIComponent(request.path))?.[1];
    if (request.method !== 'POST' || asked === undefined) {
      throw new ArmError(
        404,
        'NotFound',
        `local Azure does not know ${request.method} ${request.path} on ${request.host}`,
      );
    }
    const { oid, appid } = await this.authenticate(request);
    const resource = this.context.store.get(asked);
    if (!resource) throw new ArmError(404, 'ResourceNotFound', `The resource '${asked}' was not found.`);
    const region = request.host.split('.')[0]!;
    const location = String(resource.location).toLowerCase().replaceAll(' ', '');
    if (location !== region) {
      throw badRequest(
        `the metrics of a resource in ${location} are taken at ${location}.monitoring.azure.com, got ${request.host}`,
      );
    }
    if (!this.rbac.allowsDataAction(oid, WRITE, resource.id)) {
      throw new ArmError(
        403,
        'AuthorizationFailed',
        `the principal '${oid}' of application '${appid}' may not ${WRITE} at ${resource.id}; assign it ` +
          "'Monitoring Metrics Publisher'",
      );
    }
    this.keep(resource.id, parseJson(request));
    return { status: 200 };
  }

  private keep(resourceId: string, body: unknown): void {
    const { time, data } = (body ?? {}) as { time?: unknown; data?: { baseData?: unknown } };
    const { metric, namespace, series } = (data?.baseData ?? {}) as {
      metric?: unknown;
      namespace?: unknown;
      series?: unknown;
    };
    const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    const now = this.context.clock.now();
    if (!(at >= now - AGE.oldest && at <= now + AGE.newest)) {
      throw badRequest(
        `time takes a time at most 20 minutes past and 5 minutes ahead, in ISO 8601, got '${String(time)}'`,
      );
    }
    if (typeof metric !== 'string' || !metric) throw badRequest('data.baseData.metric is missing');
    if (typeof namespace !== 'string' || !namespace) throw badRequest('data.baseData.namespace is missing');
    if (!Array.isArray(series) || series.length === 0 || !series.every(isValues)) {
      throw badRequest('data.baseData.series takes objects with the numbers min, max, sum and count');
    }
    const { store } = this.context;
    const id = hiddenId(resourceId);
    const kept = store.get(id) ?? { id, name: 'metrics', type: 'Local.Azure/customMetrics', properties: {} };
    const minutes = (kept.properties[keyOf(namespace, metric)] ??= {}) as Minutes;
    const minute = String(Math.floor(at / MINUTE) * MINUTE);
    minutes[minute] = [...(minutes[minute] ? [minutes[minute]] : []), ...series].reduce(together);
    store.put(kept);
  }

  private async authenticate(request: LocalRequest): Promise<TokenClaims> {
    try {
      return await bearerClaims(request, this.tokens, [AUDIENCE]);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new ArmError(401, 'Unauthorized', error.message);
    }
  }
}

/** What was reported of one metric, by minute; undefined when nothing ever was. */
export function customMetric(
  store: ResourceStore,
  resourceId: string,
  namespace: string,
  metric: string,
): ReadonlyMap<number, MetricValues> | undefined {
  const minutes = store.get(hiddenId(resourceId))?.properties[keyOf(namespace, metric)] as
    Minutes | undefined;
  return (
    minutes && new Map(Object.entries(minutes).map(([minute, values]) => [Number(minute), values] as const))
  );
}

/** The sum of two reports. */
export function together(a: MetricValues, b: MetricValues): MetricValues {
  return {
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    count: a.count + b.count,
  };
}

function isValues(value: unknown): value is MetricValues {
  return ['min', 'max', 'sum', 'count'].every((name) =>
    Number.isFinite((value as Record<string, unknown> | null)?.[name]),
  );
}

/** Names of metrics and namespaces are told apart without case. */
function keyOf(namespace: string, metric: string): string {
  return `${namespace}/${metric}`.toLowerCase();
}

function hiddenId(resourceId: string): string {
  return `/local/custom-metrics${resourceId.toLowerCase()}`;
}
