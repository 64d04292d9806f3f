import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { App, TerraformStack, TerraformVariable } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SecretValue,
  SystemTopic,
} from 'cdktf-acs-push';

/** Replace this: where your resources are, as the portal shows it in any of their ids. */
const EXISTING =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-existing-parts/providers';
const LOCATION = 'westeurope';

const app = new App();
const stack = new TerraformStack(app, 'adopted-parts');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');
const resourceGroup = new ResourceGroup(stack, 'Group', { name: 'rg-adopted-parts', location: LOCATION });
const own = { resourceGroupName: resourceGroup.name, location: LOCATION };

// What another stack, or the portal, made: by ids that are variables, or stand here. It stays its owner's.
const communicationService = CommunicationService.fromCommunicationServiceId(
  stack,
  'Service',
  new TerraformVariable(stack, 'communication_service_id', { type: 'string' }).stringValue,
);
const systemTopic = SystemTopic.fromSystemTopicId(
  stack,
  'Topic',
  `${EXISTING}/Microsoft.EventGrid/systemTopics/evgst-existing`,
);
const namespace = NotificationHubNamespace.fromNamespaceAttributes(stack, 'Namespace', {
  namespaceId: `${EXISTING}/Microsoft.NotificationHubs/namespaces/ntfns-existing`,
  location: LOCATION,
  sku: 'Basic',
});
const callingHub = NotificationHub.fromNotificationHubAttributes(stack, 'Hub', {
  notificationHubId: `${namespace.namespaceId}/notificationHubs/ntf-existing`,
  platforms: { apns: { environment: 'production', bundleId: 'com.contoso.app' } },
  apnsTopic: 'alert',
});

// What is made in this stack by other hands: by ids that are known only when it is deployed.
const identity = new UserAssignedIdentity(stack, 'Identity', { ...own, name: 'id-own' });
const plan = new ServicePlan(stack, 'Plan', { ...own, name: 'asp-own', osType: 'Linux', skuName: 'FC1' });
const workspace = new LogAnalyticsWorkspace(stack, 'Workspace', {
  ...own,
  name: 'log-own',
  sku: 'PerGB2018',
  retentionInDays: 30,
  localAuthenticationEnabled: false,
});
const applicationInsights = new ApplicationInsights(stack, 'Insights', {
  ...own,
  name: 'appi-own',
  applicationType: 'web',
  workspaceId: workspace.id,
  localAuthenticationDisabled: true,
});
const account = new KeylessStorageAccount(stack, 'Account', { resourceGroup, name: 'stownparts' });

new PushNotifications(stack, 'Push', {
  resourceGroup,
  name: 'adopting',
  uniqueSuffix: 'ad0pt5',
  communicationService,
  systemTopic,
  namespace,
  callingHub,
  apns: new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  }),
  events: {
    identity,
    storage: KeylessStorageAccount.fromStorageAccountId(stack, 'Storage', account.storageAccountId),
    servicePlanId: plan.id,
    applicationInsights,
  },
  // The account has a lifecycle policy of its owner's.
  deadLetterRetentionDays: false,
  // Other senders use a hub that exists: prove the link by `acs-push verify`, when they are quiet.
  verification: false,
  // `cdktf destroy` works, and leaves what it did not make. Leave it out for what users rely on.
  preventDestroy: false,
});
app.synth();
