import { AzurermProvider } from '@cdktn/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktn/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktn';
import {
  ApnsTokenCredential,
  AzapiProvider,
  FcmV1Credential,
  PushNotifications,
  SecretValue,
} from 'cdktf-acs-push/cdktn';

const app = new App();
const stack = new TerraformStack(app, 'cdktn');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');

new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-cdktn', location: 'westeurope' }),
  name: 'cdktn',
  uniqueSuffix: 'cdk7n0',
  dataLocation: 'Europe',
  apns: new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  }),
  fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account')),
  // `cdktn destroy` works. Leave it out for what users rely on.
  preventDestroy: false,
});
app.synth();
