import type { PushStackProps } from './stack';

const vault = (subscriptionId: string, name: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/rg-secrets/providers/Microsoft.KeyVault/vaults/${name}`;

const NONPROD = '00000000-0000-0000-0000-000000000010';
const PROD = '00000000-0000-0000-0000-000000000020';

/** What tells the environments apart. */
export const ENVIRONMENTS = {
  dev: {
    subscriptionId: NONPROD,
    uniqueSuffix: 'd3v7k2',
    endpoint: 'sandbox',
    keyVaultId: vault(NONPROD, 'kv-push-dev'),
    stateAccount: 'sttfstatenonprod',
  },
  staging: {
    subscriptionId: NONPROD,
    uniqueSuffix: 's7g4p1',
    endpoint: 'production',
    keyVaultId: vault(NONPROD, 'kv-push-staging'),
    stateAccount: 'sttfstatenonprod',
  },
  prod: {
    subscriptionId: PROD,
    uniqueSuffix: 'p8d2x5',
    endpoint: 'production',
    keyVaultId: vault(PROD, 'kv-push-prod'),
    stateAccount: 'sttfstateprod',
  },
} satisfies Record<string, PushStackProps>;
