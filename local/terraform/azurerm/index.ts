import { AzureClient } from '../azure-client';
import type { AzureTransport } from '../azure-transport';
import { credentials, type AzureEnvironment } from '../credentials';
import type { CtyObject } from '../cty';
import type { Provider } from '../provider';
import { AZURERM_RETRIES } from '../retries';
import { loadSchema, withinSchema } from '../schema';
import { clientConfigData } from './client-config';
import { handler, single, type AzurermResource, type AzurermSession } from './resource';
import { applicationInsights } from './application-insights';
import { applicationInsightsWorkbook } from './application-insights-workbook';
import { communicationService } from './communication-service';
import { eventgridSystemTopic, eventgridSystemTopicData } from './eventgrid-system-topic';
import { eventgridSystemTopicEventSubscription } from './eventgrid-system-topic-event-subscription';
import { functionAppFlexConsumption } from './function-app-flex-consumption';
import { keyVault } from './key-vault';
import { keyVaultSecret, keyVaultSecretData, keyVaultSecretEphemeral } from './key-vault-secret';
import { logAnalyticsWorkspace } from './log-analytics-workspace';
import { managementLock } from './management-lock';
import { monitorActionGroup } from './monitor-action-group';
import { monitorDiagnosticSetting } from './monitor-diagnostic-setting';
import { monitorMetricAlert } from './monitor-metric-alert';
import { monitorScheduledQueryRulesAlertV2 } from './monitor-scheduled-query-rules-alert-v2';
import { notificationHub } from './notification-hub';
import { notificationHubAuthorizationRule } from './notification-hub-authorization-rule';
import { notificationHubNamespace } from './notification-hub-namespace';
import { privateEndpoint } from './private-endpoint';
import { wantedRegistrations } from './registration';
import { registerProviders } from './resource-providers';
import { resourceGroup } from './resource-group';
import { roleAssignment } from './role-assignment';
import { servicePlan } from './service-plan';
import { storageAccount } from './storage-account';
import { storageContainer } from './storage-container';
import { storageManagementPolicy } from './storage-management-policy';
import { storageQueue } from './storage-queue';
import { upgradeState } from './state-upgrades';
import { userAssignedIdentity } from './user-assigned-identity';
import { AzurermVersion, DEFAULT_AZURERM } from './version';

const RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_application_insights: applicationInsights,
  azurerm_application_insights_workbook: applicationInsightsWorkbook,
  azurerm_communication_service: communicationService,
  azurerm_eventgrid_system_topic: eventgridSystemTopic,
  azurerm_eventgrid_system_topic_event_subscription: eventgridSystemTopicEventSubscription,
  azurerm_function_app_flex_consumption: functionAppFlexConsumption,
  azurerm_key_vault: keyVault,
  azurerm_key_vault_secret: keyVaultSecret,
  azurerm_log_analytics_workspace: logAnalyticsWorkspace,
  azurerm_management_lock: managementLock,
  azurerm_monitor_action_group: monitorActionGroup,
  azurerm_monitor_diagnostic_setting: monitorDiagnosticSetting,
  azurerm_monitor_metric_alert: monitorMetricAlert,
  azurerm_monitor_scheduled_query_rules_alert_v2: monitorScheduledQueryRulesAlertV2,
  azurerm_notification_hub: notificationHub,
  azurerm_notification_hub_authorization_rule: notificationHubAuthorizationRule,
  azurerm_notification_hub_namespace: notificationHubNamespace,
  azurerm_private_endpoint: privateEndpoint,
  azurerm_resource_group: resourceGroup,
  azurerm_role_assignment: roleAssignment,
  azurerm_service_plan: servicePlan,
  azurerm_storage_account: storageAccount,
  azurerm_storage_container: storageContainer,
  azurerm_storage_management_policy: storageManagementPolicy,
  azurerm_storage_queue: storageQueue,
  azurerm_user_assigned_identity: userAssignedIdentity,
};

/**
 * The stand-in for a version of hashicorp/azurerm.
 * @throws ProviderError for one that is not played
 */
export function azurermProvider(
  environment: AzureEnvironment,
  transport: AzureTransport,
  playing: string = DEFAULT_AZURERM,
): Provider<AzurermSession> {
  const version = new AzurermVersion(playing);
  const schema = loadSchema(version.schema);
  const topicSchema = schema.data_sources['azurerm_eventgrid_system_topic']!.block;
  return {
    name: 'azurerm',
    schema,
    legacyTypeSystem: true,
    upgradeState,
    resources: Object.fromEntries(
      Object.entries(RESOURCES).map(([name, resource]) => [
        name,
        handler(name, schema.resources[name]!, resource, version),
      ]),
    ),
    dataSources: {
      azurerm_client_config: clientConfigData,
      azurerm_eventgrid_system_topic: {
        read: async (...asked) => withinSchema(topicSchema, await eventgridSystemTopicData.read(...asked)),
      },
      azurerm_key_vault_secret: keyVaultSecretData,
    },
    ephemeralResources: { azurerm_key_vault_secret: keyVaultSecretEphemeral },
    async configure(config) {
      const wanted = wantedRegistrations(config, environment, version);
      const found = credentials('azurerm', config, environment);
      const features = single(config['features']) ?? {};
      const client = new AzureClient(transport, found, {
        userAgent: 'azurerm (stand-in)',
        retries: AZURERM_RETRIES,
        armScope: 'https://management.azure.com/.default',
      });
      await registerProviders(client, found.subscriptionId, wanted);
      return {
        client,
        subscriptionId: found.subscriptionId,
        tenantId: found.tenantId,
        version,
        storageUseAzuread:
          config['storage_use_azuread'] === true || environment['ARM_STORAGE_USE_AZUREAD'] === 'true',
        keepsAcceptedCreates: features['persist_id_on_create_before_polling_for_completion'] === true,
        overwritesExisting:
          features['skip_import_check_on_create_and_allow_overwriting_existing_resources'] === true,
        features: Object.fromEntries(
          Object.entries(features).map(([name, blocks]) => [name, single(blocks) as CtyObject | undefined]),
        ),
      };
    },
  };
}
