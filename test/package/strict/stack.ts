import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import { App, TerraformStack } from 'cdktf';
import { ApnsTokenCredential, AzapiProvider, PushNotifications, SecretValue } from 'cdktf-acs-push';

const app = new App({ outdir: process.argv[2]! });
const stack = new TerraformStack(app, 'strict');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi', {});
new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'group', { name: 'rg-strict', location: 'westeurope' }),
  name: 'strict',
  uniqueSuffix: 'x7k2p9',
  dataLocation: 'Europe',
  apns: new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.example.app',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  }),
});
app.synth();
