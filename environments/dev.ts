import type { EnvironmentInput } from './schema';

/** Development. Builds that Xcode installs use the sandbox of APNs. Replace subscription, Apple ids and backend by yours. */
export const dev: EnvironmentInput = {
  name: 'dev',
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  appName: 'contoso',
  location: 'westeurope',
  dataLocation: 'Europe',
  sku: 'Free',
  apns: {
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    endpoint: 'sandbox',
  },
  fcm: true,
  secrets: { source: 'variables' },
  backend: {
    type: 'azurerm',
    resourceGroupName: 'rg-tfstate',
    storageAccountName: 'sttfstate0000',
    containerName: 'tfstate',
    key: 'acs-push/dev.tfstate',
  },
  events: { target: 'relay' },
  tags: { environment: 'dev' },
};
