import { badRequest, shown } from '../../core/http';
import type { LocalAzureContext } from '../../core/context';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';
import type { StoredResource } from '../../core/store';
import {
  isContainer,
  oneOf,
  oneOfDurations,
  requireActionGroups,
  requireName,
  requireSeverity,
  requireTarget,
} from './alert-rules';
import { PLATFORM_METRICS, type PlatformMetric } from './platform-metrics';

const TYPE = 'Microsoft.Insights/metricAlerts';
const FREQUENCIES = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H'];
const WINDOWS = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'];
/** The portal's and the templates' least for dynamic thresholds (MicrosoftDocs/azure-docs#81625). */
const LEAST_DYNAMIC = 5;
const AGGREGATIONS = ['Average', 'Count', 'Maximum', 'Minimum', 'Total'];
const STATIC_OPERATORS = ['Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'];
const DYNAMIC_OPERATORS = ['GreaterThan', 'LessThan', 'GreaterOrLessThan'];
const DIMENSION_OPERATORS = ['Include', 'Exclude', 'StartsWith'];
/** The most that is taken to be allowed; no source read here says it. */
const MAX_CRITERIA = 5;
const SINGLE = 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria';
const MULTIPLE = 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria';
/** Many resources in one rule are for some types alone (alerts/alerts-types.md); of those local Azure has this one. */
const MULTI_RESOURCE_TYPES = ['microsoft.keyvault/vaults'];
const FORBIDDEN_IN_NAMES = /[*#&+:<>?@%{}\\/\u0000-\u001f]/;

interface Criterion {
  readonly criterionType?: string;
  readonly name?: string;
  readonly metricName?: string;
  readonly metricNamespace?: string;
  readonly operator?: unknown;
  readonly timeAggregation?: unknown;
  readonly threshold?: unknown;
  readonly skipMetricValidation?: boolean;
  readonly alertSensitivity?: unknown;
  readonly ignoreDataBefore?: string;
  readonly failingPeriods?: { numberOfEvaluationPeriods?: number; minFailingPeriodsToAlert?: number };
  readonly dimensions?: readonly { name?: string; operator?: unknown; values?: readonly string[] }[];
}

/** Microsoft.Insights/metricAlerts, checked as Azure checks them. None fires. */
export function metricAlerts({ store }: LocalAzureContext): ResourceType {
  return {
    type: TYPE,
    apiVersions: ['2018-03-01', '2024-03-01-preview'],
    put(request) {
      requireName(request.id, FORBIDDEN_IN_NAMES);
      const { location, properties = {} } = bodyOf(request);
      if (location?.toLowerCase() !== 'global') {
        throw badRequest(`the location of a metric alert is 'global'; got ${shown(location)}`);
      }
      requireSeverity(properties.severity);
      const target = requireScopes(
        (properties.scopes ?? []) as unknown[],
        (scope) => requireTarget(store, scope),
        properties,
      );
      const frequency = oneOfDurations('evaluationFrequency', properties.evaluationFrequency, FREQUENCIES);
      const window = oneOfDurations('windowSize', properties.windowSize, WINDOWS);
      if (frequency > window) {
        throw badRequest(
          `evaluationFrequency ${properties.evaluationFrequency} is longer than windowSize ${properties.windowSize}`,
        );
      }
      const criteria = (properties.criteria ?? {}) as { 'odata.type'?: string; allOf?: Criterion[] };
      requireCriteria(criteria, target, { frequency, window });
      const actions = (properties.actions ?? []) as { actionGroupId?: unknown }[];
      requireActionGroups(
        store,
        actions.map(({ actionGroupId }) => actionGroupId),
      );
      return resourceOf(request, TYPE, { autoMitigate: properties.autoMitigate ?? true });
    },
  };
}

function requireScopes(
  scopes: readonly unknown[],
  find: (scope: unknown) => StoredResource,
  { targetResourceType, targetResourceRegion }: Record<string, unknown>,
): StoredResource {
  const targets = scopes.map(find);
  const [first] = targets;
  if (!first) throw badRequest('a metric alert needs a scope');
  if (targets.length > 1 || isContainer(first)) {
    const type = String(targetResourceType ?? '').toLowerCase();
    if (!type || !targetResourceRegion) {
      throw badRequest(
        'several scopes, groups and subscriptions need targetResourceType and targetResourceRegion',
      );
    }
    if (!MULTI_RESOURCE_TYPES.includes(type)) {
      throw badRequest(`one alert on several resources of type '${targetResourceType}' is not supported`);
    }
  }
  return first;
}

function requireCriteria(
  { 'odata.type': kind, allOf = [] }: { 'odata.type'?: string; allOf?: readonly Criterion[] },
  target: StoredResource,
  minutes: { readonly frequency: number; readonly window: number },
): void {
  // Alerts on web tests need one, which local Azure does not have.
  oneOf('criteria odata.type', kind, [SINGLE, MULTIPLE]);
  if (allOf.length === 0 || allOf.length > MAX_CRITERIA) {
    throw badRequest(`a metric alert has 1 to ${MAX_CRITERIA} criteria; got ${allOf.length}`);
  }
  const names = new Set(allOf.map(({ name }) => name));
  if (names.has(undefined) || names.has('') || names.size < allOf.length) {
    throw badRequest('each criterion has a name of its own');
  }
  const dynamic = allOf.filter(isDynamic);
  if (dynamic.length > 0 && (kind === SINGLE || allOf.length > 1)) {
    throw badRequest(
      'a dynamic criterion is the only one of its rule, by MultipleResourceMultipleMetricCriteria',
    );
  }
  for (const criterion of allOf) {
    const metric = requireMetric(criterion, target);
    if (metric?.grain && minutes.window < metric.grain) {
      throw badRequest(`the metric '${criterion.metricName}' has grains of ${metric.grain} minutes and more`);
    }
    requireDimensions(criterion, metric, allOf.length > 1);
    if (isDynamic(criterion)) requireDynamic(criterion, minutes);
    else requireStatic(criterion);
  }
}

function isDynamic({ criterionType }: Criterion): boolean {
  return criterionType === 'DynamicThresholdCriterion';
}

/** What Azure knows of the metric; undefined of one that may come later. Throws ArmError. */
function requireMetric(criterion: Criterion, target: StoredResource): PlatformMetric | undefined {
  const { metricName, metricNamespace = target.type, skipMetricValidation, timeAggregation } = criterion;
  if (!metricName) throw badRequest('a criterion needs metricName');
  oneOf('timeAggregation', timeAggregation, AGGREGATIONS);
  const platform =
    metricNamespace.toLowerCase() === target.type.toLowerCase()
      ? PLATFORM_METRICS[target.type.toLowerCase()]
      : undefined;
  const found = Object.entries(platform ?? {}).find(
    ([name]) => name.toLowerCase() === metricName.toLowerCase(),
  );
  if (!found) {
    if (skipMetricValidation === true) return undefined;
    throw badRequest(
      `Couldn't find a metric named ${metricName} in ${metricNamespace} of ${target.id}. A metric that was not yet ` +
        'emitted needs skipMetricValidation.',
    );
  }
  const [, metric] = found;
  if (!metric.aggregations.some((one) => one === timeAggregation)) {
    throw badRequest(
      `the metric '${metricName}' is added up by ${metric.aggregations.join(', ')}; got ${shown(timeAggregation)}`,
    );
  }
  return metric;
}

function requireDimensions(
  { dimensions = [], metricName }: Criterion,
  metric: PlatformMetric | undefined,
  several: boolean,
): void {
  for (const { name, operator, values = [] } of dimensions) {
    if (!name || (metric && !metric.dimensions.some((one) => one.toLowerCase() === name.toLowerCase()))) {
      throw badRequest(
        `the metric '${metricName}' has the dimensions ${shown(metric?.dimensions ?? [])}; got ${shown(name)}`,
      );
    }
    oneOf(`operator of dimension ${name}`, operator, DIMENSION_OPERATORS);
    if (values.length === 0) throw badRequest(`dimension ${name} needs values`);
    // Said by azure-cli of the service (Azure/azure-cli#13469).
    if (several && (values.length > 1 || values[0] === '*')) {
      throw badRequest(`dimension ${name}: with several criteria a dimension has one value`);
    }
  }
}

function requireStatic({ criterionType, operator, threshold }: Criterion): void {
  if (criterionType !== undefined) oneOf('criterionType', criterionType, ['StaticThresholdCriterion']);
  oneOf('operator', operator, STATIC_OPERATORS);
  if (typeof threshold !== 'number') throw badRequest(`threshold is a number; got ${shown(threshold)}`);
}

function requireDynamic(
  { operator, alertSensitivity, failingPeriods = {}, ignoreDataBefore }: Criterion,
  { frequency, window }: { readonly frequency: number; readonly window: number },
): void {
  oneOf('operator', operator, DYNAMIC_OPERATORS);
  oneOf('alertSensitivity', alertSensitivity, ['Low', 'Medium', 'High']);
  if (frequency < LEAST_DYNAMIC || window < LEAST_DYNAMIC) {
    throw badRequest('dynamic thresholds need an evaluationFrequency and a windowSize of PT5M or more');
  }
  const { numberOfEvaluationPeriods: all = 0, minFailingPeriodsToAlert: least = 0 } = failingPeriods;
  if (least < 1 || least > all || all > 6) {
    throw badRequest(`failingPeriods are 1 to 6, no more failing than evaluated; got ${least} of ${all}`);
  }
  if (ignoreDataBefore !== undefined && !Number.isFinite(Date.parse(ignoreDataBefore))) {
    throw badRequest(`ignoreDataBefore is a time in ISO 8601; got '${ignoreDataBefore}'`);
  }
}
