import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  PushNotifications,
  SecretValue,
  WebhookDestination,
} from 'cdktf-acs-push';

/** Replace this: a server of yours that answers Event Grid's handshake before the stack is deployed. */
const WEBHOOK_URL = process.env.WEBHOOK_URL ?? 'https://hooks.contoso.com/acs';

const app = new App();
const stack = new TerraformStack(app, 'webhook');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');

new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-webhook', location: 'westeurope' }),
  name: 'webhook',
  uniqueSuffix: 'w3bh00k',
  dataLocation: 'Europe',
  apns: new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  }),
  // Calls ring through the linked hub all the same; every other event is the server's.
  events: new WebhookDestination({ url: WEBHOOK_URL }),
  // `cdktf destroy` works. Leave it out for what users rely on.
  preventDestroy: false,
});
app.synth();
