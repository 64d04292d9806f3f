import type { EnvironmentInput } from './schema';

/** Staging: as production, smaller. Replace subscription, Apple ids and backend by yours. */
export const staging: EnvironmentInput = {
  name: 'staging',
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  appName: 'contoso',
  location: 'westeurope',
  dataLocation: 'Europe',
  sku: 'Basic',
  apns: {
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    endpoint: 'production',
  },
  fcm: true,
  secrets: { source: 'variables' },
  backend: {
    type: 'azurerm',
    resourceGroupName: 'rg-tfstate',
    storageAccountName: 'sttfstate0000',
    containerName: 'tfstate',
    key: 'acs-push/staging.tfstate',
  },
  events: { target: 'relay' },
  tags: { environment: 'staging' },
};
