import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  FcmV1Credential,
  PushNotifications,
  SecretValue,
} from 'cdktf-acs-push';
import type { Construct } from 'constructs';

class ConsumerStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new LocalBackend(this, { path: `${process.env.ACS_PUSH_STATE_DIR}/${id}.tfstate` });
    const subscriptionId = '00000000-0000-0000-0000-000000000001';
    new AzurermProvider(this, 'azurerm', {
      features: [{}],
      subscriptionId,
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
    });
    new AzapiProvider(this, 'azapi', { subscriptionId });
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', {
      name: 'rg-consumer',
      location: 'northeurope',
    });
    new PushNotifications(this, 'Push', {
      resourceGroup,
      name: 'consumer',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: new ApnsTokenCredential({
        keyId: 'ABC123DEFG',
        teamId: 'TEAM123456',
        bundleId: 'com.example.app',
        token: SecretValue.fromVariable(this, 'apns_token'),
      }),
      fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(this, 'fcm_service_account')),
      events: { templates: 'templates' },
    });
  }
}

const app = new App();
new ConsumerStack(app, 'consumer');
app.synth();
