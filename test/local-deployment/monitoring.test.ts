import { API_VERSIONS } from '../../link/api-versions';
import type { Deployment } from '../../testing/local/deployment';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

const MONITORING = {
  emails: ['oncall@contoso.com'],
  webhooks: [{ url: 'https://hooks.contoso.com/alerts' }],
  communicationLogs: ['CallSummary'],
  alerts: { silence: true },
};
const EVENTS = { target: 'relay', dailyLogCapGb: 5 };

let bench: Bench;
let deployment: Deployment;
let outputs: Record<string, string>;

beforeAll(async () => {
  bench = await openBench();
  deployment = bench.changed({ monitoring: MONITORING, events: EVENTS });
  await deployment.deploy();
  outputs = (await deployment.outputs()) as Record<string, string>;
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** What local Azure has of that type, with names. */
const made = (type: string): [name: string, properties: Record<string, any>][] =>
  bench.cloud.azure.context.store
    .list({ type })
    .map(({ name, properties }): [string, Record<string, any>] => [name, properties]);

const ALERTS = [
  'alert-contoso-local-calling-apns-credentials',
  'alert-contoso-local-calling-fcm-credentials',
  'alert-contoso-local-calling-push-quota',
  'alert-contoso-local-daily-cap',
  'alert-contoso-local-dead-letters',
  'alert-contoso-local-dropped-events',
  'alert-contoso-local-failed-deliveries',
  'alert-contoso-local-function-failures',
  'alert-contoso-local-link',
  'alert-contoso-local-relay-apns-credentials',
  'alert-contoso-local-relay-fcm-credentials',
  'alert-contoso-local-relay-hub',
  'alert-contoso-local-relay-push-quota',
  'alert-contoso-local-ring-latency',
  'alert-contoso-local-silence',
  'alert-contoso-local-undelivered',
];

const allAlerts = () => [
  ...made('Microsoft.Insights/metricAlerts'),
  ...made('Microsoft.Insights/scheduledQueryRules'),
];

it('makes every alert, and each tells the group of those on call', () => {
  expect(
    allAlerts()
      .map(([name]) => name)
      .sort(),
  ).toEqual(ALERTS);
  const [[name, group]] = made('Microsoft.Insights/actionGroups') as [[string, Record<string, any>]];
  expect(group.emailReceivers[0].emailAddress).toBe('oncall@contoso.com');
  expect(group.webhookReceivers[0].serviceUri).toBe('https://hooks.contoso.com/alerts');
  for (const [, { actions }] of allAlerts()) {
    const told = actions.actionGroups ?? actions.map((one: { actionGroupId: string }) => one.actionGroupId);
    expect(told).toEqual([expect.stringMatching(new RegExp(`/actionGroups/${name}$`))]);
  }
});

it('keeps the logs of hubs, deliveries and calls, up to the daily cap', () => {
  const logs = made('Microsoft.Insights/diagnosticSettings').flatMap(([, setting]) =>
    setting.logs.map(({ category }: { category: string }) => category),
  );
  expect(logs.sort()).toEqual(['CallSummary', 'DeliveryFailures', 'OperationalLogs']);
  const [[, workspace]] = made('Microsoft.OperationalInsights/workspaces') as [[string, Record<string, any>]];
  expect(workspace.workspaceCapping.dailyQuotaGb).toBe(5);
});

it('shows in a workbook what is there', () => {
  const [[, { serializedData }]] = made('Microsoft.Insights/workbooks') as [[string, Record<string, any>]];
  expect(serializedData).toContain(outputs.relay_hub_id);
  expect(serializedData).toContain(outputs.function_app_id);
  expect(serializedData).not.toContain('${');
});

it(
  'changes nothing when it is deployed again',
  async () => {
    const plan = await deployment.plan();
    expect(plan.text).toContain('No changes.');
    expect(plan.changes).toBe(false);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'changes one alert where one setting changes, and nothing else',
  async () => {
    const changed = bench.changed({
      monitoring: { ...MONITORING, alerts: { silence: true, ringLatency: { threshold: 2000 } } },
      events: EVENTS,
    });
    await changed.prepare();
    const plan = await changed.plan();
    const { changes } = await changed.showPlan(plan);
    const touched = changes.filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()));
    expect(
      touched.map(({ address, change }) => [address.replace(/_[0-9A-F]{8}$/, ''), change.actions]),
    ).toEqual([['azurerm_monitor_scheduled_query_rules_alert_v2.Push_Monitoring_RingLatency', ['update']]]);
    await changed.apply(plan);
    const [, rule] = made('Microsoft.Insights/scheduledQueryRules').find(([name]) =>
      name.endsWith('ring-latency'),
    )!;
    expect(rule.criteria.allOf[0].threshold).toBe(2000);
  },
  DEPLOY_TIMEOUT_MS,
);

it(
  'goes away by itself and leaves the rest, and the rest goes too',
  async () => {
    await bench.deployment.deploy();
    expect(allAlerts()).toEqual([]);
    for (const type of ['actionGroups', 'workbooks', 'diagnosticSettings']) {
      expect(made(`Microsoft.Insights/${type}`)).toEqual([]);
    }
    const hub = await bench.cloud.reader.get(outputs.relay_hub_id!, API_VERSIONS.notificationHubs);
    expect(hub?.id).toBe(outputs.relay_hub_id);
    await bench.deployment.destroy();
    expect(
      await bench.cloud.reader.get(outputs.relay_hub_id!, API_VERSIONS.notificationHubs),
    ).toBeUndefined();
  },
  DEPLOY_TIMEOUT_MS,
);
