/** How an alert looks at what it watches. What is left out keeps the alert's default, see docs/monitoring.md. */
export interface AlertSettings {
  /** From 0 (critical) to 4 (verbose). @default - the alert's own, see `ALERTS`; 3 for an alert of a `Metric` */
  readonly severity?: number;
  /**
   * The span that one evaluation looks at, in ISO 8601: `PT15M`.
   * @default - the alert's own, see `ALERTS`; 'PT15M' for an alert of a `Metric`
   */
  readonly window?: string;
  /**
   * How often it is evaluated, in ISO 8601; no longer than the window.
   * @default - the alert's own, see `ALERTS`; 'PT5M' for an alert of a `Metric`
   */
  readonly frequency?: string;
  /** It fires above this; what it counts is said with each alert. @default - the alert's own, see `ALERTS` */
  readonly threshold?: number;
}

/** What is known of an alert before anybody set anything. */
export interface AlertDefinition {
  /** `metric`: a rule on platform metrics. `log`: a rule that runs a query. */
  readonly kind: 'metric' | 'log';
  /** What it looks at: without it there is no such alert. */
  readonly of: 'hubs' | 'pushes' | 'systemTopic' | 'relay' | 'workspace';
  /** Its settings where none are given. */
  readonly defaults: Required<AlertSettings>;
  /** False when it has to be asked for. */
  readonly on: boolean;
  /** What the threshold is a number of. */
  readonly unit: string;
  /** What has happened, and what it means to people. */
  readonly says: string;
  /** What to do first. */
  readonly todo: string;
  /** Its section of docs/runbook.md; also what the names of its rules say. */
  readonly anchor: string;
}

const QUARTER = { window: 'PT15M', frequency: 'PT5M' } as const;

/** The alerts of `PushMonitoring`, by the names of their settings. */
export const ALERTS = {
  refusedCredentials: {
    kind: 'metric',
    of: 'hubs',
    defaults: { ...QUARTER, severity: 1, threshold: 0 },
    on: true,
    unit: 'pushes refused, for each hub and push service',
    says: "A push service refuses the hub's credential: no push of that hub reaches its devices.",
    todo: 'Make a new key at Apple or Google, put it where the deploy reads it, and deploy.',
    anchor: 'refused-credentials',
  },
  pushQuota: {
    kind: 'metric',
    of: 'pushes',
    defaults: { window: 'P1D', frequency: 'PT1H', severity: 3, threshold: 0.8 },
    on: true,
    unit: "share of a day's part of the tier's monthly pushes, for each hub",
    says: "At this pace the tier's pushes are used up before the month ends: Free stops then, Basic and Standard bill each further one.",
    todo: 'Look in the workbook at what the month comes to, and take the next tier before it ends.',
    anchor: 'push-quota',
  },
  failedDeliveries: {
    kind: 'metric',
    of: 'systemTopic',
    defaults: { ...QUARTER, severity: 2, threshold: 20 },
    on: true,
    unit: 'failed attempts, for each event subscription',
    says: 'Event Grid cannot deliver events: rings are lost after a minute, everything else comes late.',
    todo: 'Look at the requests of the Function App: why do they fail?',
    anchor: 'failed-deliveries',
  },
  undelivered: {
    kind: 'metric',
    of: 'systemTopic',
    defaults: { ...QUARTER, severity: 1, threshold: 0 },
    on: true,
    unit: 'events, for each event subscription',
    says: 'Event Grid gave up events and kept them as dead letters: nobody was told of them.',
    todo: 'Mend what failed, then replay them: acs-push replay.',
    anchor: 'undelivered',
  },
  droppedEvents: {
    kind: 'metric',
    of: 'systemTopic',
    defaults: { ...QUARTER, severity: 1, threshold: 0 },
    on: true,
    unit: 'events, for each event subscription',
    says: 'Event Grid dropped events: they are lost, and nobody was told of them.',
    todo: 'See that the subscriptions have a dead-letter container, and that their identity may write into it.',
    anchor: 'dropped-events',
  },
  deadLetters: {
    kind: 'log',
    of: 'relay',
    defaults: { window: 'PT15M', frequency: 'PT15M', severity: 2, threshold: 0 },
    on: true,
    unit: 'events',
    says: 'The relay got events that it can make no push of, and kept them with the reason.',
    todo: 'Read the reasons: acs-push replay --list.',
    anchor: 'dead-letters',
  },
  ringLatency: {
    kind: 'log',
    of: 'relay',
    defaults: { ...QUARTER, severity: 2, threshold: 5000 },
    on: true,
    unit: 'milliseconds from the event to the hub, of the slowest hundredth, worst instance',
    says: 'Rings come late: a call rings for 30 seconds, and this much of it is gone before the hub has the push.',
    todo: 'Look for cold starts, throttled storage and a hub that answers slowly.',
    anchor: 'ring-latency',
  },
  functionFailures: {
    kind: 'log',
    of: 'relay',
    defaults: { window: 'PT15M', frequency: 'PT15M', severity: 2, threshold: 5 },
    on: true,
    unit: 'failed invocations, without those of recordings, which fail until it is known who is to be told',
    says: "The relay's functions fail.",
    todo: 'Read the exceptions, and undo the last deploy if they began with it.',
    anchor: 'function-failures',
  },
  dailyCap: {
    kind: 'log',
    of: 'workspace',
    defaults: { window: 'PT15M', frequency: 'PT15M', severity: 2, threshold: 0 },
    on: true,
    unit: 'reports of the workspace',
    says: 'The workspace has reached its daily cap and takes no more logs today: alerts on logs see nothing until it resets.',
    todo: 'Find out what wrote so much, then raise the cap or write less.',
    anchor: 'daily-cap',
  },
  silence: {
    kind: 'log',
    of: 'relay',
    defaults: { window: 'P1D', frequency: 'PT1H', severity: 2, threshold: 100 },
    on: false,
    unit: 'events in the day before, from which on an hour without any is remarkable',
    says: 'For an hour no event has come, although there were many in the day before.',
    todo: 'See whether Communication Services still raises events and its subscriptions are still there.',
    anchor: 'silence',
  },
} as const satisfies Record<string, AlertDefinition>;

/** The name of an alert in `alerts`. */
export type AlertName = keyof typeof ALERTS;

/** The id of an alert's rule where it has one alone: `RingLatency`. */
export function ruleId(name: AlertName): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** The alert on what the relay reports of the link and of its hubs; see `LinkHealthAlert`. */
export const LINK_HEALTH = {
  kind: 'metric',
  of: 'relay',
  defaults: { ...QUARTER, severity: 1, threshold: 1 },
  on: true,
  unit: 'fixed: a report below it says that a check failed',
  says: 'The link, or a hub of the relay, is broken, or its pushes reach no device.',
  todo: 'Run acs-push verify: it names the check that fails, and the remedy.',
  anchor: 'link-health',
} as const satisfies AlertDefinition;

/** Where alerts send whoever is called, unless another address is given. */
export const RUNBOOK = 'docs/runbook.md';

/** The line of an alert that says what it means, what to do, and where to read on. */
export function descriptionOf(
  { says, todo, anchor }: Pick<AlertDefinition, 'says' | 'todo' | 'anchor'>,
  runbookUrl: string = RUNBOOK,
): string {
  return `${says} ${todo} ${runbookUrl}#${anchor}`;
}
