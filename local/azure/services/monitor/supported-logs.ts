import type { StoredResource } from '../../core/store';

/** What a diagnostic setting of a resource can name. */
export interface DiagnosticCategories {
  readonly logs: readonly string[];
  readonly groups: readonly string[];
  readonly metrics: readonly string[];
}

const ALL_METRICS = ['AllMetrics'];
const STORAGE_SERVICE: DiagnosticCategories = {
  logs: ['StorageRead', 'StorageWrite', 'StorageDelete'],
  groups: ['allLogs', 'audit'],
  metrics: ['Transaction', 'Capacity'],
};

/**
 * By resource type in lower case. Sources: azure-monitor-docs, reference/supported-logs/{type}-logs.md; the metrics of
 * storage accounts from storage-docs, monitor-blob-storage-reference.md. `audit` is there where a category is one of
 * audits.
 */
const CATEGORIES: Readonly<Record<string, DiagnosticCategories>> = {
  'microsoft.communication/communicationservices': {
    logs: [
      'AdvancedMessagingOperational',
      'AuthOperational',
      'CallAutomationMediaSummary',
      'CallAutomationOperational',
      'CallAutomationStreamingUsage',
      'CallClientMediaStatsTimeSeries',
      'CallClientOperations',
      'CallClientServiceRequestAndOutcome',
      'CallClosedCaptionsSummary',
      'CallDiagnostics',
      'CallDiagnosticsUpdates',
      'CallRecordingSummary',
      'CallSummary',
      'CallSummaryUpdates',
      'CallSurvey',
      'ChatOperational',
      'EmailSendMailOperational',
      'EmailStatusUpdateOperational',
      'EmailUserEngagementOperational',
      'JobRouterOperational',
      'RoomsOperational',
      'SMSOperational',
      'Usage',
    ],
    groups: ['allLogs'],
    // The former is what Azure Verified Modules deploy (avm/res/communication/communication-service).
    metrics: ['AllMetrics', 'Traffic'],
  },
  'microsoft.eventgrid/systemtopics': {
    logs: ['DeliveryFailures'],
    groups: ['allLogs'],
    metrics: ALL_METRICS,
  },
  'microsoft.insights/components': {
    logs: [
      'AppAvailabilityResults',
      'AppBrowserTimings',
      'AppDependencies',
      'AppEvents',
      'AppExceptions',
      'AppMetrics',
      'AppPageViews',
      'AppPerformanceCounters',
      'AppRequests',
      'AppSystemEvents',
      'AppTraces',
    ],
    groups: ['allLogs'],
    metrics: ALL_METRICS,
  },
  'microsoft.keyvault/vaults': {
    logs: ['AuditEvent', 'AzurePolicyEvaluationDetails'],
    groups: ['allLogs', 'audit'],
    metrics: ALL_METRICS,
  },
  'microsoft.notificationhubs/namespaces': {
    logs: ['OperationalLogs'],
    groups: ['allLogs'],
    metrics: ALL_METRICS,
  },
  'microsoft.notificationhubs/namespaces/notificationhubs': {
    logs: ['OperationalLogs'],
    groups: ['allLogs'],
    metrics: ALL_METRICS,
  },
  'microsoft.operationalinsights/workspaces': {
    logs: ['Audit', 'SummaryLogs'],
    groups: ['allLogs', 'audit'],
    metrics: ALL_METRICS,
  },
  'microsoft.storage/storageaccounts': { logs: [], groups: [], metrics: ['Transaction', 'Capacity'] },
  'microsoft.storage/storageaccounts/blobservices': STORAGE_SERVICE,
  'microsoft.storage/storageaccounts/fileservices': STORAGE_SERVICE,
  'microsoft.storage/storageaccounts/queueservices': STORAGE_SERVICE,
  'microsoft.storage/storageaccounts/tableservices': STORAGE_SERVICE,
  'microsoft.web/serverfarms': { logs: [], groups: [], metrics: ALL_METRICS },
};

/** Of Microsoft.Web/sites, those that a Function App has. */
const FUNCTION_APP: DiagnosticCategories = {
  logs: ['FunctionAppLogs', 'AppServiceAuthenticationLogs'],
  groups: ['allLogs'],
  metrics: ALL_METRICS,
};

/** Undefined for a type that has none, or that local Azure does not know. */
export function diagnosticCategories({
  type,
  kind,
}: Pick<StoredResource, 'type' | 'kind'>): DiagnosticCategories | undefined {
  if (type.toLowerCase() === 'microsoft.web/sites') {
    return kind?.toLowerCase().includes('functionapp') ? FUNCTION_APP : undefined;
  }
  return CATEGORIES[type.toLowerCase()];
}
