export interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface BuiltInRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: RolePermissions;
}

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const QUEUES = 'Microsoft.Storage/storageAccounts/queueServices/queues';
const TABLES = 'Microsoft.Storage/storageAccounts/tableServices/tables';
const DELEGATION = 'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action';

/**
 * The built-in roles that stacks with push notifications use, with their ids and rights in Azure.
 * Source: Azure built-in roles reference, learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner', { actions: ['*'] }),
  role('b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor', {
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
  }),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', { actions: ['*/read'] }),
  role('18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator', {
    actions: ['*/read', 'Microsoft.Authorization/*'],
  }),
  role('17d1049b-9a84-46fb-8f53-869881c3d3ab', 'Storage Account Contributor', {
    actions: [
      'Microsoft.Authorization/*/read',
      'Microsoft.Insights/diagnosticSettings/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
      'Microsoft.Storage/storageAccounts/*',
    ],
  }),
  role('b7e6dc6d-f1e8-4753-8033-0f276bb0955b', 'Storage Blob Data Owner', {
    actions: [`${BLOBS}/*`, DELEGATION],
    dataActions: [`${BLOBS}/blobs/*`],
  }),
  role('ba92f5b4-2d11-453d-a403-e96b0029c9fe', 'Storage Blob Data Contributor', {
    actions: [`${BLOBS}/delete`, `${BLOBS}/read`, `${BLOBS}/write`, DELEGATION],
    dataActions: [
      `${BLOBS}/blobs/delete`,
      `${BLOBS}/blobs/read`,
      `${BLOBS}/blobs/write`,
      `${BLOBS}/blobs/move/action`,
      `${BLOBS}/blobs/add/action`,
    ],
  }),
  role('2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', 'Storage Blob Data Reader', {
    actions: [`${BLOBS}/read`, DELEGATION],
    dataActions: [`${BLOBS}/blobs/read`],
  }),
  role('974c5e8b-45b9-4653-ba55-5f855dd0fb88', 'Storage Queue Data Contributor', {
    actions: [`${QUEUES}/delete`, `${QUEUES}/read`, `${QUEUES}/write`],
    dataActions: [
      `${QUEUES}/messages/delete`,
      `${QUEUES}/messages/read`,
      `${QUEUES}/messages/write`,
      `${QUEUES}/messages/process/action`,
    ],
  }),
  role('c6a89b2d-59bc-44d0-9896-0f6e12d7b80a', 'Storage Queue Data Message Sender', {
    dataActions: [`${QUEUES}/messages/add/action`],
  }),
  role('8a0f0c08-91a1-4084-bc3d-661d67233fed', 'Storage Queue Data Message Processor', {
    dataActions: [`${QUEUES}/messages/read`, `${QUEUES}/messages/process/action`],
  }),
  role('19e7f393-937e-4f77-808e-94535e297925', 'Storage Queue Data Reader', {
    actions: [`${QUEUES}/read`],
    dataActions: [`${QUEUES}/messages/read`],
  }),
  role('0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', 'Storage Table Data Contributor', {
    actions: [`${TABLES}/read`, `${TABLES}/write`, `${TABLES}/delete`],
    dataActions: [
      `${TABLES}/entities/read`,
      `${TABLES}/entities/write`,
      `${TABLES}/entities/delete`,
      `${TABLES}/entities/add/action`,
      `${TABLES}/entities/update/action`,
    ],
  }),
  role('76199698-9eea-4c19-bc75-cec21354c6b6', 'Storage Table Data Reader', {
    actions: [`${TABLES}/read`],
    dataActions: [`${TABLES}/entities/read`],
  }),
  role('3913510d-42f4-4e42-8a64-420c390055eb', 'Monitoring Metrics Publisher', {
    actions: ['Microsoft.Insights/Register/Action', 'Microsoft.Resources/subscriptions/resourceGroups/read'],
    dataActions: ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  }),
  role('43d0d8ad-25c7-4714-9337-8ba259a9fe05', 'Monitoring Reader', { actions: ['*/read'] }),
  role('749f88d5-cbae-40b8-bcfc-e573ddc772fa', 'Monitoring Contributor', {
    actions: [
      '*/read',
      'Microsoft.Insights/ActionGroups/*',
      'Microsoft.Insights/ActivityLogAlerts/*',
      'Microsoft.Insights/components/*',
      'Microsoft.Insights/DiagnosticSettings/*',
      'Microsoft.Insights/MetricAlerts/*',
      'Microsoft.Insights/Metrics/*',
      'Microsoft.Insights/Register/Action',
      'Microsoft.Insights/scheduledqueryrules/*',
      'Microsoft.Insights/workbooks/*',
      'Microsoft.OperationalInsights/workspaces/write',
      'Microsoft.OperationalInsights/workspaces/sharedKeys/action',
    ],
  }),
  role('09976791-48a7-449e-bb21-39d1a415f350', 'Communication and Email Service Owner', {
    actions: [
      'Microsoft.Communication/CheckNameAvailability/action',
      'Microsoft.Communication/Operations/read',
      'Microsoft.Communication/CommunicationServices/*',
      'Microsoft.Communication/EmailServices/*',
    ],
  }),
  role('00482a5a-887f-4fb3-b363-3b7fe8e74483', 'Key Vault Administrator', {
    actions: ['Microsoft.KeyVault/vaults/read', 'Microsoft.Resources/subscriptions/resourceGroups/read'],
    dataActions: ['Microsoft.KeyVault/vaults/*'],
  }),
  role('b86a8fe4-44ce-4948-aee5-eccb2c155cd7', 'Key Vault Secrets Officer', {
    actions: ['Microsoft.KeyVault/vaults/read', 'Microsoft.Resources/subscriptions/resourceGroups/read'],
    dataActions: ['Microsoft.KeyVault/vaults/secrets/*'],
  }),
  role('4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User', {
    actions: [],
    dataActions: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ],
  }),
];

function role(id: string, name: string, permissions: Partial<RolePermissions>): BuiltInRole {
  return {
    id,
    name,
    permissions: { actions: [], notActions: [], dataActions: [], notDataActions: [], ...permissions },
  };
}
