import { badRequest, shown } from '../../core/http';
import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';
import {
  oneOf,
  oneOfDurations,
  requireActionGroups,
  requireName,
  requireSeverity,
  requireTarget,
} from './alert-rules';

const TYPE = 'Microsoft.Insights/scheduledQueryRules';

/** What Azure lists when it refuses others (Azure/azure-rest-api-specs#21258), and the minute that came later. */
const GRANULARITIES = [
  'PT5M',
  'PT10M',
  'PT15M',
  'PT30M',
  'PT45M',
  'PT1H',
  'PT2H',
  'PT3H',
  'PT4H',
  'PT5H',
  'PT6H',
  'P1D',
];
const FREQUENCIES = ['PT1M', ...GRANULARITIES];
const WINDOWS = ['PT1M', ...GRANULARITIES, 'P2D'];
const MUTES = [...GRANULARITIES, 'P2D'];
const OVERRIDES = ['PT20M', ...GRANULARITIES, 'P2D'];
/** "Limited to a maximum of two days" (azure-monitor-docs, alerts/alerts-create-log-alert-rule.md, as all below). */
const LONGEST_RANGE = 2880;
const MAX_DIMENSIONS = 6;
const MAX_BYTES = 64 * 1024;
/** Operations that no query of a rule may have, and more that a rule by the minute may not have. */
const NEVER = /\b(bag_unpack|pivot|narrow)\s*\(|\bAggregatedValue\b/;
const NOT_BY_THE_MINUTE = /\b(search|union|take|limit|adx)\b|\bingestion_time\s*\(/;
const OPERATORS = ['Equals', 'Equal', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'];
const AGGREGATIONS = ['Count', 'Average', 'Minimum', 'Maximum', 'Total'];
const FORBIDDEN_IN_NAMES = /[*<>%{}&:\\?/#\u0000-\u001f]/;

interface Condition {
  readonly query?: string;
  readonly timeAggregation?: unknown;
  readonly metricMeasureColumn?: string;
  readonly operator?: unknown;
  readonly threshold?: unknown;
  readonly dimensions?: readonly { name?: string; operator?: unknown; values?: readonly string[] }[];
  readonly failingPeriods?: { numberOfEvaluationPeriods?: number; minFailingPeriodsToAlert?: number };
}

/** Microsoft.Insights/scheduledQueryRules of kind LogAlert, checked as Azure checks them. No query runs. */
export function scheduledQueryRules({ store }: LocalAzureContext): ResourceType {
  return {
    type: TYPE,
    apiVersions: ['2021-08-01', '2022-06-15', '2023-03-15-preview', '2023-12-01', '2025-01-01-preview'],
    put(request) {
      requireName(request.id, FORBIDDEN_IN_NAMES);
      const { location, kind = 'LogAlert', properties = {} } = bodyOf(request);
      oneOf('kind', kind, ['LogAlert']);
      if (!location || location.toLowerCase() === 'global') {
        throw badRequest(`the location of a log search alert is a region; got ${shown(location)}`);
      }
      requireSeverity(properties.severity);
      const scopes = (properties.scopes ?? []) as unknown[];
      if (scopes.length !== 1) throw badRequest(`a log search alert has one scope; got ${scopes.length}`);
      requireTarget(store, scopes[0]);
      const frequency = oneOfDurations('evaluationFrequency', properties.evaluationFrequency, FREQUENCIES);
      const window = oneOfDurations('windowSize', properties.windowSize, WINDOWS);
      const conditions = ((properties.criteria ?? {}) as { allOf?: Condition[] }).allOf ?? [];
      if (conditions.length !== 1) {
        throw badRequest(`a log search alert has one condition; got ${conditions.length}`);
      }
      requireTimes(properties, { frequency, window, periods: requireCondition(conditions[0]!, frequency) });
      if (properties.checkWorkspaceAlertsStorageConfigured === true) {
        throw badRequest('the workspace has no storage account linked for alerts');
      }
      const { actionGroups = [] } = (properties.actions ?? {}) as { actionGroups?: unknown[] };
      requireActionGroups(store, actionGroups);
      if (Buffer.byteLength(JSON.stringify(properties)) > MAX_BYTES) {
        throw badRequest('the properties of a log search alert have at most 64 KB');
      }
      const existing = request.existing?.properties;
      return {
        ...resourceOf(request, TYPE, {
          createdWithApiVersion: existing?.createdWithApiVersion ?? request.apiVersion,
          isLegacyLogAnalyticsRule: false,
          isWorkspaceAlertsStorageConfigured: false,
        }),
        kind,
        etag: `"${randomUUID()}"`,
      };
    },
  };
}

/** The number of periods that the condition is looked at for. Throws ArmError. */
function requireCondition(condition: Condition, frequency: number): number {
  const { query, timeAggregation, metricMeasureColumn, operator, threshold, dimensions = [] } = condition;
  if (!query?.trim()) throw badRequest('a condition needs a query');
  if (NEVER.test(query)) {
    throw badRequest(
      'queries of log search alerts have neither bag_unpack(), pivot(), narrow() nor AggregatedValue',
    );
  }
  if (frequency === 1 && NOT_BY_THE_MINUTE.test(query)) {
    throw badRequest(
      "Couldn't optimize this query so the selected frequency was not supported. Try selecting a different frequency",
    );
  }
  oneOf('operator', operator, OPERATORS);
  oneOf('timeAggregation', timeAggregation, AGGREGATIONS);
  if ((timeAggregation === 'Count') !== (metricMeasureColumn === undefined)) {
    throw badRequest(
      `timeAggregation ${timeAggregation} goes with metricMeasureColumn, and Count without it`,
    );
  }
  if (typeof threshold !== 'number') throw badRequest(`threshold is a number; got ${shown(threshold)}`);
  if (dimensions.length > MAX_DIMENSIONS) {
    throw badRequest(`a condition has ${MAX_DIMENSIONS} dimensions at most; got ${dimensions.length}`);
  }
  for (const { name, operator: by, values = [] } of dimensions) {
    if (!name) throw badRequest('a dimension needs a name');
    oneOf(`operator of dimension ${name}`, by, ['Include', 'Exclude']);
    if (values.length === 0) throw badRequest(`dimension ${name} needs values`);
  }
  const { numberOfEvaluationPeriods: all = 1, minFailingPeriodsToAlert: least = 1 } =
    condition.failingPeriods ?? {};
  if (least < 1 || least > all || all > 6) {
    throw badRequest(`failingPeriods are 1 to 6, no more failing than evaluated; got ${least} of ${all}`);
  }
  return all;
}

function requireTimes(
  properties: Record<string, unknown>,
  {
    frequency,
    window,
    periods,
  }: { readonly frequency: number; readonly window: number; readonly periods: number },
): void {
  const { muteActionsDuration, overrideQueryTimeRange, autoMitigate = true } = properties;
  const range = window * periods;
  if (window === 1 && frequency !== 1) throw badRequest('windowSize PT1M needs evaluationFrequency PT1M');
  if (frequency > window) throw badRequest('evaluationFrequency is longer than windowSize');
  if (range > LONGEST_RANGE) {
    throw badRequest('windowSize times numberOfEvaluationPeriods is two days at most');
  }
  if (overrideQueryTimeRange !== undefined) {
    const override = oneOfDurations('overrideQueryTimeRange', overrideQueryTimeRange, OVERRIDES);
    if (override < range) {
      throw badRequest(
        'overrideQueryTimeRange is no shorter than windowSize times numberOfEvaluationPeriods',
      );
    }
  }
  if (muteActionsDuration !== undefined) {
    const mute = oneOfDurations('muteActionsDuration', muteActionsDuration, MUTES);
    if (autoMitigate === true) throw badRequest('muteActionsDuration needs autoMitigate to be false');
    // Its words as people quote them (Azure/azure-cli#26581).
    if (frequency > mute) throw badRequest('EvaluationFrequency cannot be greater than MuteActionsDuration');
  }
}
