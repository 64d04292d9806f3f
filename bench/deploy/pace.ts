/** What a real provider waits although Azure has answered, when it made or changed a resource. */
export interface Pace {
  /** Seconds until it first asks what became of its write. A write of Azure that takes longer is asked again every ten. */
  readonly firstPoll?: number;
  /** Seconds that it spends on reads that have to agree, and how many these are. */
  readonly settling?: { readonly seconds: number; readonly reads: number };
  /** Where it is told. */
  readonly source: string;
}

export type Written = 'create' | 'update';

/**
 * Seconds between two looks at an operation that is under way, where the answer names none, in both providers.
 *
 * Source: hashicorp/go-azure-sdk, sdk/client/resourcemanager/poller.go; Azure/terraform-provider-azapi,
 * internal/clients/resource_client.go (`Frequency`).
 */
export const POLL_SECONDS = 10;

/** Terraform's `-parallelism`, its default. */
export const PARALLELISM = 10;

/** The same by `--terraform-parallelism`, as pages name it. */
export const WIDE_PARALLELISM = 40;

/** `WaitForState` of azurerm's plugin SDK: ten agreeing reads, at least 15 s apart and at most 10 s by turns. */
const TEN_READS = { seconds: 115, reads: 9 };
const MEASURED = 'measured with azurerm 4.55.0 against a server that answers at once';
const services = (file: string) => `hashicorp/terraform-provider-azurerm 4.55.0, internal/services/${file}`;

/** A write that azurerm asks about ten seconds later, whatever the answer said. */
const polled: Pace = { firstPoll: 10, source: MEASURED };

/**
 * The fixed waits of azurerm. What is not listed has none. azapi has none either: it asks ten seconds later only while
 * the answer says that the write goes on.
 */
export const AZURERM_PACE: Readonly<Record<string, Partial<Record<Written, Pace>>>> = {
  azurerm_resource_group: {
    create: {
      settling: { seconds: 20, reads: 3 },
      source: `${MEASURED}; ${services('resource/resource_group_resource.go')}`,
    },
  },
  azurerm_communication_service: { create: polled, update: polled },
  azurerm_notification_hub_namespace: {
    create: {
      settling: TEN_READS,
      source: `${MEASURED}; ${services('notificationhub/notification_hub_namespace_resource.go')}`,
    },
    update: {
      settling: TEN_READS,
      source: services('notificationhub/notification_hub_namespace_resource.go'),
    },
  },
  azurerm_notification_hub: {
    create: {
      settling: TEN_READS,
      source: `${MEASURED}; ${services('notificationhub/notification_hub_resource.go')}`,
    },
    update: {
      settling: TEN_READS,
      source: `${MEASURED}; ${services('notificationhub/notification_hub_resource.go')}`,
    },
  },
  azurerm_monitor_metric_alert: {
    create: {
      settling: TEN_READS,
      source: `${MEASURED}; ${services('monitor/monitor_metric_alert_resource.go')}`,
    },
    update: {
      settling: TEN_READS,
      source: `${MEASURED}; ${services('monitor/monitor_metric_alert_resource.go')}`,
    },
  },
  azurerm_storage_account: { create: polled, update: polled },
  azurerm_log_analytics_workspace: {
    // It is written twice.
    create: { firstPoll: 10, settling: { seconds: 10, reads: 1 }, source: MEASURED },
    update: polled,
  },
  azurerm_service_plan: { create: polled, update: polled },
  azurerm_eventgrid_system_topic: { create: polled, update: polled },
  azurerm_eventgrid_system_topic_event_subscription: { create: polled, update: polled },
  azurerm_role_assignment: {
    create: {
      settling: { seconds: 20, reads: 4 },
      source: `${MEASURED}; ${services('authorization/role_assignment_resource.go')}`,
    },
  },
  azurerm_management_lock: {
    create: {
      settling: { seconds: 110, reads: 11 },
      source: `${services('resource/management_lock_resource.go')}: twelve agreeing reads, 10 s apart`,
    },
  },
  azurerm_monitor_diagnostic_setting: {
    create: {
      settling: { seconds: 10, reads: 2 },
      source: `${services('monitor/monitor_diagnostic_setting_resource.go')}: three agreeing reads, 5 s apart`,
    },
  },
};

/**
 * What azurerm waits for beside, until the data planes of a new storage account answer; not when the provider block says
 * `features.storage.data_plane_available = false`.
 */
export const STORAGE_DATA_PLANES: Pace = {
  settling: { seconds: 40, reads: 4 },
  source: `${MEASURED}; ${services('storage/storage_account_resource.go')} (\`DataPlaneAvailable\`)`,
};

/** The pace of a write; undefined where the provider waits for nothing but the answers. */
export function paceOf(type: string, action: Written, dataPlaneAwaited: boolean): Pace | undefined {
  const pace = AZURERM_PACE[type]?.[action];
  if (type !== 'azurerm_storage_account' || action !== 'create' || !dataPlaneAwaited) return pace;
  return { ...pace, ...STORAGE_DATA_PLANES, source: `${pace!.source}; ${STORAGE_DATA_PLANES.source}` };
}
