import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktf';
import { ApnsTokenCredential, AzapiProvider, PushNotifications, SecretValue } from 'cdktf-acs-push';

/** Replace these: the network and the zones that your platform team has, in whatever subscription. */
const NETWORK =
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-network/providers/Microsoft.Network';
const zone = (name: string) => `${NETWORK}/privateDnsZones/privatelink.${name}`;

/** Replace these: the tenant and the application id of the API that phones register their devices with. */
const DEVICES_API = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso-devices' };

const app = new App();
const stack = new TerraformStack(app, 'private-network');
new AzurermProvider(stack, 'azurerm', {
  // Blobs and queues of closed accounts, which Terraform would otherwise wait for.
  features: [{ storage: [{ dataPlaneAvailable: false }] }],
  storageUseAzuread: true,
});
new AzapiProvider(stack, 'azapi');

new PushNotifications(stack, 'Push', {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-private', location: 'westeurope' }),
  name: 'private',
  uniqueSuffix: 'pr1v8t',
  dataLocation: 'Europe',
  apns: new ApnsTokenCredential({
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    token: SecretValue.fromVariable(stack, 'apns_token'),
  }),
  events: { devicesApi: DEVICES_API },
  privateNetworking: {
    virtualNetworkSubnetId: `${NETWORK}/virtualNetworks/vnet-app/subnets/snet-apps`,
    privateEndpointSubnetId: `${NETWORK}/virtualNetworks/vnet-app/subnets/snet-endpoints`,
    privateDnsZoneIds: {
      blob: zone('blob.core.windows.net'),
      table: zone('table.core.windows.net'),
      sites: zone('azurewebsites.net'),
    },
  },
  // `cdktf destroy` works. Leave it out for what users rely on.
  preventDestroy: false,
});
app.synth();
