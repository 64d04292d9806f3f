import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { App, TerraformStack } from 'cdktf';
import {
  ApnsTokenCredential,
  AzapiProvider,
  FcmV1Credential,
  KeylessStorageAccount,
  PushNotifications,
  SecretValue,
  StorageQueueDestination,
} from '../../constructs';
import { EnvironmentStack } from '../../environments/environment-stack';
import { local } from '../../environments/local';
import { parseEnvironment } from '../../environments/schema';
import { linkKeyContext } from '../../link/stack-outputs';
import { SUBSCRIPTION_ID } from '../../local/azure';

/** What differs between the configurations of one stack. */
export interface Variant {
  /** Value of the tag `release`. */
  readonly release: string;
  /** The key that the link is posted with. */
  readonly key: 'primary' | 'secondary';
}

/** Synthesizes a stack of that name into a folder. */
export type StackMaker = (name: string, folder: string, variant: Variant) => void;

/** Which stacks the matrix knows, by the word of its `--stack`. */
export const STACKS: Readonly<Record<string, StackMaker>> = {
  /** Something of everything, with as few requests as that takes: hub, rule, link, topic, subscription, roles, storage. */
  small: (name, folder, variant) =>
    synthesized(name, folder, variant, (app) => {
      const stack = new TerraformStack(app, name);
      new AzurermProvider(stack, 'azurerm', {
        features: [{}],
        subscriptionId: SUBSCRIPTION_ID,
        storageUseAzuread: true,
        resourceProviderRegistrations: 'none',
      });
      new AzapiProvider(stack, 'azapi', { subscriptionId: SUBSCRIPTION_ID });
      const tags = { release: variant.release };
      const resourceGroup = new ResourceGroup(stack, 'Group', {
        name: 'rg-contoso',
        location: 'westeurope',
        tags,
      });
      new PushNotifications(stack, 'Push', {
        resourceGroup,
        name: 'contoso',
        preventDestroy: false,
        uniqueSuffix: 'x7k2p9',
        dataLocation: 'Europe',
        apns: new ApnsTokenCredential({
          keyId: 'ABC123DEFG',
          teamId: 'TEAM123456',
          bundleId: 'com.contoso.app',
          endpoint: 'sandbox',
          token: SecretValue.fromVariable(stack, 'apns_token'),
        }),
        fcm: FcmV1Credential.fromServiceAccountJson(SecretValue.fromVariable(stack, 'fcm_service_account')),
        events: new StorageQueueDestination({
          storage: new KeylessStorageAccount(stack, 'Storage', {
            resourceGroup,
            name: 'stcontosoevents',
            tags,
          }),
          queueName: 'acs-events',
        }),
        // What is proved by traffic is another matter, and takes ten minutes.
        verification: { level: 'config' },
        tags,
      });
    }),
  /** The environment `local` as `npm start` deploys it, with the relay and its code. */
  full: (name, folder, variant) =>
    synthesized(name, folder, variant, (app) => {
      const environment = {
        ...local,
        name,
        tags: { release: variant.release },
        verification: { level: 'config' },
      };
      new EnvironmentStack(app, parseEnvironment(name, environment));
    }),
};

function synthesized(name: string, folder: string, { key }: Variant, make: (app: App) => void): void {
  const app = new App({
    outdir: folder,
    context: key === 'secondary' ? { [linkKeyContext(name)]: key } : {},
  });
  make(app);
  app.synth();
}
