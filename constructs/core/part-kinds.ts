import { exactOptions, list, options, part, text, type Kind } from './kinds';

/** Kinds of what other constructs make, or stand for where it exists. */
export const NOTIFICATION_HUB: Kind = part(
  'a notification hub, such as NotificationHub.fromNotificationHubId(…)',
  ['notificationHubId', 'notificationHubName', 'namespaceName'],
  ['node', 'addSendOnlyPolicy'],
);

export const HUB_NAMESPACE: Kind = part(
  'a namespace, such as NotificationHubNamespace.fromNamespaceId(…)',
  ['namespaceId', 'namespaceName'],
  ['node'],
);

export const COMMUNICATION_SERVICE: Kind = part(
  'a Communication Services resource, such as CommunicationService.fromCommunicationServiceId(…)',
  ['communicationServiceId'],
  ['node', 'linkNotificationHub'],
);

export const SYSTEM_TOPIC: Kind = part(
  'a system topic, such as SystemTopic.fromSystemTopicId(…)',
  ['systemTopicId', 'systemTopicName', 'resourceGroupName'],
  ['node'],
);

export const STORAGE_ACCOUNT: Kind = part(
  'a storage account, such as KeylessStorageAccount.fromStorageAccountId(…)',
  ['storageAccountId', 'storageAccountName'],
  ['node', 'container'],
);

export const HUB_POLICY: Kind = part('a rule of the hub, such as SendOnlyPolicy.fromPolicyId(…)', [
  'policyId',
  'policyName',
]);

export const IDENTITY: Kind = part(
  'a user-assigned identity (UserAssignedIdentity) or its id, principalId and clientId',
  ['id', 'principalId', 'clientId'],
);

export const APPLICATION_INSIGHTS: Kind = part(
  'Application Insights (ApplicationInsights) or its id and connectionString',
  ['id', 'connectionString'],
);

export const TAGS: Kind = options('an object of texts');

export const LOCK: Kind = options("options such as { kind: 'CanNotDelete' }", {
  name: text(),
  notes: text(),
});

export const RESOURCE_OPTIONS = {
  tags: TAGS,
  lock: LOCK,
  roleAssignments: list('a list of roles', options('roleDefinitionIdOrName and principalId')),
  diagnosticSettings: list(
    'a list of settings',
    options('a place to send to, such as workspaceResourceId', {
      logCategoriesAndGroups: list('a list', options('category or categoryGroup')),
      metricCategories: list('a list', options('category')),
    }),
  ),
} as const;

export const PRIVATE_NETWORKING: Kind = options('options: virtualNetworkSubnetId and the others', {
  allowedIpRanges: list('a list of IPv4 addresses and ranges', text('an address or a range in each place')),
  keyVaultId: text('the ARM id of a vault'),
});

/** Options of single parts; which parts there are is checked elsewhere. */
export function partOptionsKind(parts: readonly string[]): Kind {
  const of = exactOptions(
    'options of the part: tags, lock, roleAssignments, diagnosticSettings',
    RESOURCE_OPTIONS,
  );
  return options('options by the names of the parts', Object.fromEntries(parts.map((each) => [each, of])));
}
