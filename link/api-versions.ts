/**
 * The api-version with which each resource type is written and read. No imports: constructs use the same ones.
 */
export const API_VERSIONS = {
  /** Azure/azure-rest-api-specs `specification/communication/resource-manager/Microsoft.Communication/stable/2025-05-01`. */
  communication: '2025-05-01',
  /** The first with `fcmV1Credential`; the later stable 2023-09-01 has none. Azure/azure-rest-api-specs#28909. */
  notificationHubs: '2023-10-01-preview',
  /** Metric values. Azure/azure-rest-api-specs `specification/monitor/…/stable/2018-01-01/metrics_API.json`. */
  metrics: '2018-01-01',
  /** Activity log. Azure/azure-rest-api-specs `specification/monitor/…/stable/2015-04-01/activityLogs_API.json`. */
  activityLog: '2015-04-01',
} as const;
