import type { EventOutcome } from '../../relay/contract';

/**
 * The relay's log lines as queries over them read them: JSON in `message` of Application Insights' `traces`. Every name
 * of a field that a query of ours asks for stands here; a test holds them against the lines that the relay writes.
 */
export const LINES = {
  figures: 'metrics',
  event: 'event handled',
  linkHealth: 'link health',
  hubHealth: 'relay hub health',
} as const;

type Line = (typeof LINES)[keyof typeof LINES];

/** Those of events that no push can be made of, whether they could be kept or not. */
export const KEPT = ['dead-lettered', 'unkept'] as const satisfies readonly EventOutcome[];

/** Fields of the lines, as KQL reads them from `line`. */
export const FIELDS = {
  eventType: 'line.eventType',
  received: 'line.received',
  pushes: 'line.pushes',
  latencyP50: 'line.latencyP50Ms',
  latencyP99: 'line.latencyP99Ms',
  outcome: 'line.outcome',
  reason: 'line.reason',
  healthy: 'line.healthy',
  failed: 'line.failed',
  remedy: 'line.remedy',
} as const;

/** The number of events with that outcome, among the figures. */
export function countOf(outcome: EventOutcome): string {
  return `coalesce(tolong(line['${outcome}']), 0)`;
}

/** The lines with one of those messages, each as `line`. */
export function linesOf(...messages: readonly [Line, ...Line[]]): string[] {
  const texts = messages.map((message) => `'${message}'`).join(', ');
  const several = messages.length > 1;
  return [
    'traces',
    // The index of words narrows down what is parsed.
    `| where message ${several ? `has_any (${texts})` : `has ${texts}`}`,
    '| extend line = parse_json(message)',
    `| where line.message ${several ? `in (${texts})` : `== ${texts}`}`,
  ];
}
