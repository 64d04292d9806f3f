import { TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import {
  CommunicationService,
  NotificationHubNamespace,
  PushNotifications,
  SystemTopic,
  WebhookDestination,
  type PushNotificationsProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import {
  ACS_ID,
  apnsCredential,
  fcmCredential,
  GROUP,
  NAMESPACE_ID,
  TOPIC_ID,
  voipCredential,
} from '../../support/samples';
import { errorOf, newStack, synth, type Synthesized } from '../../support/synth';
import {
  ACTION_GROUP_ID,
  alertNamed,
  alertNames,
  alertsOf,
  LOG_ALERT,
  WORKSPACE_ID,
} from '../monitoring/bench';

const NEW_GROUP = '${azurerm_monitor_action_group.Push_ActionGroup_';

beforeAll(ensureAssets);

function push(over: Partial<PushNotificationsProps> | ((stack: ReturnType<typeof newStack>) => object) = {}) {
  const stack = newStack();
  const made = new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    apns: apnsCredential(stack),
    fcm: fcmCredential(stack),
    monitoring: { emails: ['oncall@contoso.com'] },
    ...(typeof over === 'function' ? over(stack) : over),
  });
  return { made, json: synth(stack) };
}

const toldOf = (json: Synthesized) =>
  alertsOf(json).map(({ action }) =>
    Array.isArray(action)
      ? action.map(({ action_group_id }: { action_group_id: string }) => action_group_id)
      : action.action_groups,
  );

test('is off unless it is asked for', () => {
  const { made, json } = push({ monitoring: undefined });
  expect(made.monitoring).toBeUndefined();
  expect(alertsOf(json)).toEqual([]);
  expect(json.resources('azurerm_monitor_diagnostic_setting')).toEqual([]);
});

describe('of the whole pattern', () => {
  let whole: ReturnType<typeof push>;
  beforeAll(() => (whole = push()));

  test('watches all that the pattern made, the link too', () => {
    expect(alertNames(whole.json)).toEqual([
      'calling-apns-credentials',
      'calling-fcm-credentials',
      'calling-push-quota',
      'daily-cap',
      'dead-letters',
      'dropped-events',
      'failed-deliveries',
      'function-failures',
      'link',
      'relay-apns-credentials',
      'relay-fcm-credentials',
      'relay-hub',
      'relay-push-quota',
      'ring-latency',
      'undelivered',
    ]);
  });

  test('tells the same people of each', () => {
    const told = toldOf(whole.json);
    expect(told.map((groups) => groups.length)).toEqual(told.map(() => 1));
    expect(new Set(told.flat()).size).toBe(1);
    expect(told[0]![0].startsWith(NEW_GROUP)).toBe(true);
  });

  test("counts on the new namespace's tier: Basic, two hubs", () => {
    expect(alertNamed(whole.json, 'relay-push-quota').criteria[0].threshold).toBe(133_333);
  });

  test("keeps logs in the relay's workspace, and shows the workbook with its Application Insights", () => {
    const settings = whole.json.resources('azurerm_monitor_diagnostic_setting');
    const target =
      /^\$\{(azapi_resource\.Push_Namespace|azurerm_eventgrid_system_topic\.Push_Events_SystemTopic)_/;
    expect(settings.map(({ target_resource_id }) => target.test(target_resource_id))).toEqual([true, true]);
    for (const { log_analytics_workspace_id } of settings) {
      expect(log_analytics_workspace_id).toMatch(
        /^\$\{azurerm_log_analytics_workspace\.Push_Relay_Workspace_/,
      );
    }
    expect(whole.json.resource('azurerm_application_insights_workbook').source_id).toMatch(
      /^\$\{lower\(azurerm_application_insights\.Push_Relay_Insights_[0-9A-F]+\.id\)\}$/,
    );
  });

  test('leads from the health of the link to the runbook', () => {
    expect(alertNamed(whole.json, 'link').description).toMatch(
      /acs-push verify.* docs\/runbook\.md#link-health$/,
    );
  });
});

test('the link has an alert of its own, with settings and groups beside those of all', () => {
  const { json } = push({
    monitoring: { emails: ['oncall@contoso.com'], runbookUrl: 'https://wiki.contoso.com' },
    linkHealthAlert: { actionGroupIds: [ACTION_GROUP_ID], severity: 0, window: 'PT30M' },
  });
  const link = alertNamed(json, 'link');
  expect(link).toMatchObject({ severity: 0, window_size: 'PT30M', frequency: 'PT5M' });
  expect(link.criteria[0]).toMatchObject({ operator: 'LessThan', threshold: 1 });
  expect(link.description).toMatch(/ https:\/\/wiki\.contoso\.com#link-health$/);
  expect(link.action.map(({ action_group_id }: { action_group_id: string }) => action_group_id)).toEqual([
    expect.stringMatching(/Push_ActionGroup_/),
    ACTION_GROUP_ID,
  ]);
});

test('the link is not watched where that is said', () => {
  const { json } = push({ linkHealthAlert: false });
  expect(alertNames(json)).not.toContain('link');
  expect(json.text).not.toContain('RELAY_LINK_HUB_ID');
});

test('wrong settings of the alert on the link are refused', () => {
  expect(errorOf(() => push({ linkHealthAlert: { window: 'PT20M', severity: 7 } }))).toMatch(
    /^linkHealthAlert\.severity takes .*, got 7\n.*LinkHealth\nlinkHealthAlert\.window takes one of .*; got 'PT20M'\n {2}at construct stack\/Push\/Relay\/LinkHealth$/,
  );
});

test('a VoIP hub is watched too, for APNs alone', () => {
  const { json } = push((stack) => ({ voipApns: voipCredential(stack) }));
  expect(alertNames(json).filter((name) => name.startsWith('voip'))).toEqual([
    'voip-apns-credentials',
    'voip-push-quota',
  ]);
});

test('without a relay, hubs and Event Grid are watched, and there is nothing of its logs', () => {
  const { json } = push({ events: new WebhookDestination({ url: 'https://hooks.contoso.com/acs' }) });
  expect(alertNames(json)).toEqual([
    'calling-apns-credentials',
    'calling-fcm-credentials',
    'calling-push-quota',
    'dropped-events',
    'failed-deliveries',
    'undelivered',
  ]);
  expect(json.resources('azurerm_monitor_diagnostic_setting')).toEqual([]);
});

test('a workspace that exists takes the logs, and its cap is its own', () => {
  const all = push({ events: { logAnalyticsWorkspaceId: WORKSPACE_ID } });
  const services = push({ monitoring: { logAnalyticsWorkspaceId: WORKSPACE_ID } });
  for (const { json } of [all, services]) {
    for (const setting of json.resources('azurerm_monitor_diagnostic_setting')) {
      expect(setting.log_analytics_workspace_id).toBe(WORKSPACE_ID);
    }
  }
  expect(alertNames(all.json)).not.toContain('daily-cap');
  // The relay's is still the stack's, cap and all.
  expect(alertNamed(services.json, 'daily-cap').scopes).toEqual([
    expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\.Push_Relay_Workspace_/),
  ]);
});

test('settings of an alert on a relay that is not there are refused', () => {
  expect(
    errorOf(() =>
      push({
        events: new WebhookDestination({ url: 'https://hooks.contoso.com/acs' }),
        monitoring: { alerts: { ringLatency: { threshold: 2000 }, silence: false } },
      }),
    ),
  ).toBe(
    'alerts.ringLatency looks at what is not here: leave it out, or give a relay\n  at construct stack/Push/Monitoring',
  );
});

test('two of them in a stack are watched apart', () => {
  const stack = newStack();
  const fcm = fcmCredential(stack);
  for (const name of ['contoso', 'fabrikam']) {
    new PushNotifications(new Construct(stack, name), 'Push', {
      resourceGroup: GROUP,
      name,
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      fcm,
      monitoring: { emails: ['oncall@contoso.com'] },
      outputs: { prefix: name },
    });
  }
  const json = synth(stack);
  const named = [...alertsOf(json), ...json.resources('azurerm_application_insights_workbook')];
  expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
  expect(
    json
      .resources('azurerm_monitor_action_group')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['ag-contoso-push', 'ag-fabrikam-push']);
});

test('a topic that exists is watched by its id, and its logs are left to its owner', () => {
  const { json } = push((stack) => ({
    systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
  }));
  expect(alertNamed(json, 'undelivered').scopes).toEqual([TOPIC_ID]);
  const logs = json.resources('azurerm_monitor_diagnostic_setting');
  expect(logs.map(({ target_resource_id }) => target_resource_id)).toEqual([
    expect.stringContaining('Push_Namespace'),
  ]);
});

test('of a namespace that exists the tier is not known, and pushes are watched when they are said', () => {
  const namespaceOf = (stack: ReturnType<typeof newStack>) =>
    NotificationHubNamespace.fromNamespaceId(stack, 'Namespace', NAMESPACE_ID);
  const unknown = push((stack) => ({ namespace: namespaceOf(stack) }));
  expect(alertNames(unknown.json).filter((name) => name.endsWith('quota'))).toEqual([]);
  const logs = unknown.json.resources('azurerm_monitor_diagnostic_setting');
  expect(logs.map(({ target_resource_id }) => target_resource_id)).not.toContain(NAMESPACE_ID);
  const said = push((stack) => ({
    namespace: namespaceOf(stack),
    monitoring: { monthlyPushes: 30_000_000 },
  }));
  expect(alertNamed(said.json, 'calling-push-quota').criteria[0].threshold).toBe(400_000);
});

test('rules on logs are made where the relay logs', () => {
  const { json } = push({ events: { location: 'northeurope' } });
  expect(new Set(json.resources(LOG_ALERT).map(({ location }) => location))).toEqual(
    new Set(['northeurope']),
  );
});

describe('a daily cap of logs', () => {
  const insightsOf = ({ json }: ReturnType<typeof push>) => json.resource('azurerm_application_insights');

  test.each([
    [5, 10],
    [400, 800],
    [800, 1000],
    [1200, 1200],
  ])(
    'of %d GB is reached in the new workspace, which tells of it, before Application Insights has %d',
    (gb, more) => {
      const made = push({ events: { dailyLogCapGb: gb } });
      expect(made.json.resource('azurerm_log_analytics_workspace').daily_quota_gb).toBe(gb);
      expect(insightsOf(made).daily_data_cap_in_gb).toBe(more);
    },
  );

  test("is, with a workspace that exists, Application Insights' own", () => {
    const made = push({ events: { dailyLogCapGb: 5, logAnalyticsWorkspaceId: WORKSPACE_ID } });
    expect(insightsOf(made).daily_data_cap_in_gb).toBe(5);
  });

  test('can be known only when it is deployed', () => {
    const made = push((stack) => ({
      events: { dailyLogCapGb: new TerraformVariable(stack, 'cap', { type: 'number' }).numberValue },
    }));
    expect(made.json.resource('azurerm_log_analytics_workspace').daily_quota_gb).toBe('${var.cap}');
    expect(insightsOf(made).daily_data_cap_in_gb).toBe('${(var.cap * 2)}');
  });

  test('is none by default', () => {
    const { json } = push();
    expect(json.resource('azurerm_log_analytics_workspace').daily_quota_gb).toBeUndefined();
    expect(json.resource('azurerm_application_insights').daily_data_cap_in_gb).toBeUndefined();
  });

  test.each([0, -1, Number.NaN])('of %p is refused', (dailyLogCapGb) => {
    expect(errorOf(() => push({ events: { dailyLogCapGb } }))).toContain(
      `dailyLogCapGb takes gigabytes, a number above 0, got ${dailyLogCapGb}; leave it out for no cap`,
    );
  });
});
