import type { Version } from '../../link/version-constraint';

/** One argument or block that versions of azurerm, among those supported, do not all take. */
export interface AzurermDifference {
  /** `azurerm_application_insights`; `azurerm` for the provider's own block. */
  readonly type: string;
  /** Name as the older versions have it; within blocks, from the outermost: `enabled_log.retention_policy`. */
  readonly argument: string;
  /** The values that are refused. @default - any */
  readonly values?: readonly string[];
  /** The first version that refuses it. */
  readonly refusedFrom: Version;
  /** What takes its place under another name. @default - nothing that takes the same value */
  readonly successor?: {
    readonly argument: string;
    /** The first version that has it. */
    readonly from: Version;
    /** Whether true says there what false said before. @default false */
    readonly opposite?: boolean;
  };
  /** What to do where there is no successor: `use …`. */
  readonly remedy?: string;
}

const V5: Version = [5, 0, 0];

/** Of event subscriptions of either kind. */
const ENDPOINTS = (type: string): AzurermDifference[] =>
  (
    [
      ['eventhub_endpoint_id', 'eventhub_id'],
      ['hybrid_connection_endpoint_id', 'hybrid_connection_id'],
      ['service_bus_queue_endpoint_id', 'service_bus_queue_id'],
      ['service_bus_topic_endpoint_id', 'service_bus_topic_id'],
    ] as const
  ).map(([argument, name]) => ({
    type,
    argument,
    refusedFrom: V5,
    successor: { argument: name, from: V5 },
  }));

const BY_ACCOUNT_ID = (type: string): AzurermDifference => ({
  type,
  argument: 'storage_account_name',
  refusedFrom: V5,
  remedy: 'name the account by storage_account_id',
});

/**
 * Where azurerm 4.55 to 5.2 differ in the resources that this library makes, or that stacks have beside it. Compared with
 * the schemas that `terraform providers schema -json` prints of 4.55.0, 4.79.0 and 5.2.0; the values of `min_tls_version`
 * are of https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide.
 */
export const AZURERM_DIFFERENCES: readonly AzurermDifference[] = [
  {
    type: 'azurerm',
    argument: 'skip_provider_registration',
    refusedFrom: V5,
    remedy: "use resource_provider_registrations = 'none', which is what 5.0 does by itself",
  },
  {
    type: 'azurerm',
    argument: 'features.virtual_machine.graceful_shutdown',
    refusedFrom: V5,
    remedy: 'leave it out',
  },
  {
    type: 'azurerm_application_insights',
    argument: 'local_authentication_disabled',
    refusedFrom: V5,
    successor: { argument: 'local_authentication_enabled', from: [4, 78, 0], opposite: true },
  },
  {
    type: 'azurerm_application_insights',
    argument: 'disable_ip_masking',
    refusedFrom: V5,
    successor: { argument: 'ip_masking_enabled', from: [4, 79, 0], opposite: true },
  },
  {
    type: 'azurerm_application_insights',
    argument: 'daily_data_cap_notifications_disabled',
    refusedFrom: V5,
    successor: { argument: 'daily_data_cap_notifications_enabled', from: [4, 79, 0], opposite: true },
  },
  ...ENDPOINTS('azurerm_eventgrid_event_subscription'),
  ...ENDPOINTS('azurerm_eventgrid_system_topic_event_subscription'),
  {
    type: 'azurerm_eventgrid_system_topic',
    argument: 'source_arm_resource_id',
    refusedFrom: V5,
    successor: { argument: 'source_resource_id', from: [4, 55, 0] },
  },
  {
    type: 'azurerm_key_vault',
    argument: 'contact',
    refusedFrom: V5,
    remedy: 'use azurerm_key_vault_certificate_contacts',
  },
  {
    type: 'azurerm_key_vault',
    argument: 'enable_rbac_authorization',
    refusedFrom: V5,
    successor: { argument: 'rbac_authorization_enabled', from: [4, 55, 0] },
  },
  {
    type: 'azurerm_log_analytics_workspace',
    argument: 'local_authentication_disabled',
    refusedFrom: V5,
    successor: { argument: 'local_authentication_enabled', from: [4, 55, 0], opposite: true },
  },
  {
    type: 'azurerm_log_analytics_workspace',
    argument: 'internet_ingestion_enabled',
    refusedFrom: V5,
    remedy: 'use internet_ingestion_access_type',
  },
  {
    type: 'azurerm_log_analytics_workspace',
    argument: 'internet_query_enabled',
    refusedFrom: V5,
    remedy: 'use internet_query_access_type',
  },
  {
    type: 'azurerm_monitor_diagnostic_setting',
    argument: 'enabled_log.retention_policy',
    refusedFrom: V5,
    remedy: 'use azurerm_storage_management_policy',
  },
  {
    type: 'azurerm_monitor_diagnostic_setting',
    argument: 'metric',
    refusedFrom: V5,
    remedy: 'use enabled_metric',
  },
  {
    type: 'azurerm_storage_account',
    argument: 'customer_managed_key.managed_hsm_key_id',
    refusedFrom: V5,
    remedy: 'use customer_managed_key.key_vault_key_id',
  },
  {
    type: 'azurerm_storage_account',
    argument: 'min_tls_version',
    values: ['TLS1_0', 'TLS1_1'],
    refusedFrom: [4, 79, 0],
    remedy: "use 'TLS1_2'",
  },
  {
    type: 'azurerm_storage_account',
    argument: 'queue_properties',
    refusedFrom: V5,
    remedy: 'use azurerm_storage_account_queue_properties',
  },
  {
    type: 'azurerm_storage_account',
    argument: 'static_website',
    refusedFrom: V5,
    remedy: 'use azurerm_storage_account_static_website',
  },
  BY_ACCOUNT_ID('azurerm_storage_container'),
  BY_ACCOUNT_ID('azurerm_storage_queue'),
];
