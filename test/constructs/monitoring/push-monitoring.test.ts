import { ALERTS, MonitoringActionGroup, Naming, NotificationHub, PushMonitoring } from '../../../constructs';
import { GROUP, HUB_ID, TOPIC_ID } from '../../support/samples';
import { errorOf, newStack, synth } from '../../support/synth';
import {
  ACTION_GROUP_ID,
  alertNamed,
  alertNames,
  alertsOf,
  INSIGHTS_ID,
  LOG_ALERT,
  monitor,
  WORKSPACE_ID,
} from './bench';

const HUBS = 'Microsoft.NotificationHubs/namespaces/notificationHubs';

describe('what is watched', () => {
  const { json } = monitor();

  test('is everything that was given, each by an alert of its own', () => {
    expect(alertNames(json)).toEqual([
      'calling-apns-credentials',
      'calling-fcm-credentials',
      'calling-push-quota',
      'daily-cap',
      'dead-letters',
      'dropped-events',
      'failed-deliveries',
      'function-failures',
      'ring-latency',
      'undelivered',
    ]);
  });

  test('are pushes that a push service refuses for the sake of the credential', () => {
    expect(alertNamed(json, 'calling-fcm-credentials')).toMatchObject({
      resource_group_name: 'rg-app',
      scopes: [HUB_ID],
      severity: 1,
      window_size: 'PT15M',
      frequency: 'PT5M',
      criteria: [
        {
          metric_namespace: HUBS,
          metric_name: 'outgoing.fcmv1.invalidcredentials',
          aggregation: 'Total',
          operator: 'GreaterThan',
          threshold: 0,
        },
      ],
    });
    const [apns] = alertNamed(json, 'calling-apns-credentials').criteria;
    expect(apns.metric_name).toBe('outgoing.apns.invalidcredentials');
  });

  test.each([
    ['failed-deliveries', 'DeliveryAttemptFailCount', 20],
    ['undelivered', 'DeadLetteredCount', 0],
    ['dropped-events', 'DroppedEventCount', 0],
  ])('is, of Event Grid, %s of each subscription', (name, metric, threshold) => {
    expect(alertNamed(json, name)).toMatchObject({
      scopes: [TOPIC_ID],
      criteria: [
        {
          metric_namespace: 'Microsoft.EventGrid/systemTopics',
          metric_name: metric,
          aggregation: 'Total',
          operator: 'GreaterThan',
          threshold,
          dimension: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['*'] }],
        },
      ],
    });
  });

  test('are, of the relay, the kept events, by its figures', () => {
    expect(alertNamed(json, 'dead-letters')).toMatchObject({
      scopes: [INSIGHTS_ID],
      location: 'westeurope',
      auto_mitigation_enabled: true,
      skip_query_validation: true,
      evaluation_frequency: 'PT15M',
      window_duration: 'PT15M',
      criteria: [
        {
          metric_measure_column: 'kept',
          time_aggregation_method: 'Total',
          operator: 'GreaterThan',
          threshold: 0,
        },
      ],
    });
  });

  test('is how late rings come', () => {
    const [criterion] = alertNamed(json, 'ring-latency').criteria;
    expect(criterion).toMatchObject({
      metric_measure_column: 'p99',
      time_aggregation_method: 'Maximum',
      threshold: 5000,
    });
    expect(criterion.query).toContain("'Microsoft.Communication.IncomingCall'");
  });

  test('are functions that fail, but for those that fail on purpose', () => {
    const [criterion] = alertNamed(json, 'function-failures').criteria;
    expect(criterion).toMatchObject({ time_aggregation_method: 'Count', threshold: 5 });
    expect(criterion.query).toContain("name != 'recordings'");
  });

  test('is the daily cap, in the workspace itself', () => {
    expect(alertNamed(json, 'daily-cap')).toMatchObject({ scopes: [WORKSPACE_ID], location: 'westeurope' });
  });

  test('is nothing of what is not there', () => {
    const nothing = {
      hubs: undefined,
      systemTopic: undefined,
      relay: undefined,
      logAnalyticsWorkspaceId: undefined,
    };
    expect(alertNames(monitor(nothing).json)).toEqual([]);
    expect(alertNames(monitor({ ...nothing, logAnalyticsWorkspaceId: WORKSPACE_ID }).json)).toEqual([
      'daily-cap',
    ]);
    expect(alertNames(monitor({ cappedWorkspaceId: false }).json)).not.toContain('daily-cap');
  });

  test('is the cap of another workspace than the one with the logs, where that is said', () => {
    const { json } = monitor({ cappedWorkspaceId: `${WORKSPACE_ID}-capped` });
    expect(alertNamed(json, 'daily-cap').scopes).toEqual([`${WORKSPACE_ID}-capped`]);
  });
});

describe("the tier's pushes", () => {
  const thresholds = (json: ReturnType<typeof monitor>['json']) =>
    alertsOf(json)
      .filter(({ name }) => name.endsWith('push-quota'))
      .map(({ criteria }) => [criteria[0].metric_name, criteria[0].threshold]);

  test.each([
    ['Free', 26_666],
    ['Basic', 266_666],
    ['Standard', 266_666],
  ] as const)('of %s are watched by the day, at 80 %% of its part of the month', (sku, threshold) => {
    expect(thresholds(monitor({ sku }).json)).toEqual([['notificationhub.pushes', threshold]]);
  });

  test('are the same for all hubs together, so that each has its part', () => {
    const { json } = monitor((hub) => ({
      hubs: ['calling', 'relay'].map((purpose) => ({ purpose, hub })),
      alerts: { pushQuota: { threshold: 0.5 } },
    }));
    expect(thresholds(json).map(([, threshold]) => threshold)).toEqual([83_333, 83_333]);
  });

  test('can be another number, and are not watched when nobody knows it', () => {
    expect(thresholds(monitor({ sku: undefined, monthlyPushes: 3_000_000 }).json)[0]![1]).toBe(80_000);
    expect(thresholds(monitor({ sku: undefined }).json)).toEqual([]);
  });
});

describe('settings', () => {
  test('change what is given, and leave the rest', () => {
    const { json } = monitor({
      alerts: {
        ringLatency: { threshold: 2000, severity: undefined },
        undelivered: { severity: 0, window: 'PT5M', frequency: 'PT1M' },
      },
    });
    expect(alertNamed(json, 'ring-latency')).toMatchObject({
      severity: 2,
      window_duration: 'PT15M',
      criteria: [{ threshold: 2000 }],
    });
    expect(alertNamed(json, 'undelivered')).toMatchObject({
      severity: 0,
      window_size: 'PT5M',
      frequency: 'PT1M',
      criteria: [{ threshold: 0 }],
    });
  });

  test('turn off each alert by itself', () => {
    const all = alertNames(monitor({ alerts: { silence: true } }).json);
    for (const name of Object.keys(ALERTS)) {
      const left = alertNames(monitor({ alerts: { silence: true, [name]: false } }).json);
      const gone = all.filter((one) => !left.includes(one));
      expect([name, gone.length]).toEqual([name, name === 'refusedCredentials' ? 2 : 1]);
    }
  });

  test('ask for the alert on silence, whose number is in its query', () => {
    const [criterion] = alertNamed(
      monitor({ alerts: { silence: { threshold: 50 } } }).json,
      'silence',
    ).criteria;
    expect(criterion).toMatchObject({ threshold: 0, time_aggregation_method: 'Count' });
    expect(criterion.query).toContain('before >= 50 and lately == 0');
  });

  test('that Azure would refuse are refused, all at once, with the path of the construct', () => {
    expect(
      errorOf(() =>
        monitor({
          monthlyPushes: 0,
          alerts: {
            ringLatency: { window: '15m', severity: 5 },
            undelivered: { frequency: 'PT10M', threshold: -1 },
            deadLetters: { window: 'PT5M', frequency: 'PT1H' },
            pushQuota: { threshold: 80 },
            latency: {},
          } as object,
        }),
      ),
    ).toBe(
      [
        'alerts.ringLatency.severity takes a whole number from 0 to 4, got 5',
        "alerts.ringLatency.window takes one of PT1M, PT5M, PT10M, PT15M, PT30M, PT45M, PT1H, PT2H, PT3H, PT4H, PT5H, PT6H, P1D, P2D; got '15m'",
        "alerts.undelivered.frequency takes one of PT1M, PT5M, PT15M, PT30M, PT1H; got 'PT10M'",
        'alerts.undelivered.threshold takes a number from 0 on, got -1',
        'alerts.deadLetters.frequency must be no longer than the window, or what happens in between is never looked at; got PT1H with the window PT5M',
        `alerts has ${Object.keys(ALERTS).join(', ')}; got latency`,
        'alerts.pushQuota.threshold takes a share from 0 to 1, got 80',
        'monthlyPushes takes a number above 0, got 0',
      ]
        .map((problem) => `${problem}\n  at construct stack/Monitoring`)
        .join('\n'),
    );
  });

  test('name each hub once', () => {
    const twice = (hub: NotificationHub) => ({
      hubs: ['relay', 'relay'].map((purpose) => ({ purpose, hub })),
    });
    expect(errorOf(() => monitor(twice as never))).toContain(
      "hubs takes each purpose once, since it names their alerts; got 'relay' twice",
    );
  });
});

test.each([
  [{ treshold: 1 }, 'takes severity, window, frequency, threshold; got treshold'],
  [null, 'takes true, false or settings (severity, window, frequency, threshold), got null'],
  ['off', "takes true, false or settings (severity, window, frequency, threshold), got 'off'"],
])('settings that there are not are refused: %p', (choice, problem) => {
  expect(errorOf(() => monitor({ alerts: { ringLatency: choice as never } }))).toBe(
    `alerts.ringLatency ${problem}\n  at construct stack/Monitoring`,
  );
});

test.each(['logAnalyticsWorkspaceId', 'cappedWorkspaceId'])('%s takes the ARM id of a workspace', (prop) => {
  expect(errorOf(() => monitor({ [prop]: HUB_ID }))).toMatch(
    /Microsoft\.OperationalInsights\/workspaces.*\n {2}at construct stack\/Monitoring$/s,
  );
});

describe('an alert that is asked for and has nothing to look at is refused', () => {
  const bare = { hubs: [], systemTopic: undefined, relay: undefined, logAnalyticsWorkspaceId: undefined };

  test.each([
    ['refusedCredentials', bare, 'hubs'],
    ['pushQuota', { sku: undefined }, 'hubs and monthlyPushes'],
    ['undelivered', bare, 'a system topic'],
    ['ringLatency', bare, 'a relay'],
    [
      'dailyCap',
      { cappedWorkspaceId: false as const },
      'a workspace of its own, or one whose cap is to be watched',
    ],
  ])('%s', (name, over, give) => {
    const asked = (choice: object | boolean) => () => monitor({ ...over, alerts: { [name]: choice } });
    for (const choice of [true, { severity: 1 }]) {
      expect(errorOf(asked(choice))).toBe(
        `alerts.${name} looks at what is not here: leave it out, or give ${give}\n  at construct stack/Monitoring`,
      );
    }
    expect(asked(false)).not.toThrow();
  });
});

describe('each alert', () => {
  const all = { alerts: { silence: true } };

  test('says what to do, and where that is written', () => {
    const { json } = monitor({ ...all, runbookUrl: 'https://wiki.contoso.com/push' });
    for (const { description } of alertsOf(json)) {
      const [, anchor] = /[.?] https:\/\/wiki\.contoso\.com\/push#([a-z-]+)$/.exec(description) ?? [];
      const definition = Object.values(ALERTS).find((one) => one.anchor === anchor);
      expect(description).toContain(definition!.todo);
    }
    expect(alertNamed(monitor().json, 'dead-letters').description).toMatch(
      / docs\/runbook\.md#dead-letters$/,
    );
  });

  test('tells the action group', () => {
    const { json } = monitor(all);
    const id = '${azurerm_monitor_action_group.Monitoring_ActionGroup_79B4BF3F.id}';
    const told = alertsOf(json).map(
      ({ action }) =>
        action.action_groups ?? action.map((one: { action_group_id: string }) => one.action_group_id),
    );
    expect(told.length).toBe(11);
    expect(new Set(told.flat()).size).toBe(1);
    expect(told[0][0].replace(/_[0-9A-F]{8}\./, '_.')).toBe(id.replace(/_[0-9A-F]{8}\./, '_.'));
  });

  test('has a name that fits, however long the base is', () => {
    const stack = newStack();
    const hub = NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
    new PushMonitoring(stack, 'Monitoring', {
      resourceGroup: GROUP,
      naming: new Naming('a23456789012345678-9', 'x7k2p9'),
      hubs: [{ purpose: 'calling', hub }],
      sku: 'Free',
    });
    expect(alertsOf(synth(stack)).map(({ name }) => name)).toContain(
      'alert-a23456789012345678-9-calling-apns-credentials',
    );
  });
});

describe('a hub whose credentials are known', () => {
  test('is watched for those push services alone', () => {
    const { json } = monitor((hub) => ({
      hubs: [
        {
          purpose: 'voip',
          hub: Object.assign(Object.create(hub), {
            platforms: { apns: { environment: 'production', bundleId: 'a.b' } },
          }),
        },
      ],
    }));
    expect(alertNames(json).filter((name) => name.startsWith('voip'))).toEqual([
      'voip-apns-credentials',
      'voip-push-quota',
    ]);
  });
});

describe('action groups that exist', () => {
  test('are told without a new one', () => {
    const { made, json } = monitor({ notify: { actionGroupIds: [ACTION_GROUP_ID] } });
    expect(json.resources('azurerm_monitor_action_group')).toEqual([]);
    expect(made.actionGroup.actionGroupIds).toEqual([ACTION_GROUP_ID]);
    expect(json.resources(LOG_ALERT)[0]!.action).toEqual({ action_groups: [ACTION_GROUP_ID] });
  });

  test('can be made before', () => {
    const stack = newStack();
    const naming = new Naming('contoso', 'x7k2p9');
    const notify = new MonitoringActionGroup(stack, 'People', {
      resourceGroup: GROUP,
      naming,
      emails: ['a@b.c'],
    });
    const made = new PushMonitoring(stack, 'Monitoring', { resourceGroup: GROUP, naming, notify });
    expect(made.actionGroup).toBe(notify);
  });

  test('are not needed: alerts show in Azure Monitor', () => {
    const { json } = monitor({ notify: undefined });
    expect(json.resources('azurerm_monitor_action_group')).toEqual([]);
    expect(alertsOf(json).flatMap(({ action }) => action ?? [])).toEqual([]);
  });
});
