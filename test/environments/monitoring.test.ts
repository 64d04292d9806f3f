import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { prod } from '../../environments/prod';
import { EnvironmentError, parseEnvironment } from '../../environments/schema';
import { ensureAssets } from '../support/assets';
import { ACS_ID } from '../support/samples';
import { newApp, synth } from '../support/synth';

const SAMPLE = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers';

const parse = (over: object) => parseEnvironment('environments/local.ts', { ...local, ...over });

function problems(over: object): readonly string[] {
  try {
    parse(over);
  } catch (error) {
    return (error as EnvironmentError).problems;
  }
  return [];
}

beforeAll(ensureAssets);

test('is on in production and off elsewhere', () => {
  expect(prod.monitoring).toEqual({ emails: ['oncall@contoso.com'] });
  expect(local.monitoring).toBeUndefined();
});

test('has nothing to be said of it but who is told', () => {
  expect(parse({ monitoring: { emails: ['a@contoso.com'] } }).monitoring).toEqual({
    emails: ['a@contoso.com'],
    webhooks: [],
    actionGroupIds: [],
    alerts: {},
    communicationLogs: [],
    workbook: true,
  });
});

test('passes what is said on to the stack', () => {
  const environment = parse({
    events: { target: 'relay', dailyLogCapGb: 2.5 },
    linkHealthAlert: false,
    monitoring: {
      emails: ['a@contoso.com'],
      alerts: { droppedEvents: false, silence: true, ringLatency: { threshold: 2000, severity: 1 } },
      communicationLogs: ['CallSummary'],
      runbookUrl: 'https://wiki.contoso.com/push',
    },
  });
  const json = synth(new EnvironmentStack(newApp(), environment));
  const logs = json.resources('azurerm_monitor_scheduled_query_rules_alert_v2');
  const ring = logs.find(({ name }) => name.endsWith('ring-latency'))!;
  expect([ring.severity, ring.criteria[0].threshold]).toEqual([1, 2000]);
  expect(ring.description).toMatch(/ https:\/\/wiki\.contoso\.com\/push#ring-latency$/);
  const metrics = json.resources('azurerm_monitor_metric_alert').map(({ name }) => name);
  expect(metrics.filter((name) => /dropped-events|-link$/.test(name))).toEqual([]);
  expect(logs.map(({ name }) => name)).toContain('alert-contoso-local-silence');
  expect(json.resource('azurerm_log_analytics_workspace').daily_quota_gb).toBe(2.5);
  expect(json.resources('azurerm_monitor_diagnostic_setting')).toHaveLength(3);
});

test('says each mistake at its field, all together', () => {
  expect(
    problems({
      events: { target: 'relay', dailyLogCapGb: 0 },
      linkHealthAlert: { frequency: 'PT2M' },
      monitoring: {
        emails: ['nobody'],
        webhooks: [{ url: 'http://hooks.contoso.com' }],
        actionGroupIds: [ACS_ID],
        alerts: {
          ringLatency: { severity: 9, window: 'PT7M' },
          dropped: false,
          undelivered: 'off',
        },
        monthlyPushes: -1,
        communicationLogs: ['call summary'],
      },
    }),
  ).toEqual([
    "events.dailyLogCapGb: takes gigabytes, a number above 0, for example '5', got 0",
    "linkHealthAlert.frequency: takes one of PT1M, PT5M, PT15M, PT30M, PT1H; got 'PT2M'",
    "monitoring.emails.0: takes an e-mail address, for example 'oncall@contoso.com', got 'nobody'",
    "monitoring.webhooks.0.url: webhook url takes an https URL, for example 'https://hooks.example.com/acs', got 'http://hooks.contoso.com'",
    `monitoring.actionGroupIds.0: takes the ARM id of a Microsoft.Insights/actionGroups, for example '${SAMPLE}/Microsoft.Insights/actionGroups/ag-app', got '${ACS_ID}'`,
    "monitoring.alerts.undelivered: takes true, false, or an object with severity, window, frequency, threshold, for example '{ severity: 2 }', got 'off'",
    'monitoring.alerts.ringLatency.severity: takes a whole number from 0 to 4, got 9',
    "monitoring.alerts.ringLatency.window: takes one of PT1M, PT5M, PT10M, PT15M, PT30M, PT45M, PT1H, PT2H, PT3H, PT4H, PT5H, PT6H, P1D, P2D; got 'PT7M'",
    'monitoring.alerts.dropped: is no field of an environment',
    "monitoring.monthlyPushes: takes a number above 0, for example '10000000', got -1",
    "monitoring.communicationLogs.0: takes the name of a log category, for example 'CallSummary', got 'call summary'",
  ]);
});
