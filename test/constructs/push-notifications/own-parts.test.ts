import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformVariable, type TerraformStack } from 'cdktf';
import {
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SendOnlyPolicy,
  SystemTopic,
  type PushNotificationsProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import {
  ACS_ID,
  apnsCredential,
  GROUP,
  HUB_ID,
  IDENTITY_ID,
  RULE_ID,
  STORAGE_ID,
  TOPIC_ID,
  voipCredential,
} from '../../support/samples';
import { errorOf, newStack, settingsOf, synth, verificationsOf, warnings } from '../../support/synth';

beforeAll(ensureAssets);

const PLAN_ID = `${GROUP.id}/providers/Microsoft.Web/serverFarms/asp-app`;
const INSIGHTS_ID = `${GROUP.id}/providers/Microsoft.Insights/components/appi-app`;
const WORKSPACE_ID = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
const ROLE_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Authorization/roleDefinitions/11111111-1111-1111-1111-111111111101';
const IDENTITY = { id: IDENTITY_ID, principalId: '11111111-1111-1111-1111-111111111102', clientId: 'client' };
const INSIGHTS = {
  id: INSIGHTS_ID,
  connectionString: 'InstrumentationKey=x',
  workspaceId: WORKSPACE_ID,
  location: 'northeurope',
};

function push(over: (stack: TerraformStack) => Partial<PushNotificationsProps>) {
  const stack = newStack();
  const made = new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    ...over(stack),
  });
  return { stack, made, json: synth(stack) };
}

describe('push notifications with every part of one’s own', () => {
  const build = (stack: TerraformStack) => ({
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    callingHub: NotificationHub.fromNotificationHubId(stack, 'Calling', HUB_ID),
    relayHub: NotificationHub.fromNotificationHubAttributes(stack, 'RelayHub', {
      notificationHubId: `${HUB_ID}-relay`,
      platforms: { apns: { environment: 'production', bundleId: 'com.example.app' } },
      apnsTopic: 'alert',
    }),
    link: { policy: SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID) },
    systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', TOPIC_ID),
    deadLetter: { storageAccountId: STORAGE_ID, containerName: 'deadletter' },
    deadLetterRetentionDays: false as const,
    monitoring: {},
    events: {
      identity: IDENTITY,
      storage: KeylessStorageAccount.fromStorageAccountAttributes(stack, 'Own', {
        storageAccountId: STORAGE_ID,
        existingContainers: ['releases'],
      }),
      servicePlanId: PLAN_ID,
      applicationInsights: INSIGHTS,
      keyRoleDefinitionId: ROLE_ID,
    },
  });
  test.each(['identity', 'servicePlan', 'applicationInsights', 'logAnalyticsWorkspace'] as const)(
    'options of a part of one’s own, such as %s, would come to nothing and are a mistake',
    (part) => {
      expect(
        errorOf(() => push((stack) => ({ ...build(stack), resourceOptions: { [part]: {} } }))),
      ).toContain(`resourceOptions.${part} is of a resource that is not made here`);
    },
  );

  test('take options for the namespace that a VoIP hub alone is made in', () => {
    const { json } = push((stack) => ({
      ...build(stack),
      voipApns: voipCredential(stack),
      resourceOptions: { namespace: { tags: { of: 'voip' } } },
    }));
    expect(json.arm('Microsoft.NotificationHubs/namespaces')[0]!.tags).toEqual({ of: 'voip' });
  });

  let whole: ReturnType<typeof push>;
  beforeAll(() => {
    whole = push(build);
  });

  test('make none of them anew', () => {
    const made = [
      'azurerm_application_insights',
      'azurerm_eventgrid_system_topic',
      'azurerm_log_analytics_workspace',
      'azurerm_service_plan',
      'azurerm_storage_account',
      'azurerm_storage_management_policy',
      'azurerm_user_assigned_identity',
    ];
    expect(whole.json.resourceTypes.filter((type) => made.includes(type))).toEqual([]);
    expect(whole.json.resources('azapi_resource').map(({ name }) => name)).toEqual([
      'func-contoso-relay-x7k2p9',
      'relay-send',
    ]);
    expect(whole.json.resources('azurerm_storage_container').map(({ name }) => name)).toEqual(['deadletter']);
  });

  test('are held by the schemas', () => expect(schemaProblems(whole.json)).toEqual([]));

  test('are used: the app runs on them, by the identity', () => {
    const app = whole.json.oneArm('Microsoft.Web/sites');
    const { serverFarmId, functionAppConfig } = app.body.properties;
    expect(serverFarmId).toBe(PLAN_ID);
    expect(app).not.toHaveProperty('lifecycle');
    expect(app.identity).toEqual([{ type: 'UserAssigned', identity_ids: [IDENTITY_ID] }]);
    expect(functionAppConfig.deployment.storage).toMatchObject({
      value: 'https://stapp.blob.core.windows.net/releases',
      authentication: { userAssignedIdentityResourceId: IDENTITY_ID },
    });
    expect(settingsOf(whole.json)).toMatchObject({
      AzureWebJobsStorage__accountName: 'stapp',
      AzureWebJobsStorage__clientId: 'client',
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x',
      RELAY_PLATFORMS: 'apple',
    });
  });

  test('give the identity the roles that it needs there', () => {
    const roles = whole.json
      .resources('azurerm_role_assignment')
      .filter(({ principal_id: principal }) => principal === IDENTITY.principalId)
      .map(({ role_definition_name: name, role_definition_id: id, scope }) => [name ?? id, scope]);
    expect(roles).toEqual(
      expect.arrayContaining([
        ['Storage Blob Data Owner', STORAGE_ID],
        ['Storage Table Data Contributor', STORAGE_ID],
        ['Monitoring Metrics Publisher', INSIGHTS_ID],
        ['Reader', ACS_ID],
        [ROLE_ID, expect.stringContaining('RelaySendPolicy')],
      ]),
    );
  });

  test('are watched: queries run in the Application Insights given, in their region, and nobody’s cap is', () => {
    const rules = whole.json.resources('azurerm_monitor_scheduled_query_rules_alert_v2');
    expect(new Set(rules.map(({ scopes, location }) => `${scopes} ${location}`))).toEqual(
      new Set([`${INSIGHTS_ID} northeurope`]),
    );
    expect(whole.made.relay?.logAnalyticsWorkspaceId).toBe(WORKSPACE_ID);
  });

  test('are verified by what is known of them', () => {
    const [relay] = verificationsOf(whole.json).filter(({ command }) => command.includes(`${HUB_ID}-relay`));
    expect(relay!.command).toContain('--apns "production" --bundle-id "com.example.app"');
  });

  test('have a plan of another tier refused by Terraform', () => {
    const plan = whole.json
      .dataSources('azapi_resource')
      .find(({ type }) => type.startsWith('Microsoft.Web/serverfarms@'))!;
    expect(plan).toMatchObject({ resource_id: PLAN_ID, response_export_values: { sku: 'sku.name' } });
    expect(plan.lifecycle.postcondition[0].condition).toBe('${self.output.sku == "FC1"}');
  });

  test('can be reached', () => {
    expect(whole.made.storage?.storageAccountId).toBe(STORAGE_ID);
    expect(whole.made.relay?.servicePlanId).toBe(PLAN_ID);
    expect(whole.made.relay?.keyRoleDefinitionId).toBe(ROLE_ID);
    expect(whole.made.namespace).toBeUndefined();
  });
});

test('push notifications take parts whose ids are known only when deployed', () => {
  const { json } = push((stack) => {
    const text = (name: string) => new TerraformVariable(stack, name, { type: 'string' }).stringValue;
    return {
      communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', text('acs')),
      callingHub: NotificationHub.fromNotificationHubId(stack, 'Calling', text('hub')),
      namespace: NotificationHubNamespace.fromNamespaceAttributes(stack, 'Namespace', {
        namespaceId: text('namespace'),
        location: text('location'),
      }),
      apns: apnsCredential(stack),
      systemTopic: SystemTopic.fromSystemTopicId(stack, 'Topic', text('topic')),
      deadLetter: { storageAccountId: text('letters'), containerName: 'deadletter' },
      events: {
        identity: new UserAssignedIdentity(stack, 'Identity', {
          name: 'id-app',
          location: 'westeurope',
          resourceGroupName: 'rg-app',
        }),
        storage: KeylessStorageAccount.fromStorageAccountId(stack, 'Own', text('storage')),
        servicePlanId: text('plan'),
        logAnalyticsWorkspaceId: text('workspace'),
        keyRoleDefinitionId: text('role'),
      },
    };
  });
  expect(json.text).not.toContain('TfToken');
  expect(schemaProblems(json)).toEqual([]);
  const [subscription] = json.resources('azurerm_eventgrid_system_topic_event_subscription');
  expect(subscription!.system_topic).toMatch(/^\$\{element\(regex\(.*systemTopics.*, var\.topic\), 1\)\}$/);
  const [precondition] = json.resource('azapi_resource_action').lifecycle.precondition;
  expect(precondition.condition).toBe(
    '${lower(element(split("/", var.acs), 2)) == lower(element(split("/", var.hub), 2))}',
  );
});

describe('a storage account that exists', () => {
  const relayOn = (over: Partial<PushNotificationsProps>) =>
    push((stack) => ({
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      events: { storage: KeylessStorageAccount.fromStorageAccountId(stack, 'Own', STORAGE_ID) },
      ...over,
    }));

  test('keeps its lifecycle policy, and who deploys is told what that means', () => {
    const { stack, json } = relayOn({});
    expect(json.resourceTypes).not.toContain('azurerm_storage_management_policy');
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/^stack\/Own: dead letters, .* \[ack: cdktf-acs-push:dead-letters-kept\]$/),
    ]);
  });

  test('cannot be told after how many days dead letters go', () => {
    expect(errorOf(() => relayOn({ deadLetterRetentionDays: 7 }))).toContain(
      'deadLetterRetentionDays is done by the lifecycle policy of an account that is made here, got 7 for one that exists',
    );
  });
});

test('what belongs to Application Insights that are given is not asked for as well', () => {
  const refused = errorOf(() =>
    push((stack) => ({
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      events: { applicationInsights: INSIGHTS, logAnalyticsWorkspaceId: WORKSPACE_ID, dailyLogCapGb: 5 },
    })),
  );
  for (const prop of ['logAnalyticsWorkspaceId', 'dailyLogCapGb']) {
    expect(refused).toContain(`${prop} is of Application Insights that are made here`);
  }
});

test('namespace and storage that are made can be reached', () => {
  const { made } = push((stack) => ({ dataLocation: 'Europe', apns: apnsCredential(stack) }));
  expect(made.namespace?.namespaceName).toBe('ntfns-contoso-x7k2p9');
  expect(made.storage).toBe(made.relay?.storage);
});
