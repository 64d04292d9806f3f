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

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';

class MovingStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new LocalBackend(this, { path: `${process.env.ACS_PUSH_STATE_DIR}/${id}.tfstate` });
    new AzurermProvider(this, 'azurerm', {
      features: [{}],
      subscriptionId: SUBSCRIPTION,
      storageUseAzuread: true,
      resourceProviderRegistrations: 'none',
    });
    new AzapiProvider(this, 'azapi', { subscriptionId: SUBSCRIPTION });
    new PushNotifications(this, 'Push', {
      resourceGroup: new ResourceGroup(this, 'ResourceGroup', {
        name: `rg-${id}`,
        location: 'northeurope',
      }),
      name: id,
      uniqueSuffix: 'm0v1ng',
      dataLocation: 'Europe',
      apns: new ApnsTokenCredential({
        keyId: 'ABC123DEFG',
        teamId: 'TEAM123456',
        bundleId: 'com.example.app',
        token: SecretValue.fromVariable(this, 'apns_token'),
      }),
      fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(this, 'fcm_service_account')),
      monitoring: { emails: ['oncall@example.com'] },
    });
  }
}

const app = new App();
new MovingStack(app, 'moving');
app.synth();
