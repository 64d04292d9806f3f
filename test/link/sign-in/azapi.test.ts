import { signInDifference } from '../../../link';

const IDS = { ARM_TENANT_ID: 't', ARM_CLIENT_ID: 'c' };
const OIDC = { ...IDS, ARM_USE_OIDC: 'true' };
const GITHUB = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://g', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'b' };
const PIPELINES = { SYSTEM_OIDCREQUESTURI: 'https://p', SYSTEM_ACCESSTOKEN: 'b' };

test.each<[string, Record<string, string>]>([
  ['a secret', { ...IDS, ARM_CLIENT_SECRET: 's' }],
  ['a token', { ...OIDC, ARM_OIDC_TOKEN: 'x' }],
  ['GitHub Actions', { ...OIDC, ...GITHUB }],
  ['Azure Pipelines', { ...OIDC, ...PIPELINES, ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: 'k' }],
  ['a managed identity', { ARM_USE_MSI: 'true' }],
  ['the Azure CLI', {}],
  ['nothing', { ARM_USE_CLI: 'false' }],
])('both providers go the same way with %s', (_, environment) => {
  expect(signInDifference(environment)).toBeUndefined();
});

test.each<[string, Record<string, string>, string, string]>([
  [
    'OIDC beside a secret',
    { ...OIDC, ARM_OIDC_TOKEN: 'x', ARM_CLIENT_SECRET: 's' },
    'client secret',
    'OIDC token',
  ],
  ['ARM_USE_OIDC=1', { ...OIDC, ARM_USE_OIDC: '1', ...GITHUB }, 'OIDC of GitHub Actions', 'Azure CLI'],
  [
    'the client id of AKS',
    { ARM_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', ARM_CLIENT_SECRET: 's' },
    'Azure CLI',
    'client secret',
  ],
  [
    'the service connection of a task',
    { ...OIDC, ...PIPELINES, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'k' },
    'OIDC of GitHub Actions',
    'OIDC of Azure Pipelines',
  ],
  [
    'Azure Pipelines by other names',
    {
      ...OIDC,
      ARM_OIDC_REQUEST_URL: 'https://p',
      ARM_OIDC_REQUEST_TOKEN: 'b',
      ARM_OIDC_AZURE_SERVICE_CONNECTION_ID: 'k',
    },
    'OIDC of Azure Pipelines',
    'Azure CLI',
  ],
])('the providers go different ways with %s', (_, environment, azurerm, azapi) => {
  expect(signInDifference(environment)).toBe(
    `with this environment azurerm signs in by ${azurerm}, and azapi by ${azapi}: docs/signing-in.md`,
  );
});
