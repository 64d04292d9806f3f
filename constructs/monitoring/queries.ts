import { EVENT_OUTCOMES, RELAY_EVENT_TYPES, RELAY_FUNCTIONS } from '../../relay/contract';
import { countOf, FIELDS, KEPT, LINES, linesOf } from './relay-lines';

/** Queries of the alerts. The columns that rules compare are named in {@link COLUMNS}. */
export const COLUMNS = { kept: 'kept', latency: 'p99' } as const;

function query(...lines: readonly string[]): string {
  return lines.join('\n');
}

const RING = RELAY_EVENT_TYPES.calls[0];

/** Events that the relay kept, a row for each line of figures. */
export function deadLetters(): string {
  return query(
    ...linesOf(LINES.figures),
    `| project timestamp, ${COLUMNS.kept} = ${KEPT.map(countOf).join(' + ')}`,
  );
}

/** The slowest hundredth of rings, a row for each line of figures that has any. */
export function ringLatency(): string {
  return query(
    ...linesOf(LINES.figures),
    `| where ${FIELDS.eventType} == '${RING}'`,
    `| project timestamp, ${COLUMNS.latency} = tolong(${FIELDS.latencyP99})`,
    `| where isnotnull(${COLUMNS.latency})`,
  );
}

/**
 * Invocations that failed, a row each. Those of recordings fail on purpose, to come again; of requests over HTTP, what
 * the caller did wrong (4xx) counts for nothing. Other triggers have the code 0.
 */
export function functionFailures(): string {
  return query(
    'requests',
    `| where success == false and name != '${RELAY_FUNCTIONS.recordings}'`,
    '| where toint(resultCode) == 0 or toint(resultCode) >= 500',
  );
}

/** A row when no event came for an hour, and as many as that or more in the window before. */
export function silence(remarkable: number): string {
  return query(
    ...linesOf(LINES.figures),
    `| summarize before = sumif(tolong(${FIELDS.received}), timestamp < ago(1h)),`,
    `            lately = sumif(tolong(${FIELDS.received}), timestamp >= ago(1h))`,
    `| where before >= ${remarkable} and lately == 0`,
  );
}

/**
 * A row when the workspace stopped taking logs.
 * Source: azure-monitor-docs, azure-monitor/logs/daily-cap.md, "Alert when daily cap is reached".
 */
export function dailyCap(): string {
  return query('_LogOperation', "| where Category =~ 'Ingestion' and Detail contains 'OverQuota'");
}

/** Queries of the workbook. `{TimeRange:grain}` is the workbook's own. */
export const WORKBOOK_QUERIES = {
  outcomes: query(
    ...linesOf(LINES.figures),
    '| summarize',
    EVENT_OUTCOMES.map((outcome) => `    ['${outcome}'] = sum(${countOf(outcome)})`).join(',\n'),
    '  by bin(timestamp, {TimeRange:grain})',
  ),
  byType: query(
    ...linesOf(LINES.figures),
    `| summarize received = sum(tolong(${FIELDS.received})), pushes = sum(tolong(${FIELDS.pushes})),`,
    EVENT_OUTCOMES.map((outcome) => `    ['${outcome}'] = sum(${countOf(outcome)})`).join(',\n'),
    `  by eventType = tostring(${FIELDS.eventType})`,
    '| order by received desc',
  ),
  latency: query(
    ...linesOf(LINES.figures),
    `| where isnotnull(${FIELDS.latencyP99})`,
    `| extend what = iff(${FIELDS.eventType} == '${RING}', 'rings', 'messages')`,
    `| summarize p50 = max(tolong(${FIELDS.latencyP50})), p99 = max(tolong(${FIELDS.latencyP99}))`,
    '  by what, bin(timestamp, {TimeRange:grain})',
  ),
  deadLetters: query(
    ...linesOf(LINES.event),
    `| where ${FIELDS.outcome} in (${KEPT.map((outcome) => `'${outcome}'`).join(', ')})`,
    `| summarize events = count(), latest = max(timestamp) by reason = tostring(${FIELDS.reason}), eventType = tostring(${FIELDS.eventType})`,
    '| order by events desc',
  ),
  failures: query(
    functionFailures(),
    '| summarize failures = count() by name, bin(timestamp, {TimeRange:grain})',
  ),
  linkHealth: query(
    ...linesOf(LINES.linkHealth, LINES.hubHealth),
    `| where tolong(${FIELDS.healthy}) == 0`,
    `| project timestamp, what = tostring(line.message), failed = tostring(${FIELDS.failed}), remedy = tostring(${FIELDS.remedy})`,
    '| top 20 by timestamp',
  ),
} as const;
