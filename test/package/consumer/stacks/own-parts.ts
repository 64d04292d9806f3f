import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import {
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
} from 'cdktf-acs-push';
import type { App } from 'cdktf';
import { apns, OwnStack } from './base';

/** Everything that can be one's own, by ids that are known only when deployed. */
export function ownParts(app: App): void {
  const stack = new OwnStack(app, 'own-parts');
  const resourceGroup = stack.group;
  const own = { resourceGroupName: resourceGroup.name, location: resourceGroup.location };
  const workspace = new LogAnalyticsWorkspace(stack, 'Workspace', {
    ...own,
    name: 'log-own',
    sku: 'PerGB2018',
    retentionInDays: 30,
    localAuthenticationEnabled: false,
  });
  const storage = new KeylessStorageAccount(stack, 'Storage', { resourceGroup, name: 'stownparts' });
  const service = new CommunicationService(stack, 'Service', {
    resourceGroup,
    name: 'acs-own',
    dataLocation: 'Europe',
  });
  const namespace = new NotificationHubNamespace(stack, 'Namespace', { resourceGroup, name: 'ntfns-own' });
  const hub = new NotificationHub(stack, 'Hub', { namespace, name: 'ntf-own', apns: apns(stack) });

  new PushNotifications(stack, 'Push', {
    resourceGroup,
    name: 'own',
    uniqueSuffix: 'ownpts',
    communicationService: CommunicationService.fromCommunicationServiceId(
      stack,
      'AdoptedService',
      service.communicationServiceId,
    ),
    callingHub: NotificationHub.fromNotificationHubId(stack, 'AdoptedHub', hub.notificationHubId),
    namespace: NotificationHubNamespace.fromNamespaceAttributes(stack, 'AdoptedNamespace', {
      namespaceId: namespace.namespaceId,
      location: namespace.location,
    }),
    apns: apns(stack),
    deadLetterRetentionDays: false,
    verification: false,
    events: {
      identity: new UserAssignedIdentity(stack, 'Identity', { ...own, name: 'id-own' }),
      storage: KeylessStorageAccount.fromStorageAccountId(stack, 'AdoptedStorage', storage.storageAccountId),
      servicePlanId: new ServicePlan(stack, 'Plan', {
        ...own,
        name: 'asp-own',
        osType: 'Linux',
        skuName: 'FC1',
      }).id,
      applicationInsights: new ApplicationInsights(stack, 'Insights', {
        ...own,
        name: 'appi-own',
        applicationType: 'web',
        workspaceId: workspace.id,
        localAuthenticationDisabled: true,
      }),
    },
  });
}
