import type { EnvironmentInput } from './schema';

/** Production: credentials come from a Key Vault. Replace subscription, Apple ids, vault, backend and e-mail by yours. */
export const prod: EnvironmentInput = {
  name: 'prod',
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  appName: 'contoso',
  location: 'westeurope',
  dataLocation: 'Europe',
  sku: 'Standard',
  apns: {
    keyId: 'ABC123DEFG',
    teamId: 'TEAM123456',
    bundleId: 'com.contoso.app',
    endpoint: 'production',
  },
  fcm: true,
  secrets: {
    source: 'keyVault',
    keyVaultId:
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-secrets/providers/Microsoft.KeyVault/vaults/kv-contoso-prod',
  },
  backend: {
    type: 'azurerm',
    resourceGroupName: 'rg-tfstate',
    storageAccountName: 'sttfstate0000',
    containerName: 'tfstate',
    key: 'acs-push/prod.tfstate',
  },
  // A ring is delivered twice at most, ten seconds apart: no instance to start first, and one left during an update.
  events: { target: 'relay', alwaysReady: { calls: 2 }, dailyLogCapGb: 5 },
  // Whoever is on call. What each alert means and what to do: docs/runbook.md.
  monitoring: { emails: ['oncall@contoso.com'] },
  // Nobody deletes it in the portal; Terraform takes the lock off itself. Needs Owner or User Access Administrator.
  lock: { kind: 'CanNotDelete' },
  tags: { environment: 'prod' },
};
