import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { join } from 'node:path';
import {
  AzapiProvider,
  FcmV1Credential,
  movedFrom,
  PushNotifications,
  SecretValue,
  type PushNotificationsProps,
} from '../../../constructs';
import { SUBSCRIPTION_ID } from '../../../local/azure';

/** How a test wants the stack, as JSON in SERVICES. */
export interface Services {
  /** Whether the constructs are where they were deployed, or in a wrapper and renamed. @default - where they were */
  readonly refactored?: boolean;
  /** What a test changes in both services. */
  readonly props?: Partial<PushNotificationsProps>;
}

const { refactored = false, props } = JSON.parse(process.env.SERVICES ?? '{}') as Services;
const app = new App();
const stack = new TerraformStack(app, 'services');
new LocalBackend(stack, { path: join(process.env.ACS_PUSH_STATE_DIR!, 'services.tfstate') });
new AzurermProvider(stack, 'azurerm', {
  features: [{}],
  subscriptionId: SUBSCRIPTION_ID,
  storageUseAzuread: true,
  resourceProviderRegistrations: 'none',
});
new AzapiProvider(stack, 'azapi', { subscriptionId: SUBSCRIPTION_ID });
const common = {
  resourceGroup: new ResourceGroup(stack, 'Group', { name: 'rg-services', location: 'westeurope' }),
  uniqueSuffix: 'x7k2p9',
  dataLocation: 'Europe',
  fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account')),
  // A changed link is proved after ten minutes; a link that is run again would show in the plan all the same.
  verification: { level: 'config' },
  ...props,
} as const;
const relayed = { ...common, name: 'contoso' };
const calls = { ...common, name: 'fabrikam', events: false, outputs: { prefix: 'calls' } } as const;

if (refactored) {
  const backend = new Construct(stack, 'Backend');
  movedFrom(new PushNotifications(backend, 'Notifications', relayed), 'Push');
  movedFrom(new PushNotifications(stack, 'CallPushes', calls), 'Calls');
} else {
  new PushNotifications(stack, 'Push', relayed);
  new PushNotifications(stack, 'Calls', calls);
}
app.synth();
