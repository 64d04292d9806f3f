import { join } from 'node:path';
import { CommunicationService as AzurermCommunicationService } from '@cdktf/provider-azurerm/lib/communication-service';
import { NotificationHub as AzurermNotificationHub } from '@cdktf/provider-azurerm/lib/notification-hub';
import { NotificationHubNamespace as AzurermNotificationHubNamespace } from '@cdktf/provider-azurerm/lib/notification-hub-namespace';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, LocalBackend, TerraformStack, TerraformVariable } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  CommunicationService,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  SecretValue,
  SendOnlyPolicy,
} from '../../../constructs';
import { SUBSCRIPTION_ID } from '../../../local/azure';

/** Two stages of one state: azurerm's resources, and afterwards the constructs that took them over. */
const former = process.env.STAGE === 'former';
const apple = { keyId: 'ABC123DEFG', teamId: 'TEAM123456', bundleId: 'com.contoso.app' };

const app = new App();
const stack = new TerraformStack(app, 'imported');
new LocalBackend(stack, { path: join(process.env.ACS_PUSH_STATE_DIR!, 'imported.tfstate') });
new AzurermProvider(stack, 'azurerm', {
  features: [{}],
  subscriptionId: SUBSCRIPTION_ID,
  storageUseAzuread: true,
  resourceProviderRegistrations: 'none',
});
if (former) azurermResources();
else constructs();
app.synth();

function azurermResources(): void {
  const group = new ResourceGroup(stack, 'Group', { name: 'rg-azurerm', location: 'westeurope' });
  const where = { resourceGroupName: group.name, location: group.location };
  new AzurermCommunicationService(stack, 'Acs', {
    name: 'acs-azurerm',
    resourceGroupName: group.name,
    dataLocation: 'Europe',
  });
  const namespace = new AzurermNotificationHubNamespace(stack, 'Namespace', {
    ...where,
    name: 'ntfns-azurerm',
    namespaceType: 'NotificationHub',
    skuName: 'Basic',
  });
  const token = new TerraformVariable(stack, 'apns_token', { type: 'string', sensitive: true });
  new AzurermNotificationHub(stack, 'Hub', {
    ...where,
    name: 'ntf-azurerm',
    namespaceName: namespace.name,
    apnsCredential: {
      applicationMode: 'Production',
      bundleId: apple.bundleId,
      keyId: apple.keyId,
      teamId: apple.teamId,
      token: token.stringValue,
    },
  });
}

function constructs(): void {
  new AzapiProvider(stack, 'azapi', { subscriptionId: SUBSCRIPTION_ID });
  takeOver('azurerm', new ResourceGroup(stack, 'Group', { name: 'rg-azurerm', location: 'westeurope' }));
  const byHand = new ResourceGroup(stack, 'PortalGroup', { name: 'rg-portal', location: 'westeurope' });
  byHand.importFrom(`/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-portal`);
  takeOver('portal', byHand);
  stack.addOverride(
    'removed',
    [
      'azurerm_communication_service.Acs',
      'azurerm_notification_hub_namespace.Namespace',
      'azurerm_notification_hub.Hub',
    ].map((from) => ({ from, lifecycle: { destroy: false } })),
  );
}

/** What stands in that group is owned from then on. */
function takeOver(name: 'azurerm' | 'portal', resourceGroup: ResourceGroup): void {
  const below = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-${name}/providers`;
  const namespaceId = `${below}/Microsoft.NotificationHubs/namespaces/ntfns-${name}`;
  const hubId = `${namespaceId}/notificationHubs/ntf-${name}`;
  const id = (part: string) => `${name}-${part}`;
  const apns = new ApnsTokenCredential({
    ...apple,
    endpoint: 'production',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  });
  const communicationService = new CommunicationService(stack, id('Acs'), {
    resourceGroup,
    name: `acs-${name}`,
    dataLocation: 'Europe',
    disableLocalAuth: false,
    importFromId: `${below}/Microsoft.Communication/communicationServices/acs-${name}`,
  });
  const namespace = new NotificationHubNamespace(stack, id('Namespace'), {
    resourceGroup,
    name: `ntfns-${name}`,
    importFromId: namespaceId,
  });
  const callingHub = new NotificationHub(stack, id('Hub'), {
    namespace,
    name: `ntf-${name}`,
    apns,
    importFromId: hubId,
  });
  // Of the other there is none that can only send: its link gets a new one.
  const policy =
    name === 'portal'
      ? new SendOnlyPolicy(stack, id('Policy'), {
          hub: callingHub,
          name: 'acs',
          importFromId: `${hubId}/authorizationRules/acs`,
        })
      : undefined;
  new PushNotifications(stack, id('Push'), {
    resourceGroup,
    name,
    uniqueSuffix: 'x7k2p9',
    communicationService,
    callingHub,
    events: false,
    link: policy && { policy },
    outputs: { prefix: name },
    verification: { level: 'config' },
  });
}
