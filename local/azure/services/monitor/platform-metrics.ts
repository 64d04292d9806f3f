/**
 * Metrics that Azure emits, from the tables of azure-monitor-docs, reference/supported-metrics/{type}-metrics.md.
 */

export type Aggregation = 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total';

export interface PlatformMetric {
  /** Those of the table; what else Azure may add up is not written there. */
  readonly aggregations: readonly Aggregation[];
  readonly dimensions: readonly string[];
  /** The shortest grain, in minutes; default 1. */
  readonly grain?: number;
}

/** What local Azure counts, by resource type in lower case. All are counts, summed. */
export const COUNTED_METRICS: Readonly<Record<string, readonly string[]>> = {
  'microsoft.notificationhubs/namespaces/notificationhubs': [
    'incoming',
    'incoming.all.failedrequests',
    'incoming.all.requests',
    'incoming.scheduled',
    'incoming.scheduled.cancel',
    'installation.all',
    'installation.delete',
    'installation.get',
    'installation.patch',
    'installation.upsert',
    'notificationhub.pushes',
    'outgoing.allpns.badorexpiredchannel',
    'outgoing.allpns.channelerror',
    'outgoing.allpns.invalidpayload',
    'outgoing.allpns.pnserror',
    'outgoing.allpns.success',
    'outgoing.apns.badchannel',
    'outgoing.apns.expiredchannel',
    'outgoing.apns.invalidcredentials',
    'outgoing.apns.invalidnotificationsize',
    'outgoing.apns.pnserror',
    'outgoing.apns.success',
    'outgoing.fcmv1.badchannel',
    'outgoing.fcmv1.invalidcredentials',
    'outgoing.fcmv1.invalidnotificationformat',
    'outgoing.fcmv1.invalidnotificationsize',
    'outgoing.fcmv1.pnserror',
    'outgoing.fcmv1.success',
    'outgoing.fcmv1.throttled',
    'outgoing.fcmv1.wrongchannel',
    'registration.all',
    'registration.create',
    'registration.delete',
    'registration.get',
    'registration.update',
    'scheduled.pending',
  ],
  'microsoft.eventgrid/systemtopics': [
    'DeadLetteredCount',
    'DeliveryAttemptFailCount',
    'DeliverySuccessCount',
    'DroppedEventCount',
    'MatchedEventCount',
    'PublishFailCount',
    'PublishSuccessCount',
    'UnmatchedEventCount',
  ],
  'microsoft.eventgrid/systemtopics/eventsubscriptions': [
    'DeadLetteredCount',
    'DeliveryAttemptFailCount',
    'DeliverySuccessCount',
    'DroppedEventCount',
    'MatchedEventCount',
  ],
};

const total = (...dimensions: string[]): PlatformMetric => ({ aggregations: ['Total'], dimensions });
const average = (...dimensions: string[]): PlatformMetric => ({ aggregations: ['Average'], dimensions });
const count = (...dimensions: string[]): PlatformMetric => ({ aggregations: ['Count'], dimensions });

const API_REQUEST = ['Operation', 'StatusCode', 'StatusCodeClass'];
const REQUEST = [
  'request/performanceBucket',
  'request/resultCode',
  'request/success',
  'operation/synthetic',
  'cloud/roleInstance',
  'cloud/roleName',
];
const DEPENDENCY = [
  'dependency/type',
  'dependency/performanceBucket',
  'dependency/success',
  'dependency/target',
  'dependency/resultCode',
  'operation/synthetic',
  'cloud/roleInstance',
  'cloud/roleName',
];

/** What alerts can watch, by namespace in lower case. A Function App's are those of the Flex Consumption plan. */
export const PLATFORM_METRICS: Readonly<Record<string, Readonly<Record<string, PlatformMetric>>>> = {
  'microsoft.notificationhubs/namespaces/notificationhubs': Object.fromEntries(
    COUNTED_METRICS['microsoft.notificationhubs/namespaces/notificationhubs']!.map((name) => [name, total()]),
  ),
  'microsoft.communication/communicationservices': {
    APIRequestAuthentication: count(...API_REQUEST),
    APIRequestCallAutomation: count(...API_REQUEST, 'ApiVersion'),
    APIRequestCallRecording: count(...API_REQUEST),
    APIRequestChat: count(...API_REQUEST),
    APIRequestSMS: count(...API_REQUEST),
  },
  'microsoft.eventgrid/systemtopics': {
    AdvancedFilterEvaluationCount: total('EventSubscriptionName'),
    DeadLetteredCount: total('DeadLetterReason', 'EventSubscriptionName'),
    DeliveryAttemptFailCount: total('Error', 'ErrorType', 'EventSubscriptionName'),
    DeliverySuccessCount: total('EventSubscriptionName'),
    DestinationProcessingDurationInMs: average('EventSubscriptionName'),
    DroppedEventCount: total('DropReason', 'EventSubscriptionName'),
    MatchedEventCount: total('EventSubscriptionName'),
    PublishFailCount: total('ErrorType', 'Error'),
    PublishSuccessCount: total(),
    PublishSuccessLatencyInMs: total(),
    ServerDeliverySuccessRate: total('EventSubscriptionName'),
    UnmatchedEventCount: total(),
  },
  'microsoft.web/sites': {
    AlwaysReadyFunctionExecutionCount: total('Instance'),
    AlwaysReadyFunctionExecutionUnits: total('Instance'),
    AlwaysReadyUnits: total('Instance'),
    AverageMemoryWorkingSet: average('Instance'),
    CpuPercentage: average('Instance'),
    Http2xx: total('Instance'),
    Http401: total('Instance'),
    Http403: total('Instance'),
    Http404: total('Instance'),
    Http4xx: total('Instance'),
    Http5xx: total('Instance'),
    HttpResponseTime: average('Instance'),
    InstanceCount: average(),
    MemoryWorkingSet: average('Instance'),
    OnDemandFunctionExecutionCount: total('Instance'),
    OnDemandFunctionExecutionUnits: total('Instance'),
    Requests: total('Instance'),
  },
  'microsoft.insights/components': {
    'dependencies/count': count(...DEPENDENCY),
    'dependencies/failed': count(...DEPENDENCY),
    'exceptions/count': count('cloud/roleName', 'cloud/roleInstance', 'client/type'),
    'exceptions/server': count('client/isServer', 'cloud/roleName', 'cloud/roleInstance'),
    'requests/count': count(...REQUEST),
    'requests/duration': { aggregations: ['Average', 'Maximum', 'Minimum'], dimensions: REQUEST },
    'requests/failed': count(...REQUEST),
    'requests/rate': average(...REQUEST),
    'traces/count': count(
      'trace/severityLevel',
      'operation/synthetic',
      'cloud/roleName',
      'cloud/roleInstance',
    ),
  },
  'microsoft.storage/storageaccounts': {
    Availability: average('GeoType', 'ApiName', 'Authentication'),
    Egress: total('GeoType', 'ApiName', 'Authentication'),
    Ingress: total('GeoType', 'ApiName', 'Authentication'),
    SuccessE2ELatency: average('GeoType', 'ApiName', 'Authentication'),
    SuccessServerLatency: average('GeoType', 'ApiName', 'Authentication'),
    Transactions: total('ResponseType', 'GeoType', 'ApiName', 'Authentication', 'TransactionType'),
    UsedCapacity: { ...average(), grain: 60 },
  },
};
