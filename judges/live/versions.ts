import { API_VERSIONS as LINK } from '../../link/api-versions';

/** The api-version of each call, by the resource type below `providers/`. */
export const VERSIONS = {
  activityLog: LINK.activityLog,
  callAutomation: '2025-05-15',
  communication: LINK.communication,
  /** That of azurerm's resource: without `identity`, `disableLocalAuth` and `publicNetworkAccess`. */
  communicationOfAzurerm: '2023-03-31',
  components: '2020-02-02',
  eventGrid: '2025-02-15',
  hubMessages: '2020-06',
  identities: '2023-10-01',
  metricAlerts: '2018-03-01',
  metrics: LINK.metrics,
  notificationHubs: LINK.notificationHubs,
  /** The latest stable one, which has no FCM v1. */
  notificationHubsStable: '2023-09-01',
  queryRules: '2021-08-01',
  resources: '2021-04-01',
  storage: '2023-05-01',
  workbooks: '2022-04-01',
  workspaces: '2022-10-01',
} as const;
