import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  ApnsTokenCredential,
  AzapiProvider,
  FcmV1Credential,
  PushNotifications,
  SecretValue,
} from 'cdktf-acs-push';

export class AppStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AzurermProvider(this, 'azurerm', { features: [{}], storageUseAzuread: true });
    new AzapiProvider(this, 'azapi');
    const resourceGroup = new ResourceGroup(this, 'Group', { name: 'rg-app', location: 'westeurope' });

    new PushNotifications(this, 'Push', {
      resourceGroup,
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: new ApnsTokenCredential({
        keyId: 'ABC123DEFG',
        teamId: 'TEAM123456',
        bundleId: 'com.contoso.app',
        endpoint: 'production',
        token: SecretValue.fromVariable(this, 'apns_token'),
      }),
      fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(this, 'fcm_service_account')),
    });
  }
}
