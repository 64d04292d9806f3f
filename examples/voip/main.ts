import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktf';
import { ApnsTokenCredential, AzapiProvider, PushNotifications, SecretValue } from 'cdktf-acs-push';

/** Replace these: your app's bundle id, and the ids of the key and the team in the Apple developer account. */
const BUNDLE_ID = 'com.contoso.app';
const APPLE = { keyId: 'ABC123DEFG', teamId: 'TEAM123456' };

const app = new App();
const stack = new TerraformStack(app, 'voip');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');

// One key signs for both topics: the app's own, and the one that PushKit's tokens are for.
const token = SecretValue.fromVariable(stack, 'apns_token');
const alerts = new ApnsTokenCredential({ ...APPLE, bundleId: BUNDLE_ID, token });
const voip = new ApnsTokenCredential({ ...APPLE, bundleId: `${BUNDLE_ID}.voip`, topic: 'voip', token });

new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-voip', location: 'germanywestcentral' }),
  name: 'voip',
  uniqueSuffix: 'v01p99',
  dataLocation: 'Germany',
  apns: alerts,
  // Communication Services' own pushes of calls: whether it needs this, a call to a phone of yours decides.
  linkedApns: voip,
  // The relay's rings, through a third hub, since a hub sends to one topic.
  voipApns: voip,
  // `cdktf destroy` works. Leave it out for what users rely on.
  preventDestroy: false,
});
app.synth();
