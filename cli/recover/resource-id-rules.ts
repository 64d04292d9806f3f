/** How a resource of azurerm is found in Azure, and how it is imported. */
interface ResourceIdRule {
  /** Attributes that have to be known; their values come as texts. */
  readonly needs: readonly string[];
  /** Whether the id needs to know the provider's subscription. @default - no, one of the attributes names it */
  readonly inSubscription?: true;
  /** ARM id, from those attributes. */
  id(values: Readonly<Record<string, string>>, subscriptionId: string): string;
  /** What `terraform import` takes. @default the ARM id */
  importId?(values: Readonly<Record<string, string>>): string;
  /** With which the resource is read. */
  readonly apiVersion: string;
}

const group = (subscriptionId: string, name: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${name}`;

/** A resource of a resource group, by its name. */
const inGroup = (type: string, apiVersion: string): ResourceIdRule => ({
  needs: ['resource_group_name', 'name'],
  inSubscription: true,
  id: ({ resource_group_name, name }, subscriptionId) =>
    `${group(subscriptionId, resource_group_name!)}/providers/${type}/${name}`,
  apiVersion,
});

/** A resource below another one of the same group, which an attribute names. */
const below = (parent: string, type: string, child: string, apiVersion: string): ResourceIdRule => ({
  needs: ['resource_group_name', parent, 'name'],
  inSubscription: true,
  id: ({ resource_group_name, [parent]: of, name }, subscriptionId) =>
    `${group(subscriptionId, resource_group_name!)}/providers/${type}/${of}/${child}/${name}`,
  apiVersion,
});

/** A resource below another one whose id an attribute has. */
const ofParent = (parent: string, child: string, apiVersion: string): ResourceIdRule => ({
  needs: [parent, 'name'],
  id: ({ [parent]: of, name }) => `${withoutSlash(of!)}/${child}/${name}`,
  apiVersion,
});

/**
 * A row for each type of azurerm that the constructs make, and for those that stand beside them most often. Ids have the
 * form of the section "Import" of each type's page, casing included: azurerm takes no other.
 * Source: hashicorp/terraform-provider-azurerm, website/docs/r; api-versions of Azure/azure-rest-api-specs.
 */
export const RESOURCE_ID_RULES: Readonly<Record<string, ResourceIdRule>> = {
  azurerm_application_insights: inGroup('Microsoft.Insights/components', '2020-02-02'),
  azurerm_application_insights_workbook: inGroup('Microsoft.Insights/workbooks', '2022-04-01'),
  azurerm_communication_service: inGroup('Microsoft.Communication/communicationServices', '2025-05-01'),
  azurerm_eventgrid_system_topic: inGroup('Microsoft.EventGrid/systemTopics', '2022-06-15'),
  azurerm_eventgrid_system_topic_event_subscription: below(
    'system_topic',
    'Microsoft.EventGrid/systemTopics',
    'eventSubscriptions',
    '2022-06-15',
  ),
  azurerm_function_app_flex_consumption: inGroup('Microsoft.Web/sites', '2023-12-01'),
  azurerm_key_vault: inGroup('Microsoft.KeyVault/vaults', '2023-07-01'),
  azurerm_log_analytics_workspace: inGroup('Microsoft.OperationalInsights/workspaces', '2022-10-01'),
  azurerm_management_lock: ofParent('scope', 'providers/Microsoft.Authorization/locks', '2020-05-01'),
  azurerm_monitor_action_group: inGroup('Microsoft.Insights/actionGroups', '2023-01-01'),
  azurerm_monitor_diagnostic_setting: {
    ...ofParent(
      'target_resource_id',
      'providers/Microsoft.Insights/diagnosticSettings',
      '2021-05-01-preview',
    ),
    importId: ({ target_resource_id, name }) => `${target_resource_id}|${name}`,
  },
  azurerm_monitor_metric_alert: inGroup('Microsoft.Insights/metricAlerts', '2018-03-01'),
  azurerm_monitor_scheduled_query_rules_alert_v2: inGroup(
    'Microsoft.Insights/scheduledQueryRules',
    '2023-12-01',
  ),
  azurerm_notification_hub: below(
    'namespace_name',
    'Microsoft.NotificationHubs/namespaces',
    'notificationHubs',
    '2023-09-01',
  ),
  azurerm_notification_hub_namespace: inGroup('Microsoft.NotificationHubs/namespaces', '2023-09-01'),
  azurerm_private_endpoint: inGroup('Microsoft.Network/privateEndpoints', '2023-11-01'),
  azurerm_resource_group: {
    needs: ['name'],
    inSubscription: true,
    id: ({ name }, subscriptionId) => group(subscriptionId, name!),
    apiVersion: '2021-04-01',
  },
  azurerm_role_assignment: ofParent(
    'scope',
    'providers/Microsoft.Authorization/roleAssignments',
    '2022-04-01',
  ),
  azurerm_service_plan: inGroup('Microsoft.Web/serverFarms', '2023-12-01'),
  azurerm_storage_account: inGroup('Microsoft.Storage/storageAccounts', '2023-05-01'),
  azurerm_storage_container: ofParent('storage_account_id', 'blobServices/default/containers', '2023-05-01'),
  azurerm_storage_management_policy: {
    needs: ['storage_account_id'],
    id: ({ storage_account_id }) => `${storage_account_id}/managementPolicies/default`,
    apiVersion: '2023-05-01',
  },
  azurerm_storage_queue: ofParent('storage_account_id', 'queueServices/default/queues', '2023-05-01'),
  azurerm_user_assigned_identity: inGroup('Microsoft.ManagedIdentity/userAssignedIdentities', '2023-01-31'),
};

/** What Terraform runs, or writes over what is there already: a create of it never finds something in its way. */
export const RUN_AGAIN: readonly string[] = [
  'azapi_resource_action',
  'azapi_update_resource',
  'terraform_data',
];

/**
 * The id of a resource of azapi, which is worked out as azapi does.
 * @param type without its api-version
 */
export function azapiResourceId(parentId: string, type: string, name: string): string {
  const parent = withoutSlash(parentId);
  const [provider, ...types] = type.split('/');
  if (sameText(type, 'Microsoft.Resources/resourceGroups')) return `${parent}/resourceGroups/${name}`;
  const last = types.at(-1)!;
  const isBelow = types.length > 1 && sameText(typeOf(parent), [provider, ...types.slice(0, -1)].join('/'));
  return isBelow ? `${parent}/${last}/${name}` : `${parent}/providers/${provider}/${last}/${name}`;
}

/** The type that an id names by its last provider; empty where it names none. */
function typeOf(id: string): string {
  const [, own = ''] = /.*\/providers\/(.*)$/i.exec(id) ?? [];
  return own
    .split('/')
    .filter((_, i) => i === 0 || i % 2 === 1)
    .join('/');
}

const withoutSlash = (id: string) => id.replace(/\/+$/, '');

const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
