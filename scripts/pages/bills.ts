import {
  A,
  billedGigabytes,
  FIVE_MINUTE_RUNS,
  INSTANCE_GB_SECONDS,
  type Load,
  LOG_BYTES,
  LONE_RUN_GB_SECONDS,
} from './load';
import { line, type Line } from './reckoning';

/** What a page's example costs. */
export interface Bill {
  /** In a month in which nothing happens. */
  readonly atRest: readonly Line[];
  /** For a million of what `unit` says, at a million events a day. */
  readonly perMillion: readonly Line[];
  readonly unit: string;
}

const MILLION = 1_000_000;
const HOURS_OF_MONTH = 730;
/** Alerts that are on by default, with three subscriptions and two hubs for both platforms: docs/monitoring.md. */
const METRIC_SERIES = 17;

const namespace = (sku: 'basic' | 'standard') =>
  line(`namespace, ${title(sku)}`, `hub-${sku}`, 1, '10 million pushes of a month are in it');

/** A hub's part of a million events, by the pushes of a month: one for each event. */
export function hubLine(sku: 'basic' | 'standard', { millionEvents }: Load): Line {
  const beyond = Math.max(millionEvents - 10, 0);
  const amounts =
    sku === 'basic'
      ? [{ meter: 'hub-basic-pushes', quantity: beyond }]
      : [
          { meter: 'hub-standard-pushes', quantity: Math.min(beyond, 90) },
          { meter: 'hub-standard-pushes-100m', quantity: Math.max(millionEvents - 100, 0) },
        ];
  return {
    part: `hub, ${title(sku)}`,
    amounts: [{ meter: `hub-${sku}`, quantity: 1 }, ...amounts],
    per: millionEvents,
  };
}

const published = line('Event Grid: events come in', 'event-grid', 1);
const delivered = line('Event Grid: they are delivered', 'event-grid', 1);
const executions = line('executions', 'flex-executions', 1);

function executionTime({ millionEvents, instances }: Load): Line {
  const because = `${instances === 1 ? 'an instance' : `${instances} instances`} of 2,048 MB that ${instances === 1 ? 'is' : 'are'} never idle`;
  return {
    part: 'execution time',
    amounts: [{ meter: 'flex-time', quantity: instances * INSTANCE_GB_SECONDS }],
    per: millionEvents,
    because,
  };
}

const tables = line(
  'tables',
  'table-operations',
  (2 * MILLION) / 10_000,
  'two changes an event, if each counts (U)',
);
const logs = line(
  'logs',
  'logs',
  billedGigabytes(MILLION, LOG_BYTES.event),
  '2,727 bytes an event, three quarters of it billed',
);
const packageBlob = line('blobs: the package', 'blob', 0.001, 'about a megabyte');

/** A timer of the app that goes off every five minutes, whose runs wake an instance each. */
function timer(what: string): Line[] {
  return [
    line(
      `${what}: execution time`,
      'flex-time',
      FIVE_MINUTE_RUNS * LONE_RUN_GB_SECONDS,
      'a second of 2 GB every five minutes',
    ),
    line(`${what}: logs`, 'logs', billedGigabytes(FIVE_MINUTE_RUNS, LOG_BYTES.request), '1,266 bytes a run'),
  ];
}

/** What a relay's part of a million events is, without the hub. */
export function relayLines(load: Load): Line[] {
  return [published, delivered, executions, executionTime(load), tables, logs];
}

const relayAtRest = [packageBlob, ...timer('the timer that looks after waiting events')];
const nothing: Bill = { atRest: [], perMillion: [], unit: 'pushes' };

/** By the page. */
export const BILLS: Readonly<Record<string, Bill>> = {
  'push-notifications': {
    atRest: [namespace('basic'), ...relayAtRest],
    perMillion: [...relayLines(A), hubLine('basic', A)],
    unit: 'events',
  },
  'communication-service': { ...nothing, unit: 'pushes' },
  'notification-hub-namespace': {
    atRest: [namespace('basic')],
    perMillion: [line('pushes above 10 million of a month, Basic', 'hub-basic-pushes', 1)],
    unit: 'pushes',
  },
  'notification-hub': {
    atRest: [namespace('basic')],
    perMillion: [line('pushes above 10 million of a month, Basic', 'hub-basic-pushes', 1)],
    unit: 'pushes',
  },
  'send-only-policy': nothing,
  'listen-only-policy': nothing,
  'notification-hub-link': nothing,
  'communication-events': { atRest: [], perMillion: [published, delivered], unit: 'events' },
  'system-topic': { atRest: [], perMillion: [published], unit: 'events' },
  'event-subscription': { atRest: [], perMillion: [delivered], unit: 'events' },
  'event-destinations': {
    atRest: [],
    perMillion: [
      delivered,
      line('storage queue: put, get, delete', 'queue-operations', (3 * MILLION) / 10_000),
    ],
    unit: 'events',
  },
  'link-verification': nothing,
  'hub-verification': nothing,
  'push-relay': {
    atRest: relayAtRest,
    perMillion: [delivered, executions, executionTime(A), tables, logs],
    unit: 'events',
  },
  'devices-api-app': {
    atRest: [packageBlob],
    perMillion: [
      executions,
      executionTime(A),
      line(
        'logs: the request',
        'logs',
        billedGigabytes(MILLION, LOG_BYTES.request),
        '1,266 bytes a request, three quarters of it billed',
      ),
    ],
    unit: 'requests',
  },
  'push-monitoring': {
    atRest: [
      line(
        'alerts on metrics',
        'metric-alert-series',
        METRIC_SERIES,
        'three subscriptions, two hubs for both platforms',
      ),
      line('alerts on logs, every 15 minutes', 'log-alert-15m', 3),
      line('alert on logs, every 5 minutes', 'log-alert-5m', 1),
    ],
    perMillion: [],
    unit: 'events',
  },
  'monitoring-workbook': nothing,
  'monitoring-action-group': {
    atRest: [],
    perMillion: [line('e-mails', 'alert-emails', MILLION)],
    unit: 'e-mails',
  },
  'monitoring-diagnostics': nothing,
  'link-health-alert': {
    atRest: [
      line('alerts on metrics', 'metric-alert-series', 2),
      ...timer('the timer that looks at the link'),
    ],
    perMillion: [],
    unit: 'pushes',
  },
  'private-endpoint': {
    atRest: [line('an endpoint', 'private-endpoint-hours', HOURS_OF_MONTH)],
    perMillion: [line('a kilobyte of data each', 'private-endpoint-data', MILLION / 1e6)],
    unit: 'requests',
  },
  'private-networking': {
    atRest: [line('endpoints: blob, table, sites', 'private-endpoint-hours', 3 * HOURS_OF_MONTH)],
    perMillion: [
      line('10 kilobytes an event (an assumption)', 'private-endpoint-data', (10 * MILLION) / 1e6),
    ],
    unit: 'events',
  },
  'keyless-storage-account': {
    atRest: [line('a gigabyte of blobs', 'blob', 1)],
    perMillion: [line('blobs written', 'blob-writes', MILLION / 10_000)],
    unit: 'blobs',
  },
  credentials: {
    atRest: [],
    perMillion: [line('reads of a secret in a vault', 'key-vault-operations', MILLION / 10_000)],
    unit: 'reads',
  },
  'code-publishers': nothing,
  grants: nothing,
  metric: {
    atRest: [line('an alert on one series', 'metric-alert-series', 1)],
    perMillion: [],
    unit: 'pushes',
  },
  azapi: nothing,
};

function title(sku: string): string {
  return sku[0]!.toUpperCase() + sku.slice(1);
}
