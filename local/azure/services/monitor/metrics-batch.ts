import { bearerClaims } from '../../core/access/bearer';
import type { Rbac } from '../../core/access/rbac';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';
import { asObject } from '../../core/arm/resource-id';
import type { OperationRequest } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import {
  ArmError,
  badRequest,
  parseJson,
  type HostService,
  type LocalRequest,
  type LocalResponse,
} from '../../core/http';

const HOST = /^([a-z0-9]+)\.metrics\.monitor\.azure\.com$/;
const PATH = /^\/subscriptions\/([^/]+)\/metrics:getBatch$/i;
const AUDIENCES = ['https://metrics.monitor.azure.com', 'https://management.azure.com'];
/** Of one request (azure-monitor, metrics data plane: batch). */
const MAX_RESOURCES = 50;
/** What a question about one resource is asked by as well. */
const PASSED = ['interval', 'metricnames', 'metricnamespace', 'aggregation', 'api-version'];

/**
 * `{region}.metrics.monitor.azure.com`: metrics of several resources of one region and subscription at once, each as ARM
 * tells them of one.
 */
export class MetricsBatch implements HostService {
  /** @param metricsOf answers `GET {scope}/providers/Microsoft.Insights/metrics` */
  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
    private readonly metricsOf: (operation: OperationRequest) => LocalResponse,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const region = HOST.exec(request.host)![1]!;
    const subscription = PATH.exec(decodeURIComponent(request.path))?.[1];
    if (request.method !== 'POST' || !subscription) {
      throw new ArmError(404, 'NotFound', `there is no ${request.method} ${request.path} of ${request.host}`);
    }
    const claims = await this.authenticate(request);
    const ids = (asObject(parseJson(request)).resourceids ?? []) as unknown[];
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_RESOURCES) {
      throw badRequest(`resourceids has to have 1 to ${MAX_RESOURCES} ids`);
    }
    return {
      status: 200,
      body: { values: ids.map((id) => this.one(String(id), request, { region, subscription }, claims)) },
    };
  }

  private one(
    id: string,
    request: LocalRequest,
    { region, subscription }: { region: string; subscription: string },
    claims: TokenClaims,
  ): Record<string, unknown> {
    const resource = this.context.store.get(id);
    if (!resource || !id.toLowerCase().startsWith(`/subscriptions/${subscription.toLowerCase()}/`)) {
      throw badRequest(`the resource '${id}' was not found in the subscription '${subscription}'`);
    }
    const place = resource.location ?? 'global';
    if (![region, 'global'].includes(place.toLowerCase().replaceAll(' ', ''))) {
      throw badRequest(`the resource '${id}' lies in '${place}', and was asked for in '${region}'`);
    }
    if (!this.rbac.allowsAction(claims.oid, 'Microsoft.Insights/metrics/read', resource.id)) {
      throw new ArmError(403, 'AuthorizationFailed', `'${claims.appid}' may not read the metrics of '${id}'`);
    }
    const { body } = this.metricsOf({
      parameters: { scope: resource.id },
      apiVersion: request.query.get('api-version') ?? '',
      caller: { objectId: claims.oid },
      request: { ...request, method: 'GET', query: questionOf(request.query) },
    });
    const { timespan, ...told } = body as { timespan: string };
    const [starttime, endtime] = timespan.split('/');
    return { starttime, endtime, ...told, resourceid: resource.id };
  }

  private async authenticate(request: LocalRequest): Promise<TokenClaims> {
    try {
      return await bearerClaims(request, this.tokens, AUDIENCES);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new ArmError(401, 'InvalidAuthenticationToken', error.message);
    }
  }
}

function questionOf(query: URLSearchParams): URLSearchParams {
  const question = new URLSearchParams();
  for (const name of PASSED) {
    const value = query.get(name);
    if (value !== null) question.set(name, value);
  }
  const [start, end] = [query.get('starttime'), query.get('endtime')];
  if (start && end) question.set('timespan', `${start}/${end}`);
  return question;
}
