import type { NodeKind, TopologyNode } from './topology';

/** What a picture says of a type: the service it is of, and its name there. */
export type Kind = Pick<TopologyNode, 'service' | 'kind' | 'label'>;

/** Services in the order in which a push goes through them; others come after. */
export const SERVICES = [
  'Secrets',
  'Communication Services',
  'Event Grid',
  'Function App',
  'Notification Hubs',
  'Push services',
  'Storage',
  'Monitor',
  'Identity and rights',
  'Network',
  'Resource group',
  'Terraform',
] as const;

/** By the type of azurerm or of ARM, in small letters. Names are those of the portal. */
const KINDS: Readonly<Record<string, readonly [service: string, label: string, kind?: NodeKind]>> = {
  'microsoft.communication/communicationservices': [
    'Communication Services',
    'Communication Services resource',
  ],
  azurerm_communication_service: ['Communication Services', 'Communication Services resource'],

  azurerm_eventgrid_system_topic: ['Event Grid', 'System topic'],
  azurerm_eventgrid_system_topic_event_subscription: [
    'Event Grid',
    'Event subscription',
    'event subscription',
  ],
  azurerm_eventgrid_event_subscription: ['Event Grid', 'Event subscription', 'event subscription'],

  'microsoft.web/sites': ['Function App', 'Function App'],
  'microsoft.web/sites/basicpublishingcredentialspolicies': [
    'Function App',
    'Basic publishing',
    'basic publishing',
  ],
  'microsoft.web/sites/functions': ['Function App', 'Function'],
  azurerm_service_plan: ['Function App', 'Plan', 'plan'],
  azurerm_function_app_flex_consumption: ['Function App', 'Function App'],
  azurerm_linux_function_app: ['Function App', 'Function App'],

  'microsoft.notificationhubs/namespaces': ['Notification Hubs', 'Namespace', 'namespace'],
  'microsoft.notificationhubs/namespaces/notificationhubs': ['Notification Hubs', 'Hub', 'hub'],
  'microsoft.notificationhubs/namespaces/notificationhubs/authorizationrules': [
    'Notification Hubs',
    'Access policy',
    'access policy',
  ],
  azurerm_notification_hub_namespace: ['Notification Hubs', 'Namespace', 'namespace'],
  azurerm_notification_hub: ['Notification Hubs', 'Hub', 'hub'],
  azurerm_notification_hub_authorization_rule: ['Notification Hubs', 'Access policy', 'access policy'],

  azurerm_storage_account: ['Storage', 'Storage account'],
  azurerm_storage_container: ['Storage', 'Container', 'container'],
  azurerm_storage_queue: ['Storage', 'Queue', 'queue'],
  azurerm_storage_management_policy: ['Storage', 'Retention', 'retention'],

  azurerm_log_analytics_workspace: ['Monitor', 'Log workspace', 'log workspace'],
  azurerm_application_insights: ['Monitor', 'Application Insights', 'application insights'],
  azurerm_application_insights_workbook: ['Monitor', 'Workbook'],
  azurerm_monitor_action_group: ['Monitor', 'Action group'],
  azurerm_monitor_diagnostic_setting: ['Monitor', 'Diagnostic setting', 'diagnostic setting'],
  azurerm_monitor_metric_alert: ['Monitor', 'Alert', 'alert'],
  azurerm_monitor_scheduled_query_rules_alert_v2: ['Monitor', 'Alert', 'alert'],

  azurerm_user_assigned_identity: ['Identity and rights', 'Managed identity', 'managed identity'],
  azurerm_role_assignment: ['Identity and rights', 'Role assignment'],
  azurerm_role_definition: ['Identity and rights', 'Custom role', 'custom role'],
  'microsoft.authorization/roledefinitions': ['Identity and rights', 'Custom role', 'custom role'],
  'microsoft.authorization/roleassignments': ['Identity and rights', 'Role assignment'],
  azurerm_management_lock: ['Identity and rights', 'Lock', 'lock'],

  azurerm_key_vault: ['Secrets', 'Key Vault'],
  azurerm_key_vault_secret: ['Secrets', 'Key Vault secret', 'vault secret'],
  'microsoft.keyvault/vaults': ['Secrets', 'Key Vault'],

  azurerm_resource_group: ['Resource group', 'Resource group', 'resource group'],
  'microsoft.resources/resourcegroups': ['Resource group', 'Resource group', 'resource group'],
  azurerm_virtual_network: ['Network', 'Virtual network'],
  azurerm_subnet: ['Network', 'Subnet'],
  azurerm_private_endpoint: ['Network', 'Private endpoint'],
  azurerm_private_dns_zone: ['Network', 'Private DNS zone'],
  'microsoft.network/virtualnetworks/subnets': ['Network', 'Subnet'],
  'microsoft.network/privateendpoints': ['Network', 'Private endpoint'],
};

/** Of a type that no row has, what its own name says. */
export function kindOf(type: string): Kind {
  const [service, label, kind] = KINDS[type.toLowerCase()] ?? [];
  if (service !== undefined && label !== undefined) return { service, label, kind };
  if (type.startsWith('terraform_')) return { service: 'Terraform', label: type };
  if (type.includes('/')) {
    const [namespace = '', ...names] = type.split('/');
    return { service: namespace, label: names.at(-1) ?? type };
  }
  if (type.startsWith('azurerm_private_') || type.startsWith('azurerm_virtual_network')) {
    return { service: 'Network', label: wordsOf(type) };
  }
  return { service: 'Other', label: wordsOf(type) };
}

function wordsOf(type: string): string {
  return type.replace(/^azurerm_/, '').replaceAll('_', ' ');
}
