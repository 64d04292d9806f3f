/** What a signed-in principal needs for each question, and the least built-in role that has it. */
export interface NeededRole {
  readonly operation: string;
  readonly role: string;
  readonly scope: 'resource' | 'hub' | 'namespace' | 'subscription';
}

/** Source: azure-docs `role-based-access-control/built-in-roles.md` and the operations of each resource provider. */
export const NEEDED_ROLES = {
  service: {
    operation: 'Microsoft.Communication/communicationServices/read',
    role: 'Reader',
    scope: 'resource',
  },
  hub: {
    operation: 'Microsoft.NotificationHubs/namespaces/notificationHubs/read',
    role: 'Reader',
    scope: 'hub',
  },
  rule: {
    operation: 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/read',
    role: 'Reader',
    scope: 'hub',
  },
  credentials: {
    operation: 'Microsoft.NotificationHubs/namespaces/notificationHubs/pnsCredentials/action',
    role: 'Contributor',
    scope: 'hub',
  },
  keys: {
    operation: 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action',
    role: 'Contributor',
    scope: 'hub',
  },
  namespace: {
    operation: 'Microsoft.NotificationHubs/namespaces/read',
    role: 'Reader',
    scope: 'namespace',
  },
  otherSenders: {
    operation: 'Microsoft.Communication/communicationServices/read',
    role: 'Reader',
    scope: 'subscription',
  },
  metrics: { operation: 'Microsoft.Insights/metrics/read', role: 'Monitoring Reader', scope: 'hub' },
  activityLog: {
    operation: 'Microsoft.Insights/eventtypes/values/read',
    role: 'Monitoring Reader',
    scope: 'subscription',
  },
} as const satisfies Record<string, NeededRole>;
