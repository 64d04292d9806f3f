import { SUBSCRIPTION_ID, type LocalAzure } from '../../azure';
import { bodyOf, ecKey, rsaKey } from './harness';

export const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
export const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-all`;
const PROVIDERS = `${GROUP}/providers`;
const NAMESPACE = `${PROVIDERS}/Microsoft.NotificationHubs/namespaces/nhns-all`;
const HUB = `${NAMESPACE}/notificationHubs/calls`;
const COMMUNICATION = `${PROVIDERS}/Microsoft.Communication/communicationServices/acs-all`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stall`;
const IDENTITY = `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/id-all`;
const WORKSPACE = `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/law-all`;
const PLAN = `${PROVIDERS}/Microsoft.Web/serverFarms/plan-all`;
const SITE = `${PROVIDERS}/Microsoft.Web/sites/fn-all`;
const TOPIC = `${PROVIDERS}/Microsoft.EventGrid/systemTopics/evgt-all`;
const ACTION_GROUP = `${PROVIDERS}/Microsoft.Insights/actionGroups/ag-all`;
const ENDPOINT = `${PROVIDERS}/Microsoft.Network/privateEndpoints/pep-all`;
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const SOME_GUID = '0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01';
const region = 'westeurope';

/** A resource that local Azure takes, with everything that its type looks at. */
export interface PlayedResource {
  readonly id: string;
  readonly apiVersion: string;
  readonly body: Record<string, unknown>;
}

/** One resource of each played type, in the order in which they can be made. */
export const PLAYED_RESOURCES: readonly PlayedResource[] = [
  { id: GROUP, apiVersion: '2024-03-01', body: { location: region, tags: { team: 'push' } } },
  { id: IDENTITY, apiVersion: '2023-01-31', body: { location: region } },
  {
    id: `${IDENTITY}/providers/Microsoft.Authorization/locks/keep`,
    apiVersion: '2020-05-01',
    body: { properties: { level: 'CanNotDelete', notes: 'kept' } },
  },
  {
    id: NAMESPACE,
    apiVersion: '2023-10-01-preview',
    body: {
      location: region,
      tags: { team: 'push' },
      sku: { name: 'Standard' },
      properties: {
        publicNetworkAccess: 'Enabled',
        networkAcls: {
          ipRules: [{ ipMask: '10.0.0.0/8', rights: ['Send'] }],
          publicNetworkRule: { rights: ['Listen', 'Manage', 'Send'] },
        },
      },
    },
  },
  {
    id: `${NAMESPACE}/authorizationRules/rule`,
    apiVersion: '2023-09-01',
    body: { properties: { rights: ['Send'] } },
  },
  {
    id: HUB,
    apiVersion: '2023-10-01-preview',
    body: {
      location: region,
      properties: {
        apnsCredential: {
          properties: {
            appId: 'TEAM123456',
            appName: 'com.example.app',
            keyId: 'ABCDE12345',
            token: bodyOf(ecKey().privateKey),
            endpoint: 'https://api.push.apple.com:443/3/device',
          },
        },
        fcmV1Credential: {
          properties: { projectId: 'p', clientEmail: 'a@p.example', privateKey: rsaKey().privateKey },
        },
      },
    },
  },
  {
    id: `${HUB}/authorizationRules/rule`,
    apiVersion: '2023-09-01',
    body: { properties: { rights: ['Listen', 'Manage', 'Send'] } },
  },
  {
    id: COMMUNICATION,
    apiVersion: '2025-05-01',
    body: {
      location: 'global',
      identity: { type: 'SystemAssigned' },
      properties: { dataLocation: 'Europe', linkedDomains: [], disableLocalAuth: false },
    },
  },
  {
    id: ACCOUNT,
    apiVersion: '2023-05-01',
    body: {
      location: region,
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { allowSharedKeyAccess: true, networkAcls: { defaultAction: 'Allow' } },
    },
  },
  ...['blobServices', 'fileServices', 'queueServices', 'tableServices'].map((service) => ({
    id: `${ACCOUNT}/${service}/default`,
    apiVersion: '2023-05-01',
    body: { properties: { cors: { corsRules: [] } } },
  })),
  {
    id: `${ACCOUNT}/managementPolicies/default`,
    apiVersion: '2023-05-01',
    body: {
      properties: {
        policy: {
          rules: [
            {
              name: 'old',
              enabled: true,
              type: 'Lifecycle',
              definition: {
                actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
                filters: {
                  blobTypes: ['blockBlob'],
                  prefixMatch: ['letters/a'],
                  blobIndexMatch: [{ name: 'n', op: '==', value: 'v' }],
                },
              },
            },
          ],
        },
      },
    },
  },
  {
    id: `${ACCOUNT}/blobServices/default/containers/letters`,
    apiVersion: '2023-05-01',
    body: { properties: {} },
  },
  {
    id: `${ACCOUNT}/queueServices/default/queues/events`,
    apiVersion: '2023-05-01',
    body: { properties: {} },
  },
  {
    id: `${PROVIDERS}/Microsoft.KeyVault/vaults/kv-all`,
    apiVersion: '2023-07-01',
    body: {
      location: region,
      properties: {
        tenantId: SOME_GUID,
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [{ tenantId: SOME_GUID, objectId: SOME_GUID, permissions: { secrets: ['get'] } }],
        enableRbacAuthorization: false,
      },
    },
  },
  {
    id: WORKSPACE,
    apiVersion: '2022-10-01',
    body: { location: region, properties: { workspaceCapping: { dailyQuotaGb: 1 } } },
  },
  {
    id: `${PROVIDERS}/Microsoft.Insights/components/appi-all`,
    apiVersion: '2020-02-02',
    body: {
      location: region,
      kind: 'web',
      properties: { Application_Type: 'web', WorkspaceResourceId: WORKSPACE },
    },
  },
  {
    id: TOPIC,
    apiVersion: '2022-06-15',
    body: {
      location: 'global',
      properties: { source: COMMUNICATION, topicType: 'Microsoft.Communication.CommunicationServices' },
    },
  },
  {
    id: `${TOPIC}/eventSubscriptions/events`,
    apiVersion: '2022-06-15',
    body: {
      properties: {
        destination: {
          endpointType: 'StorageQueue',
          properties: { resourceId: ACCOUNT, queueName: 'events', queueMessageTimeToLiveInSeconds: 60 },
        },
        eventDeliverySchema: 'EventGridSchema',
        filter: {
          includedEventTypes: ['Microsoft.Communication.IncomingCall'],
          subjectBeginsWith: '/',
          advancedFilters: [{ operatorType: 'StringContains', key: 'subject', values: ['a'] }],
        },
        labels: ['a'],
        retryPolicy: { maxDeliveryAttempts: 3, eventTimeToLiveInMinutes: 10 },
        deadLetterDestination: {
          endpointType: 'StorageBlob',
          properties: { resourceId: ACCOUNT, blobContainerName: 'letters' },
        },
      },
    },
  },
  {
    id: ACTION_GROUP,
    apiVersion: '2023-01-01',
    body: {
      location: 'global',
      properties: {
        groupShortName: 'all',
        enabled: true,
        emailReceivers: [{ name: 'mail', emailAddress: 'on-call@example.com' }],
        webhookReceivers: [{ name: 'hook', serviceUri: 'https://example.com/alerts' }],
      },
    },
  },
  {
    id: `${PROVIDERS}/Microsoft.Insights/metricAlerts/ma-all`,
    apiVersion: '2018-03-01',
    body: {
      location: 'global',
      properties: {
        severity: 1,
        enabled: true,
        scopes: [TOPIC],
        evaluationFrequency: 'PT5M',
        windowSize: 'PT15M',
        criteria: {
          'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria',
          allOf: [
            {
              criterionType: 'DynamicThresholdCriterion',
              name: 'Metric1',
              metricNamespace: 'Microsoft.EventGrid/systemTopics',
              metricName: 'DeadLetteredCount',
              timeAggregation: 'Total',
              operator: 'GreaterThan',
              dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['events'] }],
              alertSensitivity: 'Medium',
              failingPeriods: { numberOfEvaluationPeriods: 4, minFailingPeriodsToAlert: 4 },
            },
          ],
        },
        actions: [{ actionGroupId: ACTION_GROUP }],
      },
    },
  },
  {
    id: `${PROVIDERS}/Microsoft.Insights/scheduledQueryRules/sqr-all`,
    apiVersion: '2023-03-15-preview',
    body: {
      location: region,
      kind: 'LogAlert',
      properties: {
        severity: 2,
        enabled: true,
        autoMitigate: false,
        scopes: [WORKSPACE],
        evaluationFrequency: 'PT15M',
        windowSize: 'PT15M',
        criteria: {
          allOf: [
            {
              query: 'AppTraces',
              timeAggregation: 'Count',
              operator: 'GreaterThan',
              threshold: 0,
              dimensions: [{ name: 'n', operator: 'Include', values: ['v'] }],
              failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
            },
          ],
        },
        actions: { actionGroups: [ACTION_GROUP] },
      },
    },
  },
  {
    id: `${PROVIDERS}/Microsoft.Insights/workbooks/${SOME_GUID}`,
    apiVersion: '2022-04-01',
    body: {
      location: region,
      kind: 'shared',
      properties: {
        category: 'workbook',
        displayName: 'Push',
        serializedData: '{"version":"Notebook/1.0","items":[]}',
        sourceId: WORKSPACE.toLowerCase(),
      },
    },
  },
  {
    id: `${COMMUNICATION}/providers/Microsoft.Insights/diagnosticSettings/ds-all`,
    apiVersion: '2021-05-01-preview',
    body: {
      properties: {
        workspaceId: WORKSPACE,
        logs: [{ category: 'CallSummary', enabled: true }],
        metrics: [{ category: 'AllMetrics', enabled: true, retentionPolicy: { enabled: false, days: 0 } }],
      },
    },
  },
  {
    id: `${GROUP}/providers/Microsoft.Authorization/roleDefinitions/${SOME_GUID}`,
    apiVersion: '2022-04-01',
    body: {
      properties: {
        roleName: 'Looker',
        type: 'CustomRole',
        permissions: [{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }],
        assignableScopes: [GROUP],
      },
    },
  },
  {
    id: `${COMMUNICATION}/providers/Microsoft.Authorization/roleAssignments/${SOME_GUID}`,
    apiVersion: '2022-04-01',
    body: {
      properties: {
        roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
        principalId: '22222222-2222-2222-2222-222222222222',
        principalType: 'ServicePrincipal',
      },
    },
  },
  {
    id: ENDPOINT,
    apiVersion: '2024-05-01',
    body: {
      location: region,
      properties: {
        subnet: { id: `${PROVIDERS}/Microsoft.Network/virtualNetworks/vnet/subnets/endpoints` },
        privateLinkServiceConnections: [
          { name: 'blob', properties: { privateLinkServiceId: ACCOUNT, groupIds: ['blob'] } },
        ],
      },
    },
  },
  {
    id: `${ENDPOINT}/privateDnsZoneGroups/default`,
    apiVersion: '2024-05-01',
    body: {
      properties: {
        privateDnsZoneConfigs: [
          {
            name: 'blob',
            properties: {
              privateDnsZoneId: `${PROVIDERS}/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net`,
            },
          },
        ],
      },
    },
  },
  {
    id: PLAN,
    apiVersion: '2024-04-01',
    body: {
      location: region,
      kind: 'functionapp',
      sku: { tier: 'FlexConsumption', name: 'FC1' },
      properties: { reserved: true },
    },
  },
  {
    id: SITE,
    apiVersion: '2024-04-01',
    body: {
      location: region,
      kind: 'functionapp,linux',
      identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
      properties: {
        serverFarmId: PLAN,
        httpsOnly: true,
        functionAppConfig: {
          deployment: {
            storage: {
              type: 'blobContainer',
              value: 'https://stall.blob.core.windows.net/letters',
              authentication: { type: 'SystemAssignedIdentity' },
            },
          },
          runtime: { name: 'node', version: '22' },
          scaleAndConcurrency: { instanceMemoryMB: 512, maximumInstanceCount: 40, alwaysReady: [] },
        },
        siteConfig: {
          appSettings: [{ name: 'A', value: 'a' }],
          cors: { allowedOrigins: ['https://example.com'], supportCredentials: false },
        },
      },
    },
  },
  {
    id: `${SITE}/basicPublishingCredentialsPolicies/scm`,
    apiVersion: '2024-04-01',
    body: { properties: { allow: false } },
  },
];

/** Types that have no PUT of their own: functions come with a package. */
export const TYPES_WITHOUT_PUT = ['Microsoft.Web/sites/functions'];

/** Operations that POST, PUT or PATCH beside resources: path, api-version and a body that is taken. */
export const PLAYED_OPERATIONS: readonly (PlayedResource & { readonly method: string })[] = [
  {
    method: 'POST',
    id: `${COMMUNICATION}/linkNotificationHub`,
    apiVersion: '2025-05-01',
    body: {
      resourceId: HUB,
      connectionString:
        'Endpoint=sb://nhns-all.servicebus.windows.net/;SharedAccessKeyName=rule;SharedAccessKey=k',
    },
  },
  {
    method: 'POST',
    id: `${COMMUNICATION}/regenerateKey`,
    apiVersion: '2025-05-01',
    body: { keyType: 'Primary' },
  },
  { method: 'POST', id: `${ACCOUNT}/regenerateKey`, apiVersion: '2023-05-01', body: { keyName: 'key1' } },
  {
    method: 'POST',
    id: `${HUB}/authorizationRules/rule/regenerateKeys`,
    apiVersion: '2023-09-01',
    body: { policyKey: 'PrimaryKey' },
  },
  {
    method: 'POST',
    id: `${NAMESPACE}/checkNotificationHubAvailability`,
    apiVersion: '2023-09-01',
    body: { name: 'other' },
  },
  ...[
    'Microsoft.NotificationHubs/checkNamespaceAvailability',
    'Microsoft.KeyVault/checkNameAvailability',
    'Microsoft.Web/checkNameAvailability',
    'Microsoft.Storage/checkNameAvailability',
  ].map((operation) => ({
    method: 'POST',
    id: `${SUBSCRIPTION}/providers/${operation}`,
    apiVersion: '2023-09-01',
    body: { name: 'other', type: 'any' },
  })),
  {
    method: 'PUT',
    id: `${PROVIDERS}/Microsoft.Insights/components/appi-all/currentBillingFeatures`,
    apiVersion: '2015-05-01',
    body: { CurrentBillingFeatures: ['Basic'], DataVolumeCap: { Cap: 10 } },
  },
  {
    method: 'PUT',
    id: `${SITE}/config/appsettings`,
    apiVersion: '2024-04-01',
    body: { properties: { A: 'a' } },
  },
  {
    method: 'PUT',
    id: `${SITE}/config/web`,
    apiVersion: '2024-04-01',
    body: {
      properties: {
        cors: { allowedOrigins: [] },
        ipSecurityRestrictions: [{ action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }],
      },
    },
  },
  {
    method: 'PATCH',
    id: NAMESPACE,
    apiVersion: '2023-10-01-preview',
    body: {
      tags: { team: 'push' },
      sku: { name: 'Standard' },
      properties: { publicNetworkAccess: 'Enabled' },
    },
  },
  {
    method: 'PATCH',
    id: SITE,
    apiVersion: '2024-04-01',
    body: { identity: { type: 'SystemAssigned' }, properties: { httpsOnly: true } },
  },
];

/** Types that local Azure says it plays. */
export async function playedTypes(
  azure: LocalAzure,
  get: (path: string, apiVersion: string) => Promise<{ json: any }>,
): Promise<string[]> {
  const { json } = await get(`/subscriptions/${azure.endpoints.subscriptionId}/providers`, '2022-09-01');
  return json.value.flatMap((provider: { namespace: string; resourceTypes: { resourceType: string }[] }) =>
    provider.resourceTypes.map(({ resourceType }) => `${provider.namespace}/${resourceType}`),
  );
}
