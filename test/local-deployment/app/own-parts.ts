import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SecretValue,
} from '../../../constructs';
import { local } from '../../../environments/local';

/** Everything that can be one's own, by ids that are known only when deployed. */
const app = new App();
const stack = new TerraformStack(app, 'local');
new LocalBackend(stack, {});
const { subscriptionId } = local;
new AzurermProvider(stack, 'azurerm', {
  features: [{}],
  subscriptionId,
  storageUseAzuread: true,
  resourceProviderRegistrations: 'none',
});
new AzapiProvider(stack, 'azapi', { subscriptionId });

const where = { name: 'rg-own', location: 'westeurope' };
const resourceGroup = new ResourceGroup(stack, 'Group', where);
const own = { resourceGroupName: resourceGroup.name, location: resourceGroup.location };
const workspace = new LogAnalyticsWorkspace(stack, 'Workspace', {
  ...own,
  name: 'log-own',
  sku: 'PerGB2018',
  retentionInDays: 30,
  localAuthenticationEnabled: false,
});
const storage = new KeylessStorageAccount(stack, 'Storage', { resourceGroup, name: 'stownparts' });
const acs = new CommunicationService(stack, 'Acs', {
  resourceGroup,
  name: 'acs-own',
  dataLocation: 'Europe',
});
const apns = new ApnsTokenCredential({
  keyId: 'ABC123DEFG',
  teamId: 'TEAM123456',
  bundleId: 'com.contoso.app',
  endpoint: 'sandbox',
  token: SecretValue.fromVariable(stack, 'apns_token'),
});
const namespace = new NotificationHubNamespace(stack, 'Namespace', { resourceGroup, name: 'ntfns-own' });
const hub = new NotificationHub(stack, 'Hub', { namespace, name: 'ntf-own', apns });

new PushNotifications(stack, 'Push', {
  resourceGroup,
  name: 'contoso',
  uniqueSuffix: 'ownpts',
  communicationService: CommunicationService.fromCommunicationServiceId(
    stack,
    'Adopted',
    acs.communicationServiceId,
  ),
  callingHub: NotificationHub.fromNotificationHubId(stack, 'AdoptedHub', hub.notificationHubId),
  namespace: NotificationHubNamespace.fromNamespaceAttributes(stack, 'AdoptedNamespace', {
    namespaceId: namespace.namespaceId,
    location: namespace.location,
  }),
  apns,
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
app.synth();
