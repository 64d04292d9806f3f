export type Side = 'only theirs' | 'only ours' | 'more often theirs' | 'more often ours';

/** One way in which our requests are not those recorded from the real providers. */
export interface RequestDeviation {
  /** As in the table of `terraform/README.md`, which says why it is right. */
  readonly id: string;
  readonly side: Side;
  /** Which requests; matched against `METHOD host/path?query` and what follows it. */
  readonly requests: RegExp;
}

/** The first that matches explains a request. */
export const REQUEST_DEVIATIONS: readonly RequestDeviation[] = [
  {
    id: 'publishing-credentials',
    side: 'only theirs',
    requests: /^GET .*\/config\/publishingcredentials\?/,
  },
  {
    id: 'publishing-credentials',
    side: 'more often theirs',
    requests: /^POST .*\/config\/publishingcredentials\/list\?/,
  },
  { id: 'sign-in', side: 'only theirs', requests: /^GET login\.microsoftonline\.com\// },
  { id: 'sign-in', side: 'only theirs', requests: / scope=https:\/\/graph\.microsoft\.com\/\.default$/ },
  { id: 'cloud-metadata', side: 'only theirs', requests: /^GET [^/]+\/(metadata\/)?endpoints\?/ },
  { id: 'vault-address', side: 'more often ours', requests: /^GET .*\/Microsoft\.KeyVault\/vaults\/[^/]+\?/ },
  { id: 'fewer-reads', side: 'more often theirs', requests: /^GET |^POST [^?]*\/listKeys\?/ },
];

/** Deviations that no recorded request shows; `deviations.test.ts` shows each of them. */
export const BEHAVIOURAL_DEVIATIONS = [
  'azapi-definitions',
  'azapi-import-version',
  'short-waits',
  'unknown-types',
] as const;

/** Exactly the deviations that each of `traces/` shows: reads by what is read. */
export const DEVIATIONS_BY_TRACE = {
  'production-create': [
    'fewer-reads: Microsoft.Authorization/roleAssignments',
    'fewer-reads: Microsoft.EventGrid/systemTopics',
    'fewer-reads: Microsoft.EventGrid/systemTopics/eventSubscriptions',
    'fewer-reads: Microsoft.Insights/metricAlerts',
    'fewer-reads: Microsoft.OperationalInsights/workspaces',
    'fewer-reads: Microsoft.Storage/storageAccounts',
    'fewer-reads: Microsoft.Web/serverFarms',
    'fewer-reads: Microsoft.Web/sites',
    'fewer-reads: Microsoft.Web/sites/functions',
    'fewer-reads: blob.core.windows.net',
    'fewer-reads: queue.core.windows.net',
    'fewer-reads: resourceGroups',
    'publishing-credentials',
    'sign-in',
  ],
  'production-refresh': [
    'fewer-reads: Microsoft.Storage/storageAccounts',
    'publishing-credentials',
    'sign-in',
  ],
  'production-update': [
    'fewer-reads: Microsoft.EventGrid/systemTopics',
    'fewer-reads: Microsoft.Insights/components',
    'fewer-reads: Microsoft.Insights/metricAlerts',
    'fewer-reads: Microsoft.OperationalInsights/workspaces',
    'fewer-reads: Microsoft.Storage/storageAccounts',
    'fewer-reads: Microsoft.Web/serverFarms',
    'fewer-reads: Microsoft.Web/sites',
    'publishing-credentials',
    'sign-in',
  ],
  'production-destroy': [
    'fewer-reads: Microsoft.Storage/storageAccounts',
    'publishing-credentials',
    'sign-in',
  ],
  'wide-create': [
    'fewer-reads: Microsoft.Authorization/roleAssignments',
    'fewer-reads: Microsoft.OperationalInsights/workspaces',
    'fewer-reads: Microsoft.Storage/storageAccounts',
    'fewer-reads: Microsoft.Storage/storageAccounts/listKeys',
    'fewer-reads: Microsoft.Web/serverFarms',
    'fewer-reads: blob.core.windows.net',
    'fewer-reads: queue.core.windows.net',
    'fewer-reads: vault.azure.net',
    'fewer-reads: vault.azure.net/certificates/contacts',
    'fewer-reads: vault.azure.net/secrets/acs',
    'sign-in',
    'vault-address',
  ],
  'acs-chain-create': [
    'cloud-metadata',
    'fewer-reads: Microsoft.Communication/communicationServices',
    'fewer-reads: Microsoft.NotificationHubs/namespaces',
    'fewer-reads: Microsoft.NotificationHubs/namespaces/notificationHubs',
    'fewer-reads: resourceGroups',
    'sign-in',
  ],
  'acs-chain-refresh': ['cloud-metadata', 'sign-in'],
  'acs-chain-update': [
    'cloud-metadata',
    'fewer-reads: Microsoft.Communication/communicationServices',
    'fewer-reads: Microsoft.NotificationHubs/namespaces/notificationHubs',
    'sign-in',
  ],
  'acs-chain-destroy': ['cloud-metadata', 'sign-in'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TraceName = keyof typeof DEVIATIONS_BY_TRACE;
