import { SITE_TYPE } from '../core/resource-reference';
import { HEALTH_METRICS } from '../../relay/contract';
import { NOTIFICATION_HUB_TYPE } from '../../link/resource-id';
import { SYSTEM_TOPIC_TYPE } from '../event-grid/system-topic-type';
import { SUBSCRIPTION_DIMENSION, TOPIC_METRICS } from '../event-grid/topic-metrics';
import { DELIVERY_METRICS } from './event-grid-alerts';
import { guidOf } from '../core/guid';
import { WORKBOOK_QUERIES } from './queries';

/**
 * What workbooks are made of, as Azure keeps it in `serializedData` ("Notebook/1.0").
 * Source: microsoft/Application-Insights-Workbooks, schema/workbook.json and Documentation.
 */
type Item = Readonly<Record<string, unknown>>;

const TIME_RANGE = 'TimeRange';
const DAY_MS = 24 * 60 * 60_000;
/** Of the aggregations of a metric: `Total` and `Minimum`. */
const TOTAL = 1;
const MINIMUM = 2;

export function textItem(name: string, markdown: string): Item {
  return { type: 1, content: { json: markdown }, name };
}

/** What all panels but those of a month look at. */
export function timeRangeItem(): Item {
  return {
    type: 9,
    content: {
      version: 'KqlParameterItem/1.0',
      parameters: [
        {
          id: guidOf(TIME_RANGE),
          version: 'KqlParameterItem/1.0',
          name: TIME_RANGE,
          label: 'Time range',
          type: 4,
          isRequired: true,
          value: { durationMs: DAY_MS },
          typeSettings: {
            selectableValues: [DAY_MS / 24, DAY_MS / 6, DAY_MS, 7 * DAY_MS, 30 * DAY_MS].map(
              (durationMs) => ({ durationMs }),
            ),
            allowCustom: true,
          },
        },
      ],
      style: 'pills',
      queryType: 0,
      resourceType: 'microsoft.insights/components',
    },
    name: 'time range',
  };
}

/** A query over the logs of an Application Insights component, by its ARM id. */
export function queryItem(
  title: keyof typeof WORKBOOK_QUERIES,
  heading: string,
  visualization: 'timechart' | 'table',
  componentId: string,
): Item {
  return {
    type: 3,
    content: {
      version: 'KqlItem/1.0',
      query: WORKBOOK_QUERIES[title],
      size: 0,
      title: heading,
      timeContextFromParameter: TIME_RANGE,
      queryType: 0,
      resourceType: 'microsoft.insights/components',
      crossComponentResources: [componentId],
      visualization,
    },
    name: title,
  };
}

interface MetricsPanel {
  readonly name: string;
  readonly title: string;
  /** ARM type of the resources, or the namespace of metrics of an app's own. */
  readonly namespace: string;
  readonly resourceType: string;
  readonly resourceIds: readonly string[];
  readonly metrics: readonly string[];
  readonly aggregation?: number;
  readonly splitBy?: string;
  /** What it looks at, in place of the time range. */
  readonly durationMs?: number;
}

/** Metrics of Azure Monitor, a chart for all resources. */
export function metricsItem(panel: MetricsPanel): Item {
  const { name, title, namespace, resourceType, resourceIds, metrics, splitBy, durationMs } = panel;
  return {
    type: 10,
    content: {
      chartId: `workbook-${name.replaceAll(' ', '-')}`,
      version: 'MetricsItem/2.0',
      size: 0,
      chartType: 2,
      resourceType,
      metricScope: 0,
      resourceIds,
      ...(durationMs === undefined
        ? { timeContextFromParameter: TIME_RANGE, timeContext: { durationMs: DAY_MS } }
        : { timeContext: { durationMs } }),
      metrics: metrics.map((metric) => ({
        namespace: namespace.toLowerCase(),
        metric: `${namespace.toLowerCase()}--${metric}`,
        aggregation: panel.aggregation ?? TOTAL,
        splitBy: splitBy ?? null,
      })),
      title,
      gridSettings: { rowLimit: 10_000 },
    },
    name,
  };
}

/** What hubs count, a chart for all of them. Metrics of the hub itself: azure-monitor, supported metrics. */
export function hubItem(
  name: string,
  title: string,
  resourceIds: readonly string[],
  metrics: readonly string[],
  durationMs?: number,
): Item {
  const type = NOTIFICATION_HUB_TYPE;
  return metricsItem({ name, title, namespace: type, resourceType: type, resourceIds, metrics, durationMs });
}

export function eventGridItem(systemTopicId: string): Item {
  return metricsItem({
    name: 'event grid',
    title: 'Event Grid: delivered, failed attempts, given up, dropped; by subscription',
    namespace: SYSTEM_TOPIC_TYPE,
    resourceType: SYSTEM_TOPIC_TYPE,
    resourceIds: [systemTopicId],
    metrics: [TOPIC_METRICS.delivered, ...Object.values(DELIVERY_METRICS)],
    splitBy: SUBSCRIPTION_DIMENSION,
  });
}

export function healthItem(functionAppId: string): Item {
  const { link, relayHubs } = HEALTH_METRICS;
  return metricsItem({
    name: 'link health metrics',
    title: 'Health of the link and of the hubs: 1, or 0 when a check fails',
    namespace: link.namespace,
    resourceType: SITE_TYPE,
    resourceIds: [functionAppId],
    metrics: [link.name, relayHubs.name],
    aggregation: MINIMUM,
  });
}
