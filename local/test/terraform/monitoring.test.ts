import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../azure';
import { startStandInProviders, type StandInProviders } from '../../terraform';
import { TerraformFolder } from './terraform';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-watch`;
const WORKBOOK = '0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01';
const TENANT = '11111111-2222-4333-8444-555555555555';

/** Everything that watches, over the least that there is to watch. */
function watched(change: { readonly days?: number; readonly title?: string; readonly more?: object } = {}) {
  const { days = 30, title = 'Push', more = {} } = change;
  const group = { resource_group_name: '${azurerm_resource_group.rg.name}' };
  const located = { ...group, location: 'westeurope' };
  const told = { action: [{ action_group_id: '${azurerm_monitor_action_group.ag.id}' }] };
  const topic = {
    metric_namespace: 'Microsoft.EventGrid/systemTopics',
    aggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 0,
  };
  const resource: Record<string, Record<string, object>> = {
    azurerm_resource_group: { rg: { name: 'rg-watch', location: 'westeurope' } },
    azurerm_log_analytics_workspace: { law: { ...located, name: 'law-watch', daily_quota_gb: 0.5 } },
    azurerm_application_insights: {
      ai: {
        ...located,
        name: 'appi-watch',
        application_type: 'web',
        workspace_id: '${azurerm_log_analytics_workspace.law.id}',
        daily_data_cap_in_gb: 2,
        daily_data_cap_notifications_disabled: true,
      },
    },
    azurerm_storage_account: {
      st: { ...located, name: 'stwatch', account_tier: 'Standard', account_replication_type: 'LRS' },
    },
    azurerm_eventgrid_system_topic: {
      topic: {
        ...group,
        location: 'global',
        name: 'egst-watch',
        source_resource_id: '${azapi_resource.acs.id}',
        topic_type: 'Microsoft.Communication.CommunicationServices',
      },
    },
    azapi_resource: {
      acs: {
        type: 'Microsoft.Communication/communicationServices@2025-05-01',
        name: 'acs-watch',
        parent_id: '${azurerm_resource_group.rg.id}',
        location: 'global',
        body: { properties: { dataLocation: 'Europe' } },
        response_export_values: [],
      },
    },
    azurerm_monitor_action_group: {
      ag: {
        ...group,
        name: 'ag-watch',
        short_name: 'watch',
        email_receiver: [
          { name: 'mail', email_address: 'on-call@example.com', use_common_alert_schema: true },
        ],
        webhook_receiver: [
          { name: 'plain', service_uri: 'https://example.com/plain' },
          {
            name: 'signed',
            service_uri: 'https://example.com/signed',
            aad_auth: { object_id: WORKBOOK, identifier_uri: 'api://hook', tenant_id: TENANT },
          },
        ],
      },
    },
    azurerm_monitor_metric_alert: {
      lost: {
        ...group,
        ...told,
        name: 'lost',
        scopes: ['${azurerm_eventgrid_system_topic.topic.id}'],
        criteria: ['DeadLetteredCount', 'DroppedEventCount'].map((metric_name) => ({
          ...topic,
          metric_name,
          dimension: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['relay-calls'] }],
        })),
      },
      unusual: {
        ...group,
        name: 'unusual',
        scopes: ['${azurerm_eventgrid_system_topic.topic.id}'],
        frequency: 'PT5M',
        window_size: 'PT15M',
        dynamic_criteria: {
          ...topic,
          threshold: undefined,
          metric_name: 'DeliveryAttemptFailCount',
          alert_sensitivity: 'Low',
        },
      },
    },
    azurerm_monitor_scheduled_query_rules_alert_v2: {
      late: {
        ...located,
        name: 'late',
        display_name: 'Calls ring late',
        scopes: ['${azurerm_log_analytics_workspace.law.id}'],
        severity: 2,
        evaluation_frequency: 'PT5M',
        window_duration: 'PT15M',
        criteria: {
          query: 'AppTraces | extend late = todouble(Properties.late)',
          time_aggregation_method: 'Maximum',
          metric_measure_column: 'late',
          operator: 'GreaterThan',
          threshold: 2000,
          dimension: [{ name: 'platform', operator: 'Include', values: ['*'] }],
          failing_periods: {
            minimum_failing_periods_to_trigger_alert: 1,
            number_of_evaluation_periods: 2,
          },
        },
        action: {
          action_groups: ['${azurerm_monitor_action_group.ag.id}'],
          custom_properties: { do: 'look' },
        },
      },
      bare: {
        ...located,
        name: 'bare',
        scopes: ['${azurerm_application_insights.ai.id}'],
        severity: 3,
        evaluation_frequency: 'P1D',
        window_duration: 'P1D',
        criteria: { query: 'requests', time_aggregation_method: 'Count', operator: 'Equal', threshold: 0 },
      },
    },
    azurerm_application_insights_workbook: {
      push: {
        ...located,
        name: WORKBOOK,
        display_name: title,
        source_id: '${lower(azurerm_log_analytics_workspace.law.id)}',
        data_json: '{"version": "Notebook/1.0", "items": []}',
      },
    },
    azurerm_monitor_diagnostic_setting: {
      topic: {
        name: 'to-workspace',
        target_resource_id: '${azurerm_eventgrid_system_topic.topic.id}',
        log_analytics_workspace_id: '${azurerm_log_analytics_workspace.law.id}',
        enabled_log: [{ category: 'DeliveryFailures' }],
        enabled_metric: [{ category: 'AllMetrics' }],
      },
      acs: {
        name: 'to-workspace',
        target_resource_id: '${azapi_resource.acs.id}',
        log_analytics_workspace_id: '${azurerm_log_analytics_workspace.law.id}',
        enabled_log: [{ category_group: 'allLogs' }],
      },
    },
    azurerm_storage_management_policy: {
      expiry: {
        storage_account_id: '${azurerm_storage_account.st.id}',
        rule: [
          {
            name: 'deadLetters',
            enabled: true,
            filters: { blob_types: ['blockBlob'], prefix_match: ['dead-letters/'] },
            actions: {
              base_blob: { delete_after_days_since_modification_greater_than: days },
              snapshot: { delete_after_days_since_creation_greater_than: days },
              version: { delete_after_days_since_creation: days },
            },
          },
        ],
      },
    },
  };
  return {
    terraform: {
      required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
    },
    provider: { azurerm: { features: {} }, azapi: {} },
    resource: { ...resource, ...more },
  };
}

let azure: LocalAzure;
let providers: StandInProviders;
let folder: TerraformFolder;
beforeAll(async () => {
  azure = await startLocalAzure();
  providers = await startStandInProviders({ environment: azure.environment });
  folder = new TerraformFolder(providers.reattach);
  folder.write(watched());
  await folder.init();
  await folder.apply();
});
afterAll(async () => {
  folder.remove();
  await providers.close();
  await azure.close();
});

const kept = (path: string) => azure.context.store.get(`${GROUP}/providers/${path}`)!;
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing failed',
    (error: Error) => error.message.replace(/\s+/g, ' '),
  );

test('what watches is planned once and changes nothing afterwards', async () => {
  expect(await folder.plan()).toContain('No changes');
});

test('Azure is sent what the real provider sends', () => {
  expect(kept('Microsoft.Insights/actionGroups/ag-watch').properties.webhookReceivers).toEqual([
    { name: 'plain', serviceUri: 'https://example.com/plain', useCommonAlertSchema: false },
    {
      name: 'signed',
      serviceUri: 'https://example.com/signed',
      useCommonAlertSchema: false,
      useAadAuth: true,
      objectId: WORKBOOK,
      identifierUri: 'api://hook',
      tenantId: TENANT,
    },
  ]);
  expect(kept('Microsoft.Insights/scheduledQueryRules/late')).toMatchObject({
    kind: 'LogAlert',
    properties: {
      autoMitigate: false,
      severity: 2,
      skipQueryValidation: false,
      targetResourceTypes: [],
      criteria: {
        allOf: [
          {
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 2 },
            metricMeasureColumn: 'late',
            timeAggregation: 'Maximum',
          },
        ],
      },
      actions: { customProperties: { do: 'look' } },
    },
  });
  const policy = kept('Microsoft.Storage/storageAccounts/stwatch/managementPolicies/default').properties
    .policy;
  expect(policy).toEqual({
    rules: [
      {
        name: 'deadLetters',
        enabled: true,
        type: 'Lifecycle',
        definition: {
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['dead-letters/'] },
          actions: {
            baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } },
            snapshot: { delete: { daysAfterCreationGreaterThan: 30 } },
            version: { delete: { daysAfterCreationGreaterThan: 30 } },
          },
        },
      },
    ],
  });
  expect(kept('Microsoft.Insights/components/appi-watch').secrets?.billing).toEqual({
    CurrentBillingFeatures: ['Basic'],
    DataVolumeCap: { Cap: 2, StopSendNotificationWhenHitCap: true },
  });
});

test('a change is made in place, and put right when somebody else made it', async () => {
  folder.write(watched({ days: 7, title: 'Pushes' }));
  expect(await folder.apply()).toContain('0 added, 2 changed, 0 destroyed');
  expect(kept(`Microsoft.Insights/workbooks/${WORKBOOK}`).tags).toEqual({ 'hidden-title': 'Pushes' });
  kept('Microsoft.Insights/scheduledQueryRules/late').properties.severity = 4;
  kept('Microsoft.Insights/actionGroups/ag-watch').properties.emailReceivers = [];
  expect(await folder.apply()).toContain('0 added, 2 changed, 0 destroyed');
  expect(kept('Microsoft.Insights/scheduledQueryRules/late').properties.severity).toBe(2);
  expect(await folder.plan()).toContain('No changes');
});

test('the same workbook in another form is no change', async () => {
  const config = watched({ days: 7, title: 'Pushes' });
  const { push } = config.resource['azurerm_application_insights_workbook'] as {
    push: { data_json: string };
  };
  push.data_json = '{"items":[],"version":"Notebook/1.0"}';
  folder.write(config);
  expect(await folder.plan()).toContain('No changes');
});

test.each([
  [
    'azurerm_monitor_scheduled_query_rules_alert_v2.late',
    `${GROUP}/providers/Microsoft.Insights/scheduledQueryRules/late`,
  ],
  [
    'azurerm_application_insights_workbook.push',
    `${GROUP}/providers/Microsoft.Insights/workbooks/${WORKBOOK}`,
  ],
  [
    'azurerm_storage_management_policy.expiry',
    `${GROUP}/providers/Microsoft.Storage/storageAccounts/stwatch/managementPolicies/default`,
  ],
  ['azurerm_monitor_metric_alert.unusual', `${GROUP}/providers/Microsoft.Insights/metricAlerts/unusual`],
  ['azurerm_monitor_action_group.ag', `${GROUP}/providers/Microsoft.Insights/actionGroups/ag-watch`],
])('%s is imported by its id, and nothing is to be changed', async (address, id) => {
  folder.write(watched({ days: 7, title: 'Pushes' }));
  await folder.run(['state', 'rm', address]);
  await folder.run(['import', '-input=false', address, id]);
  expect(await folder.plan()).toContain('No changes');
});

test.each<[string, string, object, string]>([
  [
    'a frequency that there is not',
    'azurerm_monitor_scheduled_query_rules_alert_v2',
    { evaluation_frequency: 'PT20M' },
    'expected evaluation_frequency to be one of',
  ],
  [
    'self-resolution beside a silence',
    'azurerm_monitor_scheduled_query_rules_alert_v2',
    { auto_mitigation_enabled: true, mute_actions_after_alert_duration: 'PT1H' },
    'auto mitigation must be disabled when mute action duration is set',
  ],
  [
    'a workbook whose name is no GUID',
    'azurerm_application_insights_workbook',
    { name: 'push' },
    'is a GUID',
  ],
  [
    'a workbook that is no JSON',
    'azurerm_application_insights_workbook',
    { data_json: '{' },
    'no valid JSON',
  ],
  [
    'a source in upper case',
    'azurerm_application_insights_workbook',
    { source_id: '/Subscriptions/x' },
    'no upper case letters',
  ],
  [
    'a metric alert without criteria',
    'azurerm_monitor_metric_alert',
    { criteria: [], dynamic_criteria: undefined },
    'exactly one of criteria, dynamic_criteria',
  ],
  [
    'a diagnostic setting that sends nowhere',
    'azurerm_monitor_diagnostic_setting',
    { log_analytics_workspace_id: undefined },
    'one of eventhub_authorization_rule_id',
  ],
  [
    'a short name of 13 characters',
    'azurerm_monitor_action_group',
    { short_name: 'thirteenchars' },
    '(1 - 12)',
  ],
])('%s is refused before anything is sent', async (_, type, change, message) => {
  const config = watched();
  const [first] = Object.entries(config.resource[type] as Record<string, object>);
  (config.resource[type] as Record<string, object>)[first![0]] = { ...first![1], ...change };
  folder.write(config);
  expect(await failure(folder.plan())).toContain(message);
});

test('everything goes, and goes in order', async () => {
  folder.write(watched({ days: 7, title: 'Pushes' }));
  await folder.destroy();
  expect(azure.context.store.toJSON().map(({ id }) => id)).toEqual([]);
});
